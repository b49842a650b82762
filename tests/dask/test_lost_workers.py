"""Workers that are killed on the way: at the end everything is there, once, and so is every outcome."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import LocalCluster

from aio_workflows import ClusterError, CreateWorkflowResponse
from aio_workflows.dask import TargetOutcome, create_workflows
from tests.dask.surroundings import PATIENCE, emulator_process, environment, requests, targets

Outcome = TargetOutcome[CreateWorkflowResponse]


def busy(running: Any) -> list[int]:
    """The workers that have something to do."""
    addresses = {worker.address for worker in running.scheduler.workers.values() if worker.processing}
    return [nanny.pid for nanny in running.workers.values() if nanny.worker_address in addresses]


@contextmanager
def cluster(env: dict[str, str], **options: Any) -> Iterator[Any]:
    made: Any = LocalCluster
    options = {"n_workers": 2, "threads_per_worker": 4, "dashboard_address": ":0", "env": env} | options
    with made(**options) as running:
        yield running


def kill(running: Any, count: int) -> None:
    """Kill workers, whichever live."""
    pids = [nanny.pid for nanny in running.workers.values() if nanny.pid is not None]
    for pid in random.sample(pids, min(count, len(pids))):
        os.kill(pid, signal.SIGKILL)


def check(outcomes: list[Outcome], builds: list[str], expected: int) -> None:
    assert len(builds) == len(set(builds)) == expected
    assert all(arn.endswith("/1") for arn in builds)
    assert Counter((one.target, one.index) for one in outcomes).most_common(1)[0][1] == 1
    assert Counter(one.status for one in outcomes) == {"created": expected}
    assert {one.response.workflow_build_version_arn for one in outcomes if one.response} == set(builds)


@pytest.mark.parametrize("at_once", [1, 2], ids=["one by one", "all at once"])
async def test_everything_is_there_once_though_workers_are_killed(
    tmp_path: Path, full_size: bool, at_once: int
) -> None:
    """Each time while creates are under way that are done and not yet answered.

    When all workers are lost at once, so are the documents that they were handed.
    """
    where, count = (targets(20), 200) if full_size else (targets(4), 40)
    total = len(where) * count
    wires = [total // 8, total // 3, 2 * total // 3]
    if at_once == 2 and not full_size:
        wires = wires[:1]
    with emulator_process(wires) as emulator, cluster(environment(emulator.url, tmp_path)) as running:
        outcomes = list[Outcome]()

        async def killer() -> None:
            for _ in wires:
                await asyncio.to_thread(emulator.next, int)
                kill(running, at_once)

        killing = asyncio.create_task(killer())
        run = create_workflows(requests(count), where, running, chunk_size=count // 4, timeout=PATIENCE)
        async with asyncio.timeout(5 * PATIENCE), run:  # a run that stands still is to fail, not to hang
            async for outcome in run:
                outcomes.append(outcome)
        await killing
        check(outcomes, emulator.builds(), total)
        assert run.report.is_complete
        assert run.report.counts == {"created": total}
        assert run.report.outcomes == ()


@pytest.mark.parametrize("workers", [1, 2], ids=["only", "one of two"])
async def test_a_chunk_that_is_given_up_is_told_and_can_be_asked_for_again(
    tmp_path: Path, workers: int
) -> None:
    """The only worker is lost, or one of two under a scheduler that gives up at once; the rest is done."""
    asked, where = requests(20), targets(1)
    with (
        emulator_process([5], held=5, seconds=3600) as emulator,
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        cluster(environment(emulator.url, tmp_path), n_workers=workers) as running,
    ):
        run = create_workflows(asked, where, running, run_id="one", chunk_size=10, retries=0)

        async def killer() -> None:
            await asyncio.to_thread(emulator.next, int)
            emulator.release()
            for pid in busy(running):
                os.kill(pid, signal.SIGKILL)

        killing = asyncio.create_task(killer())
        report = await run
        await killing
        assert report.counts == {"unknown": 10, "created": 10}
        assert {type(one.error) for one in report.failures()} == {ClusterError}
        assert "lost" in str(report)

        again = await create_workflows(asked, where, running, run_id="one", chunk_size=10, retries=0)
        check([*again.outcomes], emulator.builds(), 20)
