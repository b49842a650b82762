"""Following an execution, under virtual time: nothing here sleeps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    AttemptRecord,
    CallRateLimitExceededException,
    CallTimeoutError,
    ConfigurationError,
    ConnectionLostError,
    ForbiddenException,
    GetWorkflowExecutionResponse,
    ListWorkflowStepExecutionsResponse,
    PollingPace,
    ResourceNotFoundException,
    ResponseMetadata,
    RetryPolicy,
    WaitTimeoutError,
    WorkflowExecutionStatus,
    WorkflowStepExecutionStatus,
    WorkflowStepMetadata,
)
from aio_workflows.waiters import ExecutionFollower
from tests.virtual_time import VirtualTime

ID = "wf-01234567-89ab-cdef-0123-456789abcdef"
THROTTLED = AttemptRecord(number=1, error="ThrottlingException", code="ThrottlingException", http_status=400)


def execution(
    status: str, *, attempts: tuple[AttemptRecord, ...] = (), **more: Any
) -> GetWorkflowExecutionResponse:
    return GetWorkflowExecutionResponse(
        workflow_execution_id=ID,
        status=WorkflowExecutionStatus(status),
        metadata=ResponseMetadata(http_status=200, attempts=attempts),
        **more,
    )


def step(name: str, status: str, **more: Any) -> WorkflowStepMetadata:
    return WorkflowStepMetadata(
        step_execution_id=f"step-{name}", name=name, status=WorkflowStepExecutionStatus(status), **more
    )


class Service:
    """Shows one picture after the other; the last one stays. A picture is an execution and its steps, or an error."""

    def __init__(self, *pictures: Any, page: int = 25) -> None:
        self.pictures = list(pictures)
        self.page = page
        self.looks = 0
        self.timeouts: list[float | None] = []

    async def get_workflow_execution(
        self, workflow_execution_id: str, *, timeout: float | None = None
    ) -> GetWorkflowExecutionResponse:
        assert workflow_execution_id == ID
        self.looks += 1
        self.timeouts.append(timeout)
        picture = self.pictures[0]
        if isinstance(picture, AioWorkflowsError):
            self._turn()
            raise picture
        if not isinstance(picture, tuple):
            self._turn()
            assert isinstance(picture, GetWorkflowExecutionResponse)
            return picture
        found: GetWorkflowExecutionResponse = picture[0]
        return found

    def list_workflow_step_executions(
        self, workflow_execution_id: str, *, timeout: float | None = None
    ) -> Any:
        steps: tuple[WorkflowStepMetadata, ...] = self.pictures[0][1:]
        self._turn()
        return Pages(steps, self.page)

    def _turn(self) -> None:
        if len(self.pictures) > 1:
            del self.pictures[0]


class Pages:
    def __init__(self, steps: tuple[WorkflowStepMetadata, ...], size: int) -> None:
        self.steps, self.size = steps, size

    async def pages(self) -> AsyncIterator[ListWorkflowStepExecutionsResponse]:
        for start in range(0, len(self.steps), self.size):
            yield ListWorkflowStepExecutionsResponse(steps=self.steps[start : start + self.size])


def follower(
    service: Service,
    *,
    timeout: float | None = None,
    pace: PollingPace | None = None,
    random: Callable[[], float] = lambda: 0.5,
) -> tuple[ExecutionFollower, VirtualTime]:
    time = VirtualTime()
    return (
        ExecutionFollower(
            service,
            ID,
            timeout=timeout,
            call_timeout=60.0,
            pace=pace or PollingPace(),
            policy=RetryPolicy(),
            clock=time.clock,
            sleep=time.sleep,
            random=random,
        ),
        time,
    )


@pytest.mark.parametrize("status", ["COMPLETED", "SKIPPED", "FAILED", "ROLLBACK_COMPLETED", "CANCELLED"])
async def test_a_wait_returns_however_the_execution_ended(status: str) -> None:
    """Failure is a fact to look at, not an exception."""
    ended = execution(status)
    following, time = follower(Service(execution("PENDING"), execution("RUNNING"), ended))
    assert await following.wait() is ended
    assert following.execution is ended
    assert len(time.sleeps) == 2


async def test_a_status_that_is_not_known_ends_with_its_time() -> None:
    """A novelty is not taken for the end, unless the service says when that was."""
    service = Service(execution("PAUSED"), execution("ABANDONED", end_time="2026-10-01T00:00:00.000Z"))
    following, _ = follower(service)
    assert (await following.wait()).status == "ABANDONED"


async def test_the_pace_slows_down_while_nothing_happens() -> None:
    """From two seconds to thirty, and back when something does."""
    same = [execution("RUNNING", total_steps_succeeded=1)] * 9
    service = Service(*same, execution("RUNNING", total_steps_succeeded=2), execution("COMPLETED"))
    following, time = follower(service)
    await following.wait()
    assert time.sleeps == [2.0, 2.0, 3.0, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30.0, 2.0]


async def test_a_throttle_slows_the_pace_beyond_its_longest() -> None:
    """Whether it showed in an attempt that was repeated or in the end of a call, up to four times the longest."""
    throttled = execution("RUNNING", attempts=(THROTTLED,))
    service = Service(*[throttled] * 4, CallRateLimitExceededException("slow"), execution("COMPLETED"))
    following, time = follower(service, pace=PollingPace(shortest=2.0, longest=3.0))
    await following.wait()
    assert time.sleeps == [4.0, 8.0, 12.0, 12.0, 12.0]


@pytest.mark.parametrize(("drawn", "factor"), [(0.0, 0.8), (1.0, 1.2)])
async def test_followers_do_not_march_in_step(drawn: float, factor: float) -> None:
    """Each wait is up to a fifth shorter or longer."""
    following, time = follower(Service(execution("RUNNING"), execution("COMPLETED")), random=lambda: drawn)
    await following.wait()
    assert time.sleeps == [pytest.approx(2.0 * factor)]


async def test_looks_that_fail_for_a_while_do_not_end_the_wait() -> None:
    """A read may be repeated for as long as there is time."""
    errors = [ConnectionLostError("gone")] * 4
    following, _ = follower(Service(*errors, execution("RUNNING"), *errors, execution("COMPLETED")))
    assert (await following.wait()).status == "COMPLETED"


async def test_looks_that_go_on_failing_end_the_wait() -> None:
    """With the last real error."""
    service = Service(ConnectionLostError("gone"))
    following, _ = follower(service, pace=PollingPace(failures=3))
    with pytest.raises(ConnectionLostError):
        await following.wait()
    assert service.looks == 3


@pytest.mark.parametrize("error", [ResourceNotFoundException("none"), ForbiddenException("no")])
async def test_a_refusal_ends_the_wait_at_once(error: AioWorkflowsError) -> None:
    """Waiting does not mend it."""
    following, time = follower(Service(error))
    with pytest.raises(type(error)):
        await following.wait()
    assert time.sleeps == []


async def test_the_limit_bounds_the_whole_wait() -> None:
    """The last look is at the limit, no wait passes it, and the error says what was seen."""
    service = Service(execution("RUNNING"))
    following, time = follower(service, timeout=100.0)
    with pytest.raises(WaitTimeoutError, match=rf"{ID} did not end in time; it is RUNNING") as caught:
        await following.wait()
    assert time.now == pytest.approx(1_100.0)
    assert isinstance(caught.value, TimeoutError)
    assert (caught.value.status, caught.value.stop_reason) == ("RUNNING", "deadline")
    assert service.timeouts[0] == 60.0
    assert service.timeouts[-1] == pytest.approx(1_100.0 - (time.now - time.sleeps[-1]), abs=1)


async def test_a_call_that_runs_into_the_limit_is_the_limit() -> None:
    """The wait's error, not the call's; before the limit it is the call's own."""
    service = Service(CallTimeoutError("late"))
    following, time = follower(service, timeout=5.0)
    with pytest.raises(CallTimeoutError):
        await following.wait()

    async def look(workflow_execution_id: str, *, timeout: float | None = None) -> Any:
        assert timeout == 5.0
        time.now += timeout
        raise CallTimeoutError("late")

    service.get_workflow_execution = look  # type: ignore[method-assign]
    with pytest.raises(WaitTimeoutError, match="it was not seen"):
        await following.wait()


async def test_every_change_of_a_step_is_told_once() -> None:
    """In the order of the steps, the rollback's and the attempt's changes too, over pages of any size."""
    service = Service(
        (execution("RUNNING"), step("a", "RUNNING"), step("b", "PENDING")),
        (execution("RUNNING"), step("a", "RUNNING", attempt_number=2), step("b", "PENDING")),
        (execution("RUNNING"), step("a", "COMPLETED", attempt_number=2), step("b", "RUNNING")),
        (
            execution("ROLLBACK_IN_PROGRESS"),
            step("a", "COMPLETED", attempt_number=2, rollback_status="RUNNING"),
            step("b", "FAILED"),
        ),
        (
            execution("ROLLBACK_COMPLETED"),
            step("a", "COMPLETED", attempt_number=2, rollback_status="COMPLETED"),
            step("b", "FAILED"),
        ),
        page=1,
    )
    following, _ = follower(service)
    told = [(change.step.name, change.before, change.step.status) async for change in following]
    assert told == [
        ("a", None, "RUNNING"),
        ("b", None, "PENDING"),
        ("a", "RUNNING", "RUNNING"),
        ("a", "RUNNING", "COMPLETED"),
        ("b", "PENDING", "RUNNING"),
        ("a", "COMPLETED", "COMPLETED"),
        ("b", "RUNNING", "FAILED"),
        ("a", "COMPLETED", "COMPLETED"),
    ]
    assert following.execution is not None
    assert following.execution.status == "ROLLBACK_COMPLETED"


async def test_breaking_off_and_going_on() -> None:
    """What was told is not told again."""
    service = Service(
        (execution("RUNNING"), step("a", "RUNNING")),
        (execution("COMPLETED"), step("a", "COMPLETED")),
    )
    following, _ = follower(service)
    async with aclosing(following.__aiter__()) as changes:  # type: ignore[type-var]
        first = await anext(changes)
    rest = [change async for change in following]
    assert first.step.status == "RUNNING"
    assert [(change.before, change.step.status) for change in rest] == [("RUNNING", "COMPLETED")]


async def test_cancelling_leaves_at_once() -> None:
    """From the wait between two looks."""

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    service = Service(execution("RUNNING"))
    following = ExecutionFollower(
        service, ID, timeout=None, call_timeout=60, pace=PollingPace(), policy=RetryPolicy(), sleep=never
    )
    task = asyncio.create_task(following.wait())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert service.looks == 1


@pytest.mark.parametrize("options", [{"shortest": 0.0}, {"shortest": 3.0, "longest": 2.0}, {"failures": 0}])
def test_a_pace_has_limits(options: dict[str, Any]) -> None:
    """Zero would be a storm."""
    with pytest.raises(ConfigurationError, match="shortest"):
        PollingPace(**options)
