"""Thousands of creates at once while connections are reset, answers are slow and the service throttles."""

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeVar

import pytest

from aio_workflows import (
    AioWorkflowsError,
    Credentials,
    ResourceNotFoundException,
    RetryPolicy,
    WorkflowsClient,
)
from aio_workflows.emulator import (
    AtRandom,
    ByOperation,
    Delay,
    Emulator,
    Fault,
    FaultScript,
    Quotas,
    Reset,
    throttled,
)
from aio_workflows.emulator.service import DUMMY_KEYS

T = TypeVar("T")

CONCURRENCY = 50
RATES: list[tuple[float, Fault]] = [
    (0.01, Reset()),
    (0.01, Reset(done=True)),
    (0.01, Delay(0.2)),
    (0.01, Delay(0.2, done=True)),
    (0.05, throttled()),
]
End = str | AioWorkflowsError  # the ARN, or what went wrong


async def test_every_create_is_accounted_for(full_size: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is a success or a typed error, the server has what was said, and nothing is left behind."""
    size = 10_000 if full_size else 1_000
    tasks = asyncio.all_tasks()
    with emulator_process(size) as emulator:
        async with emulator.client() as client:
            began = time.perf_counter()
            async with longest_hold() as longest:
                ended = await create_all(client, size)
            seconds = time.perf_counter() - began
            await every_slot_is_free(client, emulator)
        report = emulator.stop()
    check(ended, report)
    assert asyncio.all_tasks() == tasks
    if full_size:
        held, own = longest.held * 1000, longest.own_work * 1000
        figures = f"{seconds:.1f} s, the event loop held for {held:.0f} ms at most, {own:.0f} ms by itself"
        with capsys.disabled():
            print(f"\n{size} creates at concurrency {CONCURRENCY}: {figures}")  # noqa: T201


async def create_all(client: WorkflowsClient, size: int) -> dict[int, End]:
    """How each of them ended, by its number."""
    ended = dict[int, End]()
    numbers = iter(range(size))

    async def worker() -> None:
        for number in numbers:
            try:
                created = await client.create_workflow(
                    name=f"number-{number}", semantic_version="1.0.0", type="BUILD", data="a: 1"
                )
                end: End = created.workflow_build_version_arn
            except AioWorkflowsError as error:
                end = error
            assert ended.setdefault(number, end) is end

    async with asyncio.TaskGroup() as group:
        for _ in range(CONCURRENCY):
            group.create_task(worker())
    assert len(ended) == size
    return ended


def check(ended: dict[int, End], report: "Report") -> None:
    """What the client says and what the server has are the same."""
    assert all(report.faults_met[fault] for _, fault in RATES)
    assert max(len(builds) for builds in report.builds.values()) == 1
    for number, end in ended.items():
        builds = report.builds.get(f"number-{number}", [])
        if isinstance(end, str):
            assert builds == [end]
        else:
            assert end.outcome == "unknown" or not builds
    successes = sum(isinstance(end, str) for end in ended.values())
    assert successes > 0.99 * len(ended)  # ten attempts outlive these faults


class Longest:
    """For how long at most the event loop was held, in seconds, and how much of the processor its thread
    used meanwhile: on a busy machine the rest is what other programs took."""

    held = 0.0
    own_work = 0.0

    async def watch(self) -> None:
        interval = 0.002
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(interval)
            self.held = max(self.held, time.perf_counter() - began - interval)
            self.own_work = max(self.own_work, time.thread_time() - worked)


@asynccontextmanager
async def longest_hold() -> AsyncIterator[Longest]:
    """Watch the event loop by a timer of some milliseconds, which comes late when the loop is held."""
    longest = Longest()
    task = asyncio.create_task(longest.watch())
    try:
        yield longest
    finally:
        task.cancel()
        await asyncio.wait({task})


async def every_slot_is_free(client: WorkflowsClient, emulator: "EmulatorProcess") -> None:
    """As many requests as the client has connections are at the server at the same time. They are
    cancelled then, and the client serves on."""
    arn = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/nothing/1.0.0/1"
    tasks = [asyncio.create_task(client.get_workflow(arn)) for _ in range(CONCURRENCY)]
    await asyncio.to_thread(emulator.wait_for_the_crowd)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert all(task.cancelled() for task in tasks)
    with pytest.raises(ResourceNotFoundException):
        await client.get_workflow(arn)


# --- The emulator, in a process of its own so that the loop that is watched is the client's alone -----


@dataclass(frozen=True)
class Report:
    """What the server has in the end: the ARNs of the builds by name, and how often each fault was met."""

    builds: dict[str, list[str]]
    faults_met: Counter[Fault | None]


class Crowd:
    """A script that keeps the first requests waiting, and tells when so many have come."""

    def __init__(self, size: int, pipe: Connection) -> None:
        self._missing = size
        self._pipe = pipe

    def next(self, operation: str | None) -> Fault | None:
        self._missing -= 1
        if self._missing == 0:
            self._pipe.send("the crowd is complete")
        return Delay(3_600.0) if self._missing >= 0 else None


class EmulatorProcess:
    """What :func:`run_emulator` runs, from the other end of its pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._url = self._next(str)

    def client(self) -> WorkflowsClient:
        return WorkflowsClient(
            "us-east-1",
            endpoint_url=self._url,
            credentials=Credentials(*DUMMY_KEYS),
            max_connections=CONCURRENCY,
            retry=RetryPolicy(base_delay=0.01, max_delay=0.1),
        )

    def wait_for_the_crowd(self) -> None:
        assert self._next(str) == "the crowd is complete"

    def stop(self) -> Report:
        self._pipe.send("stop")
        return self._next(Report)

    def _next(self, kind: type[T]) -> T:
        assert self._pipe.poll(60), "nothing comes from the emulator"
        message = self._pipe.recv()
        assert isinstance(message, kind)
        return message


@contextmanager
def emulator_process(size: int) -> Iterator[EmulatorProcess]:
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=run_emulator, args=(theirs, size))
    process.start()
    theirs.close()
    try:
        yield EmulatorProcess(ours)
        process.join(60)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def run_emulator(pipe: Connection, size: int) -> None:
    asyncio.run(serve(pipe, size))


async def serve(pipe: Connection, size: int) -> None:
    """Send the URL, serve until told to stop, send the report."""
    scripts: dict[str, FaultScript] = {
        "CreateWorkflow": AtRandom(RATES, seed=1),
        "GetWorkflow": Crowd(CONCURRENCY, pipe),
    }
    async with Emulator(
        faults=ByOperation(scripts), quotas=Quotas(workflows=size), keep_requests=10 * size
    ) as emulator:
        pipe.send(emulator.url)
        await asyncio.to_thread(pipe.recv)
        builds = dict[str, list[str]]()
        for build in emulator.workflows:
            builds.setdefault(build.name, []).append(build.arn)
        pipe.send(Report(builds, Counter(request.fault for request in emulator.requests)))
