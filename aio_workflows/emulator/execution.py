"""One execution of a workflow as the emulator remembers it: its steps, and the plan of one that is played.

Times are seconds since 1970. Everything here turns into plain data and back, for the state file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from aio_workflows.emulator.answers import present
from aio_workflows.emulator.times import timestamp

FINISHED: Final = frozenset({"COMPLETED", "SKIPPED", "FAILED", "CANCELLED", "ROLLBACK_COMPLETED"})
"""Statuses, of executions and of steps, after which nothing more happens."""


@dataclass(slots=True, kw_only=True)
class StepRun:
    """One step. ``answer`` is what SendWorkflowStepAction said, ``attempts`` counts the failed tries."""

    step_id: str
    name: str
    action: str
    status: str = "PENDING"
    description: str | None = None
    rollback_status: str | None = None
    message: str | None = None
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None
    started: float | None = None
    ended: float | None = None
    on_failure: str | None = None
    timeout_seconds: int | None = None
    attempt_number: int | None = None
    max_attempts: int | None = None
    answer: dict[str, Any] | None = None

    def metadata(self) -> dict[str, Any]:
        """The step as a listing shows it."""
        return present(
            {
                "stepExecutionId": self.step_id,
                "name": self.name,
                "description": self.description,
                "action": self.action,
                "status": self.status,
                "rollbackStatus": self.rollback_status,
                "message": self.message,
                "inputs": json.dumps(self.inputs) if self.inputs is not None else None,
                "outputs": json.dumps(self.outputs) if self.outputs is not None else None,
                "startTime": timestamp(self.started) if self.started is not None else None,
                "endTime": timestamp(self.ended) if self.ended is not None else None,
                "attemptNumber": self.attempt_number,
                "maxAttempts": self.max_attempts,
            }
        )


@dataclass(slots=True, kw_only=True)
class Plan:
    """How an execution is played.

    ``outcomes`` by the names of steps: ``{"outputs": {...}}``, or ``{"message": ..., "times": n}``
    for one that fails, always if ``times`` is None. ``seconds`` is how long each step takes,
    ``seconds_of`` that of some by name. ``cursor`` is the time up to which it has been played.
    """

    document: str
    cursor: float
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    workflow_outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    seconds: float = 0.0
    seconds_of: dict[str, float] = field(default_factory=dict[str, float])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True, kw_only=True)
class Execution:
    """One execution, in an account and a Region. ``plan`` is None for one that was put in as it is."""

    execution_id: str
    account: str
    region: str
    workflow_arn: str
    image_arn: str
    type: str
    serial: int
    status: str = "PENDING"
    message: str | None = None
    started: float | None = None
    ended: float | None = None
    parallel_group: str | None = None
    retried: bool = False
    steps: list[StepRun] = field(default_factory=list[StepRun])
    plan: Plan | None = None

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Execution:
        """An execution from the data that :meth:`to_plain` gave."""
        steps = [StepRun(**step) for step in data["steps"]]
        plan = Plan(**data["plan"]) if data["plan"] is not None else None
        rest: dict[str, Any] = {name: value for name, value in data.items() if name not in {"steps", "plan"}}
        return cls(**rest, steps=steps, plan=plan)

    def to_plain(self) -> dict[str, Any]:
        """The execution as plain data."""
        return asdict(self)

    @property
    def waiting(self) -> dict[int, StepRun]:
        """The steps that wait for SendWorkflowStepAction, by their places."""
        if self.status != "RUNNING":
            return {}
        return {
            place: step
            for place, step in enumerate(self.steps)
            if step.action == "WaitForAction" and step.status == "RUNNING" and step.answer is None
        }

    def metadata(self) -> dict[str, Any]:
        """The execution as the service shows it, but for what only a listing or only a get has."""
        counted = dict.fromkeys(("COMPLETED", "FAILED", "SKIPPED"), 0)
        for step in self.steps:
            if step.status in counted:
                counted[step.status] += 1
        return present(
            {
                "workflowBuildVersionArn": self.workflow_arn,
                "workflowExecutionId": self.execution_id,
                "type": self.type,
                "status": self.status,
                "message": self.message,
                "totalStepCount": len(self.steps),
                "totalStepsSucceeded": counted["COMPLETED"],
                "totalStepsFailed": counted["FAILED"],
                "totalStepsSkipped": counted["SKIPPED"],
                "startTime": timestamp(self.started) if self.started is not None else None,
                "endTime": timestamp(self.ended) if self.ended is not None else None,
                "parallelGroup": self.parallel_group,
            }
        )
