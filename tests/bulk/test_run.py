"""A bulk run, awaited and iterated: one outcome for each input, and no task left behind, however it ends."""

import asyncio
import gc
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    BulkOutcome,
    ClientClosedError,
    ConfigurationError,
    CreateWorkflowRequest,
    RequestValidationError,
    ResourceAlreadyExistsException,
    RetryPolicy,
    ServiceQuotaExceededException,
)
from aio_workflows.emulator import AtRandom, Emulator, InTurn, Reset, throttled
from aio_workflows.transport.base import HttpResponse
from tests.bulk.making import (
    Gate,
    Handled,
    client,
    created,
    nothing_is_left,
    refused,
    request,
    requests,
    result_of,
    stream,
    until,
)


async def by_name(body: dict[str, Any]) -> HttpResponse:
    """Refuse what is called for its refusal, after the others have had a turn."""
    await asyncio.sleep(0)
    number = int(body["name"].rpartition("-")[2])
    answers = {
        3: refused("ServiceQuotaExceededException", 402),
        5: refused("ServiceException", 500),
        7: refused("ResourceAlreadyExistsException"),
    }
    return answers.get(number) or created(body)


ONE_TRY = RetryPolicy(max_attempts=1)
STATUSES = {3: "failed", 5: "unknown", 7: "already_exists"}


# --- What becomes of the items --------------------------------------------------------------------


async def test_an_awaited_run_has_every_outcome_in_the_order_of_the_input() -> None:
    report = await client(Handled(by_name)).create_workflows(requests(10), concurrency=3)
    assert [one.index for one in report.outcomes] == list(range(10))
    assert [one.request.name for one in report.outcomes] == [f"workflow-{number}" for number in range(10)]
    assert [one.status for one in report.outcomes] == [
        STATUSES.get(number, "created") for number in range(10)
    ]
    assert report.counts == {"created": 7, "failed": 1, "unknown": 1, "already_exists": 1}
    assert report.is_complete
    for one in report.outcomes:
        assert (one.response is None) == (one.status != "created")
        assert (one.error is None) == (one.status == "created")
        assert one.attempts == 1
        assert one.duration > 0
        assert one.client_token is not None
        assert one.is_done == (one.status in {"created", "already_exists"})
    assert isinstance(report.outcomes[3].error, ServiceQuotaExceededException)
    assert isinstance(report.outcomes[7].error, ResourceAlreadyExistsException)
    assert nothing_is_left()


async def test_an_iterated_run_gives_each_outcome_once_and_keeps_the_failures() -> None:
    async with client(Handled(by_name)).create_workflows(requests(10), concurrency=3) as run:
        outcomes = [outcome async for outcome in run]
    assert sorted(one.index for one in outcomes) == list(range(10))
    assert {one.index: one.status for one in outcomes if one.index in STATUSES} == STATUSES
    assert [one.index for one in run.report.outcomes] == [3, 5]
    assert run.report.counts == {"created": 7, "failed": 1, "unknown": 1, "already_exists": 1}
    assert all(one.response.raw["clientToken"] == one.client_token for one in outcomes if one.response)
    assert nothing_is_left()


async def test_every_request_is_done_once_in_spite_of_faults() -> None:
    """Over sockets: lost answers and throttles cost attempts, and nothing else."""
    faults = AtRandom([(0.05, Reset(done=True)), (0.05, Reset()), (0.05, throttled())], seed=5)
    async with Emulator(faults=faults) as emulator, emulator.client() as one:
        report = await one.create_workflows(requests(100))
        assert report.counts == {"created": 100}
        assert len(emulator.builds) == 100
        tokens = {one.client_token for one in report.outcomes}
        assert len(tokens) == 100
        assert sum(one.attempts for one in report.outcomes) > 100
        arns = [one.response.workflow_build_version_arn for one in report.outcomes if one.response]
        assert sorted(arns) == sorted(emulator.builds)


async def test_a_request_that_is_repeated_exactly_is_sent_each_time() -> None:
    """Each has a token of its own, and the service says that it has the second one already."""
    async with Emulator() as emulator, emulator.client() as one:
        report = await one.create_workflows([request(1), request(2), request(1)], concurrency=1)
        assert [one.status for one in report.outcomes] == ["created", "created", "already_exists"]
        assert len(emulator.builds) == 2


async def test_a_token_of_the_caller_is_used() -> None:
    transport = Handled()
    report = await client(transport).create_workflows([request(0, client_token="mine"), request(1)])
    assert [one.client_token for one in report.outcomes] == [body["clientToken"] for body in transport.sent]
    assert report.outcomes[0].client_token == "mine"


async def test_what_fails_is_told_from_what_is_unknown() -> None:
    """A lost answer is unknown, and its token asks again with success."""
    async with Emulator(faults=[Reset(done=True)]) as emulator, emulator.client(retry=ONE_TRY) as one:
        report = await one.create_workflows([request(0)])
        (outcome,) = report.failures()
        assert outcome.status == "unknown"
        assert isinstance(outcome.error, AioWorkflowsError)
        assert outcome.error.client_token == outcome.client_token
        again = await one.create_workflows([request(0, client_token=outcome.client_token)])
        assert again.counts == {"created": 1}
        assert len(emulator.builds) == 1


async def test_an_empty_input_is_a_complete_run() -> None:
    report = await client(Handled()).create_workflows([])
    assert (report.total, report.is_complete) == (0, True)
    async with client(Handled()).create_workflows(iter(())) as run:
        assert [one async for one in run] == []
    assert run.report.is_complete


async def test_an_item_that_is_no_request_is_refused() -> None:
    """In a list before anything is sent, in a stream when its turn comes."""
    transport = Handled()
    wrong: Any = [request(0), "workflow"]
    with pytest.raises(RequestValidationError, match="CreateWorkflowRequest"):
        await client(transport).create_workflows(wrong)
    assert transport.sent == []
    report = await client(transport).create_workflows(iter(wrong))
    assert [one.status for one in report.outcomes] == ["created", "failed"]
    assert report.to_records()[1]["name"] is None
    assert "1: a str failed: RequestValidationError: item: must be a CreateWorkflowRequest" in str(report)


async def test_a_closed_client_fails_every_item() -> None:
    one = client(Handled())
    await one.aclose()
    report = await one.create_workflows(requests(3))
    assert [type(outcome.error) for outcome in report.outcomes] == [ClientClosedError] * 3
    assert [outcome.status for outcome in report.outcomes] == ["failed"] * 3


async def test_an_error_that_is_not_ours_leaves_the_outcome_unknown() -> None:
    async def broken(body: dict[str, Any]) -> HttpResponse:
        raise LookupError("a bug")

    report = await client(Handled(broken)).create_workflows(requests(2))
    assert [one.status for one in report.outcomes] == ["unknown", "unknown"]
    assert isinstance(report.outcomes[0].error, LookupError)


# --- How it is read, and how many at a time -------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_no_more_items_are_under_way_than_allowed(concurrency: int) -> None:
    transport = Handled(by_name)
    await client(transport).create_workflows(requests(20), concurrency=concurrency)
    assert transport.most_at_once == concurrency


async def test_the_input_is_read_only_as_fast_as_it_can_be_worked_on() -> None:
    """Neither a slow service nor a slow reader makes the input pile up."""
    read = 0

    async def endless() -> AsyncIterator[CreateWorkflowRequest]:
        nonlocal read
        while True:
            read += 1
            yield request(read)

    gate = Gate()
    async with client(Handled(gate)).create_workflows(endless(), concurrency=3) as run:
        first = asyncio.ensure_future(anext(run))
        for _ in range(3):
            await gate.arrived.acquire()
        assert read == 3
        for _ in range(50):
            gate.open.release()
        await first
        for _ in range(200):
            await asyncio.sleep(0)
        # Nobody takes the outcomes: three wait in the queue, and three workers hold one each.
        assert read <= 1 + 3 + 3
    assert nothing_is_left()


async def test_a_transport_that_never_waits_does_not_hold_up_the_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.ensure_future(tick())
    await client(Handled()).create_workflows(requests(50), concurrency=1)
    ticking.cancel()
    assert ticks >= 50


async def test_a_run_that_was_iterated_can_be_awaited_to_its_end() -> None:
    run = client(Handled()).create_workflows(requests(20), concurrency=2)
    await anext(run)
    report = await run
    assert report.counts == {"created": 20}
    assert (await run).counts == report.counts
    with pytest.raises(StopAsyncIteration):
        await anext(run)


async def test_several_tasks_may_share_the_outcomes() -> None:
    run = client(Handled(by_name)).create_workflows(requests(20), concurrency=2)

    async def take() -> list[int]:
        return [outcome.index async for outcome in run]

    taken = await asyncio.gather(take(), take(), take())
    assert sorted(index for indices in taken for index in indices) == list(range(20))


# --- Ends before the end --------------------------------------------------------------------------


async def test_fail_fast_sends_nothing_more() -> None:
    transport = Handled(by_name)
    report = await client(transport).create_workflows(requests(100), concurrency=2, stop_on="failure")
    assert len(report.outcomes) == 100
    assert [one.index for one in report.outcomes] == list(range(100))
    assert report.outcomes[3].status == "failed"
    sent = len(transport.sent)
    assert sent <= 6
    assert {one.status for one in report.outcomes[:sent]} <= {"created", "failed", "unknown"}
    assert {one.status for one in report.outcomes[sent:]} == {"not_started"}
    assert not report.is_complete
    assert nothing_is_left()


async def test_fail_fast_lets_what_is_under_way_end() -> None:
    """Its outcome is worth more than the time: nothing is left unknown."""
    gate = Gate()

    async def handler(body: dict[str, Any]) -> HttpResponse:
        if body["name"] != "workflow-1":
            return await gate(body)
        await gate.arrived.acquire()
        await gate.arrived.acquire()
        return refused("ForbiddenException", 403)

    run = client(Handled(handler)).create_workflows(stream(50), concurrency=3, stop_on="failure")
    waiting = asyncio.ensure_future(result_of(run))
    await until(lambda: len(run.report.failures()) > 0)
    gate.open.release()
    gate.open.release()
    report = await waiting
    assert [one.status for one in report.outcomes] == ["created", "failed", "created"]
    assert not report.is_complete


async def test_a_predicate_ends_the_run() -> None:
    def enough(outcome: BulkOutcome[Any, Any]) -> bool:
        return outcome.index == 4

    async with client(Handled()).create_workflows(requests(50), concurrency=1, stop_on=enough) as run:
        statuses = [outcome.status async for outcome in run]
    assert statuses == ["created"] * 5 + ["not_started"] * 45
    assert run.report.counts == {"created": 5, "not_started": 45}
    assert run.report.outcomes == ()


async def test_a_predicate_that_raises_ends_the_run_with_its_error() -> None:
    def broken(outcome: BulkOutcome[Any, Any]) -> bool:
        raise LookupError("of the caller")

    run = client(Handled()).create_workflows(requests(50), concurrency=1, stop_on=broken)
    with pytest.raises(LookupError, match="of the caller"):
        await run
    assert run.report.counts == {"created": 1, "not_started": 49}
    assert nothing_is_left()


def breaks_after(count: int) -> Iterator[CreateWorkflowRequest]:
    yield from stream(count)
    raise LookupError("the input broke")


async def breaks_later(count: int) -> AsyncIterator[CreateWorkflowRequest]:
    for one in breaks_after(count):
        await asyncio.sleep(0)
        yield one


@pytest.mark.parametrize("broken", [breaks_after, breaks_later])
async def test_an_input_that_raises_ends_the_run_with_its_error(broken: Any) -> None:
    """What was read before has its outcome; both ways of waiting see the error."""
    run = client(Handled(by_name)).create_workflows(broken(3), concurrency=2)
    with pytest.raises(LookupError, match="the input broke"):
        await run
    assert [(one.index, one.status) for one in run.report.outcomes] == [(n, "created") for n in range(3)]
    assert not run.report.is_complete
    assert nothing_is_left()

    async with client(Handled(by_name)).create_workflows(broken(3), concurrency=2) as run:
        seen = list[int]()
        with pytest.raises(LookupError, match="the input broke"):  # noqa: PT012
            async for outcome in run:
                seen.append(outcome.index)
    assert sorted(seen) == [0, 1, 2]
    assert nothing_is_left()


async def test_an_error_that_the_loop_did_not_see_comes_at_the_end_of_the_block() -> None:
    with pytest.raises(LookupError, match="the input broke"):  # noqa: PT012
        async with client(Handled()).create_workflows(breaks_after(1), concurrency=2) as run:
            async for _ in run:
                await until(nothing_is_left)
                break
    assert nothing_is_left()


class Sized:
    """A collection whose iteration breaks."""

    def __len__(self) -> int:
        return 5

    def __contains__(self, item: object) -> bool:
        return False

    def __init__(self) -> None:
        self.rounds = 0

    def __iter__(self) -> Iterator[CreateWorkflowRequest]:
        self.rounds += 1
        return stream(5) if self.rounds == 2 else breaks_after(2)


async def test_a_collection_that_raises_ends_the_run_too() -> None:
    run = client(Handled()).create_workflows(Sized(), concurrency=1)
    with pytest.raises(LookupError, match="the input broke"):
        await run
    assert run.report.counts == {"created": 2}


# --- Cancellation ---------------------------------------------------------------------------------


@pytest.mark.parametrize("iterated", [False, True])
async def test_cancelling_gives_every_item_an_outcome_and_leaves_nothing(iterated: bool) -> None:
    gate = Gate()
    run = client(Handled(gate)).create_workflows(requests(20), concurrency=3)

    async def work() -> None:
        if iterated:
            async with run:
                async for _ in run:
                    pass
        else:
            await run

    task = asyncio.ensure_future(work())
    gate.open.release()
    for _ in range(4):
        await gate.arrived.acquire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert nothing_is_left()
    report = run.report
    assert report.counts == {"created": 1, "cancelled": 3, "not_started": 16}
    assert not report.is_complete
    cancelled = report.failures()
    assert [one.status for one in cancelled] == ["cancelled"] * 3
    assert all(one.client_token is not None and one.error is None for one in cancelled)
    if not iterated:
        assert [one.index for one in report.outcomes] == list(range(20))
    assert run.progress.in_flight == 0


async def test_a_bare_loop_cleans_up_when_it_is_cancelled() -> None:
    gate = Gate()
    run = client(Handled(gate)).create_workflows(stream(20), concurrency=3)

    async def work() -> None:
        async for _ in run:
            pass

    task = asyncio.ensure_future(work())
    await gate.arrived.acquire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert nothing_is_left()
    assert run.report.counts["cancelled"] == 3


async def test_an_input_that_keeps_the_run_waiting_can_be_cancelled() -> None:
    async def slow() -> AsyncIterator[CreateWorkflowRequest]:
        yield request(0)
        await asyncio.Event().wait()

    run = client(Handled()).create_workflows(slow(), concurrency=3)
    async with run:
        assert (await anext(run)).status == "created"
        waiting = asyncio.ensure_future(anext(run))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert nothing_is_left()
    assert run.report.counts == {"created": 1}
    assert not run.report.is_complete


async def test_a_time_limit_ends_a_run() -> None:
    run = client(Handled(Gate())).create_workflows(requests(20), concurrency=3)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(run, 0.01)
    assert nothing_is_left()
    assert run.report.total == 20


async def test_cancelling_again_and_again_does_not_leave_tasks() -> None:
    """A second cancellation, while the first is being carried out, only waits on."""
    gate, stubborn = Gate(), asyncio.Event()

    async def handler(body: dict[str, Any]) -> HttpResponse:
        try:
            return await gate(body)
        except asyncio.CancelledError:
            await stubborn.wait()
            raise

    run = client(Handled(handler)).create_workflows(requests(3), concurrency=3)
    task = asyncio.ensure_future(result_of(run))
    await gate.arrived.acquire()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert not task.done()
    stubborn.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert nothing_is_left()


async def test_leaving_the_block_early_cancels_what_is_under_way() -> None:
    gate = Gate()
    gate.open.release()
    async with client(Handled(gate)).create_workflows(stream(20), concurrency=3) as run:
        async for _ in run:
            break
    assert nothing_is_left()
    assert run.report.counts["created"] == 1
    assert run.report.counts["cancelled"] >= 2


async def test_an_error_in_the_block_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with client(Handled()).create_workflows(stream(20)) as run:
            async for _ in run:
                raise ZeroDivisionError
    assert nothing_is_left()


async def test_closing_ends_a_run_after_a_break() -> None:
    gate = Gate()
    gate.open.release()
    run = client(Handled(gate)).create_workflows(stream(20), concurrency=3)
    async for _ in run:
        break
    await run.aclose()
    await run.aclose()
    assert nothing_is_left()


async def test_a_run_that_was_closed_before_it_began_cannot_begin() -> None:
    run = client(Handled()).create_workflows(requests(1))
    await run.aclose()
    assert run.report.total == 0
    with pytest.raises(RuntimeError, match="closed before it began"):
        await run


async def test_a_run_that_is_closed_as_it_begins_ends_well() -> None:
    transport = Handled()
    run = client(transport).create_workflows(requests(5))
    taking = asyncio.ensure_future(anext(run, None))
    await asyncio.sleep(0)
    await run.aclose()
    await asyncio.wait([taking])
    assert nothing_is_left()
    assert run.report.total == 5
    assert "created" not in run.report.counts


async def test_a_dropped_run_is_cancelled_with_a_warning() -> None:
    gate = Gate()
    gate.open.release()
    run = client(Handled(gate)).create_workflows(stream(20), concurrency=3)
    await anext(run)
    with pytest.warns(ResourceWarning, match="dropped while it worked"):  # noqa: PT031
        del run
        gc.collect()
    for _ in range(20):
        await asyncio.sleep(0)
    assert nothing_is_left()


def test_a_run_that_outlives_its_loop_only_warns() -> None:
    async def begin() -> Any:
        gate = Gate()
        gate.open.release()
        run = client(Handled(gate)).create_workflows(stream(20), concurrency=3)
        await anext(run)
        return run

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # it would tell of the tasks that end with it
    run = loop.run_until_complete(begin())
    loop.close()
    with pytest.warns(ResourceWarning) as caught:  # noqa: PT031
        del run
        gc.collect()
    assert any("dropped while it worked" in str(one.message) for one in caught)


PROGRAM = """
import asyncio
from tests.bulk.making import Gate, Handled, client, requests

async def main():
    gate = Gate()
    gate.open.release()
    run = client(Handled(gate)).create_workflows(requests(20), concurrency=3)
    async def tell():
        for _ in range(4):
            await gate.arrived.acquire()
        print("ready", flush=True)
    telling = asyncio.create_task(tell())
    try:
        {wait}
    finally:
        tasks = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("bulk")]
        print(dict(run.report.counts), tasks, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("wait", ["await run", "async with run:\n            async for _ in run: pass"])
def test_ctrl_c_leaves_a_report(wait: str) -> None:
    program = PROGRAM.replace("{wait}", wait)
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "ready\n", running.stderr.read()
        running.send_signal(signal.SIGINT)
        printed = running.stdout.read()
        assert printed == "{'created': 1, 'cancelled': 3, 'not_started': 16} []\n"
        assert running.stderr.read().rstrip().endswith("KeyboardInterrupt")


def test_what_ends_the_program_is_not_taken_for_a_failure() -> None:
    """It goes through, and the other items are cancelled."""

    async def ends(body: dict[str, Any]) -> HttpResponse:
        if body["name"] == "workflow-1":
            raise SystemExit(3)
        return await Gate()(body)

    run = client(Handled(ends)).create_workflows(requests(5), concurrency=2)
    with pytest.raises(SystemExit):
        asyncio.run(result_of(run))
    assert run.report.counts == {"cancelled": 2, "not_started": 3}


# --- Options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"concurrency": 0}, "concurrency"),
        ({"resend_within": -1}, "resend_within"),
        ({"resend_within": float("nan")}, "resend_within"),
        ({"stop_on": "success"}, "stop_on"),
        ({"timeout": 0}, "timeout"),
    ],
)
async def test_an_option_out_of_its_range_is_refused(option: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        client(Handled()).create_workflows([], **option)


async def test_the_timeout_bounds_each_item() -> None:
    async with Emulator() as emulator, emulator.client() as one:
        emulator.faults = InTurn([throttled()], repeat=True)
        report = await one.create_workflows(requests(2), timeout=0.2)
    assert [outcome.status for outcome in report.outcomes] == ["failed", "failed"]
    errors = [outcome.error for outcome in report.outcomes]
    assert all(isinstance(error, AioWorkflowsError) and error.stop_reason == "deadline" for error in errors)
