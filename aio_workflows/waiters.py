"""Follows an execution of a workflow to its end, by asking again and again at a considerate pace."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Protocol, TypeVar

from attrs import frozen

from aio_workflows.errors import (
    AioWorkflowsError,
    AttemptRecord,
    CallTimeoutError,
    ConfigurationError,
    WaitTimeoutError,
)
from aio_workflows.errors.service import ERRORS_BY_CODE, ThrottlingError
from aio_workflows.models.enums import WorkflowExecutionStatus, WorkflowStepExecutionStatus
from aio_workflows.models.execution_responses import GetWorkflowExecutionResponse, WorkflowStepMetadata
from aio_workflows.models.tables import items_table, response_view, to_records
from aio_workflows.retry.classifier import History, classify
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.views import View, to_html, to_text

T = TypeVar("T")

_OVER: Final = frozenset(
    {
        WorkflowExecutionStatus.COMPLETED,
        WorkflowExecutionStatus.SKIPPED,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.ROLLBACK_COMPLETED,
        WorkflowExecutionStatus.CANCELLED,
    }
)

_SHOWN: Final = (
    "workflow_build_version_arn",
    "image_build_version_arn",
    "status",
    "message",
    "start_time",
    "end_time",
)


@frozen(kw_only=True)
class PollingPace:
    """How often to look.

    :param shortest: seconds between two looks while something happens.
    :param longest: seconds to which they grow, by half each time, while nothing does. A throttle
        doubles them, up to four times this.
    :param failures: how many looks may fail in a row, each with all its attempts, before the last
        error is raised.
    :raises ConfigurationError: a number is out of its range.
    """

    shortest: float = 2.0
    longest: float = 30.0
    failures: int = 5

    def __attrs_post_init__(self) -> None:
        if not 0 < self.shortest <= self.longest or self.failures < 1:
            raise ConfigurationError(
                "a pace wants 0 < shortest <= longest, in seconds, and failures of at least 1; "
                f"given are {self.shortest}, {self.longest} and {self.failures}"
            )


@frozen(kw_only=True)
class StepChange:
    """A step that is seen for the first time, or anew with another status.

    ``before`` is the status it had, None at the first time. ``step.read_outputs()`` gives what it
    has put out. A change of the rollback's status or of the attempt's number counts too.
    """

    step: WorkflowStepMetadata
    before: WorkflowStepExecutionStatus | None = None


class Executions(Protocol):
    """Where executions are looked up."""

    async def get_workflow_execution(
        self, workflow_execution_id: str, *, timeout: float | None = None
    ) -> GetWorkflowExecutionResponse:
        """How far an execution has come."""
        ...

    def list_workflow_step_executions(
        self, workflow_execution_id: str, *, timeout: float | None = None
    ) -> Any:
        """Its steps, as a listing with ``pages()``."""
        ...


class ExecutionFollower:
    """One execution that is followed. ``async for change in follower`` gives each step's changes.

    ``execution`` is what was last seen of it, None before the first look; ``steps`` are what the
    iteration has seen. A notebook and ``print`` show both, as a timeline. The iteration ends with
    the execution; breaking off and going on later is fine.
    """

    def __init__(
        self,
        executions: Executions,
        workflow_execution_id: str,
        *,
        timeout: float | None,
        call_timeout: float,
        pace: PollingPace,
        policy: RetryPolicy,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.execution: GetWorkflowExecutionResponse | None = None
        self._executions = executions
        self._id = workflow_execution_id
        self._deadline = clock() + timeout if timeout is not None else None
        self._call_timeout = call_timeout
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._rhythm = _Rhythm(pace, random)
        self._steps: dict[object, WorkflowStepMetadata] = {}

    @property
    def steps(self) -> tuple[WorkflowStepMetadata, ...]:
        """The steps as they were last seen, in the order in which they appeared."""
        return tuple(self._steps.values())

    def to_records(self) -> list[dict[str, Any]]:
        """The steps as plain flat values, for a table; without their inputs and outputs."""
        return to_records(self.steps)

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def __str__(self) -> str:
        return to_text(self._view())

    def _view(self) -> View:
        facts = (
            [fact for fact in response_view(self.execution).facts if fact[0] in _SHOWN]
            if self.execution
            else ()
        )
        return View(title=self._id, facts=facts, tables=[items_table(self.steps)] if self._steps else ())

    async def wait(self) -> GetWorkflowExecutionResponse:
        """The execution at its end, however it ended: look at its ``status``.

        :raises WaitTimeoutError: the time limit passed; the execution goes on.
        :raises ServiceError: it could not be looked at.
        """
        while True:
            before = self.execution
            execution = await self._look(self._get)
            if _is_over(execution):
                return execution
            await self._rest(changed=before is None or _progress(before) != _progress(execution))

    async def __aiter__(self) -> AsyncIterator[StepChange]:
        """The changes of all steps, until the execution has ended.

        :raises WaitTimeoutError: the time limit passed; the execution goes on.
        """
        while True:
            # First the execution: when that is over, the steps that follow are the last word.
            execution = await self._look(self._get)
            changes = self._changes(await self._look(self._list))
            for change in changes:
                yield change
            if _is_over(execution):
                return
            await self._rest(changed=bool(changes))

    async def _get(self, timeout: float) -> tuple[GetWorkflowExecutionResponse, tuple[AttemptRecord, ...]]:
        self.execution = await self._executions.get_workflow_execution(self._id, timeout=timeout)
        metadata = self.execution.metadata
        return self.execution, metadata.attempts if metadata is not None else ()

    async def _list(self, timeout: float) -> tuple[list[WorkflowStepMetadata], tuple[AttemptRecord, ...]]:
        steps, attempts = list[WorkflowStepMetadata](), list[AttemptRecord]()
        async for page in self._executions.list_workflow_step_executions(self._id, timeout=timeout).pages():
            steps += page.steps or ()
            attempts += page.metadata.attempts if page.metadata is not None else ()
        return steps, tuple(attempts)

    def _changes(self, steps: list[WorkflowStepMetadata]) -> list[StepChange]:
        changes = list[StepChange]()
        for step in steps:
            key = step.step_execution_id or step.name
            known = self._steps.get(key)
            if known is None or _stage(known) != _stage(step):
                changes.append(StepChange(step=step, before=known.status if known is not None else None))
            self._steps[key] = step
        return changes

    async def _look(self, ask: Callable[[float], Awaitable[tuple[T, tuple[AttemptRecord, ...]]]]) -> T:
        """Ask until there is an answer, a failure that waiting does not mend, or no time left."""
        failures = 0
        while True:
            left = self._left()
            try:
                answer, attempts = await ask(min(self._call_timeout, left))
            except AioWorkflowsError as error:
                failures += 1
                obstacle = error
            else:
                self._rhythm.note(throttled=any(map(_is_throttle, attempts)))
                return answer
            verdict = classify(obstacle, History(), self._policy)
            if isinstance(obstacle, CallTimeoutError) and self._is_late():
                raise self._late()
            if verdict.action == "raise" or failures >= self._rhythm.pace.failures or self._is_late():
                raise obstacle
            self._rhythm.note(throttled=verdict.throttled)
            await self._rest(changed=False)

    async def _rest(self, *, changed: bool) -> None:
        await self._sleep(min(self._rhythm.next(changed=changed), self._left()))

    def _left(self) -> float:
        """The seconds left.

        :raises WaitTimeoutError: there are none.
        """
        if self._deadline is None:
            return float("inf")
        left = self._deadline - self._clock()
        if left <= 0:
            raise self._late()
        return left

    def _is_late(self) -> bool:
        return self._deadline is not None and self._clock() >= self._deadline

    def _late(self) -> WaitTimeoutError:
        status = self.execution.status if self.execution is not None else None
        seen = f"it is {status}" if status is not None else "it was not seen"
        error = WaitTimeoutError(
            f"the execution {self._id} did not end in time; {seen}, and goes on",
            status=str(status) if status is not None else None,
        )
        error.stop_reason = "deadline"
        return error


class _Rhythm:
    """The seconds from one look to the next."""

    def __init__(self, pace: PollingPace, random: Callable[[], float]) -> None:
        self.pace = pace
        self._random = random
        self._wait = pace.shortest
        self._throttled = False

    def note(self, *, throttled: bool) -> None:
        """A look was throttled, or not."""
        self._throttled = self._throttled or throttled

    def next(self, *, changed: bool) -> float:
        """The wait before the next look, a fifth longer or shorter so that followers do not march in step."""
        wait = self._wait
        if self._throttled:
            wait = self._wait = min(2 * wait, 4 * self.pace.longest)
        elif changed:
            wait = self._wait = self.pace.shortest
        else:
            self._wait = min(1.5 * wait, self.pace.longest)
        self._throttled = False
        return wait * (0.8 + 0.4 * self._random())


def _is_over(execution: GetWorkflowExecutionResponse) -> bool:
    """Whether nothing more will happen; a status that is not known counts when the end has a time."""
    status = execution.status
    if status is None or status.is_known:
        return status in _OVER
    return execution.end_time is not None


def _progress(execution: GetWorkflowExecutionResponse) -> tuple[object, ...]:
    return (
        execution.status,
        execution.total_steps_succeeded,
        execution.total_steps_failed,
        execution.total_steps_skipped,
    )


def _stage(step: WorkflowStepMetadata) -> tuple[object, ...]:
    return step.status, step.rollback_status, step.attempt_number


def _is_throttle(record: AttemptRecord) -> bool:
    known = ERRORS_BY_CODE.get(record.code or "")
    return record.http_status == 429 or (known is not None and issubclass(known, ThrottlingError))
