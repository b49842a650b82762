"""Plays an execution from its document: pure, from the time it has been played up to until now.

Steps run one after the other. A step whose ``if`` does not hold is skipped; one that fails is tried
again as its ``retry`` says; after that ``onFailure`` decides: ``Continue`` goes on, ``Abort`` (the
default) cancels what is left and rolls back. WaitForAction waits for SendWorkflowStepAction.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from aio_workflows.document import Step, WorkflowDocument
from aio_workflows.document.actions import ACTIONS, Gives
from aio_workflows.emulator.execution import FINISHED, Execution, Plan, StepRun
from aio_workflows.emulator.resolve import Scope, UnresolvedError

_VARIABLES: Final[Mapping[str, Any]] = {
    "collectImageMetadata": True,
    "collectImageScanFindings": False,
    "imageType": "AMI",
    "platform": "Linux",
    "terminateInstanceOnFailure": True,
    "workingDirectory": "/tmp/imagebuilder",  # noqa: S108 - it is never written to
}
_DAY: Final = 24 * 3600


@functools.lru_cache(maxsize=64)
def document_of(text: str) -> WorkflowDocument:
    """A document as it is played. An execution is looked at often, and its document never changes."""
    return WorkflowDocument.parse(text)


def step_runs(document: WorkflowDocument) -> list[StepRun]:
    """The steps of a document before anything has happened."""
    return [_step_run(step) for step in document.steps]


def _step_run(step: Step) -> StepRun:
    action = ACTIONS.get(step.action)
    timeout = action.default_timeout if action is not None else _DAY
    return StepRun(
        step_id=f"step-{uuid.uuid4()}",
        name=step.name,
        action=step.action,
        description=step.description,
        on_failure=step.on_failure or "Abort",
        timeout_seconds=step.timeout_seconds or timeout,
        max_attempts=step.retry.max_attempts if step.retry is not None else None,
    )


def advance(execution: Execution, now: float) -> bool:
    """Play on until ``now``; tells whether anything has changed."""
    plan = execution.plan
    if plan is None or execution.status in FINISHED:
        return False
    return _Stage(execution, plan, now).play()


class _Stage:
    """An execution being played."""

    def __init__(self, execution: Execution, plan: Plan, now: float) -> None:
        self._execution = execution
        self._plan = plan
        self._now = now
        self._document = document_of(plan.document)

    def play(self) -> bool:
        execution, changed = self._execution, False
        if execution.status == "PENDING":
            execution.status, execution.started, changed = "RUNNING", self._plan.cursor, True
        while execution.status == "RUNNING":
            place = next(
                (number for number, step in enumerate(execution.steps) if step.status not in FINISHED), None
            )
            if place is None:
                self._finish()
                return True
            go_on = self._step(execution.steps[place], self._document.steps[place])
            if not go_on:
                break
            changed = True
        return self._roll_back() or changed

    # --- One step: each of these tells whether something happened ---------------------------------------

    def _step(self, run: StepRun, step: Step) -> bool:
        if run.status == "PENDING":
            return self._begin(run, step)
        waits = run.action == "WaitForAction" and run.name not in self._plan.outcomes
        return self._hear(run) if waits else self._work(run, step)

    def _begin(self, run: StepRun, step: Step) -> bool:
        scope = self._scope()
        if step.condition is not None and not scope.holds(step.condition):
            run.status, run.inputs = "SKIPPED", dict(step.inputs or {})
            run.started = run.ended = self._plan.cursor
            return True
        start = self._plan.cursor + (step.wait_seconds or 0)
        if start > self._now:
            return False
        run.status, run.started = "RUNNING", start
        if run.max_attempts is not None:
            run.attempt_number = 1
        self._plan.cursor = start
        try:
            run.inputs = scope.resolve(step.inputs or {})
        except UnresolvedError as error:
            run.inputs = dict(step.inputs or {})
            self._fail(run, start, f"The reference '{error}' cannot be resolved.")
        return True

    def _hear(self, run: StepRun) -> bool:
        """Whether a waiting step was told something, or has waited too long."""
        limit = (run.started or 0.0) + (run.timeout_seconds or 0)
        answer = run.answer
        if answer is None or answer["at"] > limit:
            if self._now >= limit:
                self._fail(run, limit, f"The step timed out after {run.timeout_seconds} seconds.")
            return self._now >= limit
        run.outputs = {name: answer[name] for name in ("action", "reason") if answer.get(name) is not None}
        if answer["action"] == "STOP":
            self._fail(run, answer["at"], answer.get("reason") or "The step was stopped.")
        else:
            self._complete(run, answer["at"])
        return True

    def _work(self, run: StepRun, step: Step) -> bool:
        start = run.started or 0.0
        end = start + self._plan.seconds_of.get(run.name, self._plan.seconds)
        limit = start + (run.timeout_seconds or 0)
        if min(end, limit) > self._now:
            return False
        outcome = self._plan.outcomes.get(run.name, {})
        failure: str | None
        if limit < end:
            failure = f"The step timed out after {run.timeout_seconds} seconds."
        else:
            failure = self._failure(run, outcome)
        if failure is None:
            run.outputs = {**_outputs(run.action), **outcome.get("outputs", {})} or None
            self._complete(run, end)
        elif run.max_attempts is not None and (run.attempt_number or 1) < run.max_attempts:
            backoff = step.retry.backoff_seconds if step.retry is not None else None
            run.attempt_number = (run.attempt_number or 1) + 1
            run.started = self._plan.cursor = min(end, limit) + (30 if backoff is None else backoff)
            run.message = failure
        else:
            self._fail(run, min(end, limit), failure)
        return True

    @staticmethod
    def _failure(run: StepRun, outcome: Mapping[str, Any]) -> str | None:
        times: int | None = outcome.get("times")
        message: str | None = outcome.get("message")
        return message if times is None or (run.attempt_number or 1) <= times else None

    def _complete(self, run: StepRun, end: float) -> None:
        run.status, run.message = "COMPLETED", None
        run.ended = self._plan.cursor = end

    def _fail(self, run: StepRun, end: float, message: str) -> None:
        run.status, run.message = "FAILED", message
        run.ended = self._plan.cursor = end
        if run.on_failure != "Continue":
            self._abort(end, f"The step '{run.name}' failed: {message}")

    # --- The end -----------------------------------------------------------------------------------------

    def _finish(self) -> None:
        execution = self._execution
        execution.status, execution.ended = "COMPLETED", self._plan.cursor
        scope = self._scope()
        for output in self._document.outputs:
            try:
                self._plan.outputs[output.name] = scope.resolve({f"{output.name}.$": output.value})[
                    output.name
                ]
            except UnresolvedError:
                continue  # of a step that was skipped

    def _abort(self, at: float, message: str) -> None:
        self._execution.status, self._execution.message = "ROLLBACK_IN_PROGRESS", message
        self._plan.cursor = at
        scope = self._scope()
        for run, step in zip(self._execution.steps, self._document.steps, strict=True):
            if run.status == "PENDING":
                run.status = "CANCELLED"
            elif run.status in {"COMPLETED", "FAILED"}:
                enabled = step.rollback_enabled
                if isinstance(enabled, str):
                    enabled = scope.look_up(enabled)
                run.rollback_status = "SKIPPED" if enabled in {False, "false"} else "RUNNING"

    def _roll_back(self) -> bool:
        end = self._plan.cursor + self._plan.seconds
        if self._execution.status != "ROLLBACK_IN_PROGRESS" or end > self._now:
            return False
        for run in self._execution.steps:
            if run.rollback_status == "RUNNING":
                run.rollback_status = "COMPLETED"
        self._execution.status = "ROLLBACK_COMPLETED"
        self._execution.ended = self._plan.cursor = end
        return True

    def _scope(self) -> Scope:
        defaults = {one.name: one.default for one in self._document.parameters if one.default is not None}
        return Scope(
            {
                "parameters": {**defaults, **self._plan.parameters},
                "stepOutputs": {run.name: run.outputs or {} for run in self._execution.steps},
                "workflowOutputs": self._plan.workflow_outputs,
                "imagebuilder": {
                    **_VARIABLES,
                    "workflowPhase": self._execution.type,
                    "sourceImageARN": self._execution.image_arn,
                    **self._plan.variables,
                },
            }
        )


_MADE: Final[Mapping[Gives, Callable[[], Any]]] = {
    Gives.INSTANCE: lambda: f"i-{uuid.uuid4().hex[:17]}",
    Gives.IMAGE: lambda: f"ami-{uuid.uuid4().hex[:17]}",
    Gives.IMAGES: lambda: [{"imageId": f"ami-{uuid.uuid4().hex[:17]}"}],
    Gives.TEXT: lambda: "",
}
_NAMED: Final[Mapping[str, Callable[[], Any]]] = {
    "runCommandId": lambda: str(uuid.uuid4()),
    "status": lambda: "Success",
    "action": lambda: "RESUME",
}


def _outputs(action_name: str) -> dict[str, Any]:
    """What a step puts out if nothing else is planned for it."""
    action = ACTIONS.get(action_name)
    if action is None:
        return {}
    return {name: _NAMED.get(name, _MADE[gives])() for name, gives in action.outputs.items()}
