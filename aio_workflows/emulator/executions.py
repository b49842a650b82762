"""The behaviour of the operations on executions, and how executions come to be."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from aio_workflows.emulator import parameters
from aio_workflows.emulator.answers import not_found, present
from aio_workflows.emulator.checks import invalid_value
from aio_workflows.emulator.execution import FINISHED, Execution, Plan, StepRun
from aio_workflows.emulator.player import advance, document_of, step_runs
from aio_workflows.emulator.times import timestamp
from aio_workflows.emulator.workflows import Caller, Members, Workflows

_STEPS_AT_MOST: Final = 1_000_000
"""More than an execution ever has: so far apart are the numbers of executions in the list of waiting steps."""


@dataclass(frozen=True, slots=True)
class Fails:
    """A step that fails when it is played: always, or the first ``times`` tries of a step with ``retry``."""

    message: str = "The step failed."
    times: int | None = None


class Executions:
    """Plays executions, shows them, and takes the answers to steps that wait."""

    def __init__(
        self, workflows: Workflows, *, clock: Callable[[], float], new_request_id: Callable[[], str]
    ) -> None:
        self._workflows = workflows
        self._store = workflows.store
        self._clock = clock
        self._new_request_id = new_request_id

    # --- How they come to be ----------------------------------------------------------------------------

    def play(
        self,
        caller: Caller,
        workflow_arn: str,
        *,
        image_arn: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        outcomes: Mapping[str, Mapping[str, Any] | Fails] | None = None,
        seconds: float | Mapping[str, float] = 0.0,
    ) -> str:
        """Begin to play a workflow's document, and return the id of the execution."""
        build = self._workflows.find(caller, workflow_arn)
        document = document_of(build.data)
        image = image_arn or f"{_image_prefix(caller)}/played/1.0.0/{len(self._store.executions) + 1}"
        earlier = [self._played(one) for one in self._of(caller) if one.image_arn == image]
        plan = Plan(
            document=build.data,
            cursor=self._clock(),
            parameters=dict(parameters or {}),
            variables=dict(variables or {}),
            workflow_outputs={
                name: value
                for one in earlier
                if one.plan is not None
                for name, value in one.plan.outputs.items()
            },
            outcomes={
                name: asdict(outcome) if isinstance(outcome, Fails) else {"outputs": dict(outcome)}
                for name, outcome in (outcomes or {}).items()
            },
            seconds=seconds if isinstance(seconds, int | float) else 0.0,
            seconds_of={} if isinstance(seconds, int | float) else dict(seconds),
        )
        return self._begin(caller, build.arn, image, build.type, step_runs(document), plan)

    def put(
        self,
        caller: Caller,
        *,
        workflow_arn: str,
        image_arn: str,
        type: str,
        status: str,
        steps: list[StepRun],
        **more: Any,
    ) -> str:
        """Put an execution in as it is; ``more`` are further fields of :class:`Execution`."""
        return self._begin(caller, workflow_arn, image_arn, type, steps, None, status=status, **more)

    def _begin(
        self,
        caller: Caller,
        workflow_arn: str,
        image_arn: str,
        kind: str,
        steps: list[StepRun],
        plan: Plan | None,
        **more: Any,
    ) -> str:
        execution = Execution(
            execution_id=f"wf-{uuid.uuid4()}",
            account=caller.account,
            region=caller.region,
            workflow_arn=workflow_arn,
            image_arn=image_arn,
            type=kind,
            serial=len(self._store.executions) + 1,
            steps=steps,
            plan=plan,
            **more,
        )
        self._commit(execution)
        return execution.execution_id

    # --- What is asked --------------------------------------------------------------------------------

    def list_executions(self, caller: Caller, body: Members) -> Members:
        """ListWorkflowExecutions, in the order in which they began."""
        given = parameters.LIST_WORKFLOW_EXECUTIONS.read(body)
        image: str = given["imageBuildVersionArn"]
        found = ((one.serial, one) for one in self._of(caller) if one.image_arn == image)
        page = self._workflows.pages.cut(found, given, ["executions", *_who(caller), image])
        played = [self._played(one) for one in page.items]
        entries = [one.metadata() | {"retried": one.retried} for one in played]
        return {
            "requestId": self._new_request_id(),
            "workflowExecutions": entries,
            "imageBuildVersionArn": image,
        } | page.more

    def get_execution(self, caller: Caller, query: Members) -> Members:
        """GetWorkflowExecution."""
        execution_id = parameters.GET_WORKFLOW_EXECUTION.read(query)["workflowExecutionId"]
        execution = self._find(caller, execution_id)
        return {
            "requestId": self._new_request_id(),
            "imageBuildVersionArn": execution.image_arn,
        } | execution.metadata()

    def list_steps(self, caller: Caller, body: Members) -> Members:
        """ListWorkflowStepExecutions, in the order of the document."""
        given = parameters.LIST_WORKFLOW_STEP_EXECUTIONS.read(body)
        execution = self._find(caller, given["workflowExecutionId"])
        page = self._workflows.pages.cut(
            enumerate(execution.steps, start=1), given, ["steps", execution.execution_id]
        )
        return {
            "requestId": self._new_request_id(),
            "steps": [step.metadata() for step in page.items],
            "workflowBuildVersionArn": execution.workflow_arn,
            "workflowExecutionId": execution.execution_id,
            "imageBuildVersionArn": execution.image_arn,
        } | page.more

    def get_step(self, caller: Caller, query: Members) -> Members:
        """GetWorkflowStepExecution."""
        execution, step = self._find_step(
            caller, parameters.GET_WORKFLOW_STEP_EXECUTION.read(query)["stepExecutionId"]
        )
        more = present({"onFailure": step.on_failure, "timeoutSeconds": step.timeout_seconds})
        return (
            {
                "requestId": self._new_request_id(),
                "workflowBuildVersionArn": execution.workflow_arn,
                "workflowExecutionId": execution.execution_id,
                "imageBuildVersionArn": execution.image_arn,
            }
            | step.metadata()
            | more
        )

    def list_waiting(self, caller: Caller, body: Members) -> Members:
        """ListWaitingWorkflowSteps, in the order in which their executions began."""
        given = parameters.LIST_WAITING_WORKFLOW_STEPS.read(body)
        played = map(self._played, self._of(caller))
        waiting = (
            (one.serial * _STEPS_AT_MOST + place, (one, step))
            for one in played
            for place, step in one.waiting.items()
        )
        page = self._workflows.pages.cut(waiting, given, ["waiting", *_who(caller)])
        steps = [
            present(
                {
                    "stepExecutionId": step.step_id,
                    "imageBuildVersionArn": execution.image_arn,
                    "workflowExecutionId": execution.execution_id,
                    "workflowBuildVersionArn": execution.workflow_arn,
                    "name": step.name,
                    "action": step.action,
                    "startTime": timestamp(step.started) if step.started is not None else None,
                }
            )
            for execution, step in page.items
        ]
        return {"steps": steps} | page.more

    def send_action(self, caller: Caller, body: Members) -> Members:
        """SendWorkflowStepAction."""
        given = parameters.SEND_WORKFLOW_STEP_ACTION.read(body)
        token: str = given.pop("clientToken")
        digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
        now = self._clock()
        tokens = self._store.shelf(caller.account, caller.region).tokens
        known = tokens.recall("SendWorkflowStepAction", token, digest, now)
        if known is not None:
            return known
        found, step = self._find_step(caller, given["stepExecutionId"])
        if found.image_arn != given["imageBuildVersionArn"]:
            raise invalid_value("imageBuildVersionArn", "The step belongs to another image.")
        if step not in found.waiting.values():
            raise invalid_value("stepExecutionId", "The step does not wait for an action.")
        execution = copy.deepcopy(found)
        (told,) = (one for one in execution.steps if one.step_id == step.step_id)
        told.answer = {"action": given["action"], "reason": given.get("reason"), "at": now}
        if execution.plan is None:
            told.status = "COMPLETED" if given["action"] == "RESUME" else "FAILED"
            told.ended = now
            told.outputs = {name: given[name] for name in ("action", "reason") if name in given}
        advance(execution, now)
        answer = {
            "stepExecutionId": step.step_id,
            "imageBuildVersionArn": execution.image_arn,
            "clientToken": token,
        }
        self._commit(execution, (*_who(caller), "SendWorkflowStepAction", token, digest, answer, now))
        return answer

    # --- Looking up: whatever is looked at has been played until now -------------------------------------

    def _of(self, caller: Caller) -> list[Execution]:
        """The caller's executions, as they were last looked at."""
        who = _who(caller)
        return [one for one in self._store.executions.values() if (one.account, one.region) == who]

    def _find(self, caller: Caller, execution_id: str) -> Execution:
        found = self._store.executions.get(execution_id)
        if found is None or (found.account, found.region) != _who(caller):
            raise not_found("WorkflowExecution", execution_id)
        return self._played(found)

    def _find_step(self, caller: Caller, step_id: str) -> tuple[Execution, StepRun]:
        for execution in self._of(caller):
            if any(step.step_id == step_id for step in execution.steps):
                played = self._played(execution)
                return played, next(step for step in played.steps if step.step_id == step_id)
        raise not_found("WorkflowStepExecution", step_id)

    def _played(self, execution: Execution) -> Execution:
        if execution.plan is None or execution.status in FINISHED:
            return execution  # nothing that a copy would be needed for
        played = copy.deepcopy(execution)
        if not advance(played, self._clock()):
            return execution
        self._commit(played)
        return played

    def _commit(self, execution: Execution, token: tuple[Any, ...] | None = None) -> None:
        self._store.commit({"do": "put execution", "execution": execution.to_plain(), "token": token})


def _who(caller: Caller) -> tuple[str, str]:
    return caller.account, caller.region


def _image_prefix(caller: Caller) -> str:
    return f"arn:{caller.partition}:imagebuilder:{caller.region}:{caller.account}:image"
