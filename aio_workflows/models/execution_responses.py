"""The answers about executions of workflows and their steps.

Ids, ARNs and times are the service's own text; statuses are open enums. A step's inputs and
outputs are texts of JSON, as the service sends them; :meth:`StepValues.read_inputs` and
:meth:`StepValues.read_outputs` read them.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from attrs import field, frozen

from aio_workflows.errors import InvalidResponseError
from aio_workflows.models.document_text import document_repr
from aio_workflows.models.enums import (
    WorkflowExecutionStatus,
    WorkflowStepExecutionRollbackStatus,
    WorkflowStepExecutionStatus,
    WorkflowType,
)
from aio_workflows.models.responses import Page, Response


class StepValues:
    """What a step was given and what it gave, as texts of JSON that can be read.

    ``inputs`` of a step that was skipped show what it would have looked up, under names such as
    ``instanceId.$``.
    """

    __slots__ = ()

    inputs: str | None
    outputs: str | None

    def read_inputs(self) -> dict[str, Any]:
        """The inputs by name, read anew at each call; empty if there are none.

        :raises InvalidResponseError: the text is not a JSON object.
        """
        return _json_members("inputs", self.inputs)

    def read_outputs(self) -> dict[str, Any]:
        """The outputs by name, read anew at each call; empty if there are none.

        :raises InvalidResponseError: the text is not a JSON object.
        """
        return _json_members("outputs", self.outputs)


def _json_members(member: str, text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    # Raised here, not above: the decode error holds the whole text, so it must not be the context.
    if not isinstance(value, dict):
        raise InvalidResponseError(f"the step's {member} are no JSON object ({len(text)} characters)")
    return value  # pyright: ignore[reportUnknownVariableType] - an object of JSON


@frozen(kw_only=True)
class WorkflowExecutionMetadata:
    """One execution of a workflow in a listing (API reference, WorkflowExecutionMetadata).

    ``start_time`` and ``end_time`` are such as ``2026-09-09T19:55:55.731Z``; ``retried`` tells
    whether this execution was run again, ``parallel_group`` which others run beside it.
    """

    _columns: ClassVar = ("workflow_execution_id", "type", "status", "duration", "timeline", "message")

    workflow_build_version_arn: str | None = None
    workflow_execution_id: str | None = None
    type: WorkflowType | None = None
    status: WorkflowExecutionStatus | None = None
    message: str | None = None
    total_step_count: int | None = None
    total_steps_succeeded: int | None = None
    total_steps_failed: int | None = None
    total_steps_skipped: int | None = None
    start_time: str | None = None
    end_time: str | None = None
    parallel_group: str | None = None
    retried: bool | None = None


@frozen(kw_only=True)
class ListWorkflowExecutionsResponse(Page):
    """One page of ListWorkflowExecutions. ``next_token`` is None on the last page."""

    request_id: str | None = None
    workflow_executions: tuple[WorkflowExecutionMetadata, ...] | None = None
    image_build_version_arn: str | None = None
    message: str | None = None
    next_token: str | None = None


@frozen(kw_only=True)
class GetWorkflowExecutionResponse(Response):
    """What GetWorkflowExecution answers: how far an execution has come (service model)."""

    workflow_execution_id: str
    request_id: str | None = None
    workflow_build_version_arn: str | None = None
    image_build_version_arn: str | None = None
    type: WorkflowType | None = None
    status: WorkflowExecutionStatus | None = None
    message: str | None = None
    total_step_count: int | None = None
    total_steps_succeeded: int | None = None
    total_steps_failed: int | None = None
    total_steps_skipped: int | None = None
    start_time: str | None = None
    end_time: str | None = None
    parallel_group: str | None = None


@frozen(kw_only=True)
class WorkflowStepMetadata(StepValues):
    """One step of an execution in a listing (API reference, WorkflowStepMetadata).

    ``attempt_number`` counts from 1 up to ``max_attempts``, for steps whose document has ``retry``.
    """

    _columns: ClassVar = ("name", "action", "status", "duration", "timeline", "message")

    step_execution_id: str | None = None
    name: str | None = None
    description: str | None = None
    action: str | None = None
    status: WorkflowStepExecutionStatus | None = None
    rollback_status: WorkflowStepExecutionRollbackStatus | None = None
    message: str | None = None
    inputs: str | None = field(default=None, repr=document_repr)
    outputs: str | None = field(default=None, repr=document_repr)
    start_time: str | None = None
    end_time: str | None = None
    attempt_number: int | None = None
    max_attempts: int | None = None


@frozen(kw_only=True)
class ListWorkflowStepExecutionsResponse(Page):
    """One page of ListWorkflowStepExecutions. ``next_token`` is None on the last page."""

    request_id: str | None = None
    steps: tuple[WorkflowStepMetadata, ...] | None = None
    workflow_build_version_arn: str | None = None
    workflow_execution_id: str | None = None
    image_build_version_arn: str | None = None
    message: str | None = None
    next_token: str | None = None


@frozen(kw_only=True)
class GetWorkflowStepExecutionResponse(Response, StepValues):
    """What GetWorkflowStepExecution answers: everything about one step of an execution (service model).

    ``on_failure`` is ``Abort`` or ``Continue``. ``timeout_seconds`` may be greater than the 43,200
    that the service model allows, since a WaitForAction step may wait for days.
    """

    step_execution_id: str
    request_id: str | None = None
    workflow_build_version_arn: str | None = None
    workflow_execution_id: str | None = None
    image_build_version_arn: str | None = None
    name: str | None = None
    description: str | None = None
    action: str | None = None
    status: WorkflowStepExecutionStatus | None = None
    rollback_status: WorkflowStepExecutionRollbackStatus | None = None
    message: str | None = None
    inputs: str | None = field(default=None, repr=document_repr)
    outputs: str | None = field(default=None, repr=document_repr)
    start_time: str | None = None
    end_time: str | None = None
    on_failure: str | None = None
    timeout_seconds: int | None = None
    attempt_number: int | None = None
    max_attempts: int | None = None


@frozen(kw_only=True)
class WorkflowStepExecution:
    """One step that waits for SendWorkflowStepAction (API reference, WorkflowStepExecution)."""

    _columns: ClassVar = ("name", "action", "start_time", "step_execution_id", "image_build_version_arn")

    step_execution_id: str | None = None
    image_build_version_arn: str | None = None
    workflow_execution_id: str | None = None
    workflow_build_version_arn: str | None = None
    name: str | None = None
    action: str | None = None
    start_time: str | None = None


@frozen(kw_only=True)
class ListWaitingWorkflowStepsResponse(Page):
    """One page of ListWaitingWorkflowSteps. ``next_token`` is None on the last page."""

    steps: tuple[WorkflowStepExecution, ...] | None = None
    next_token: str | None = None


@frozen(kw_only=True)
class SendWorkflowStepActionResponse(Response):
    """What SendWorkflowStepAction answers; ``client_token`` is the one that was sent (service model)."""

    step_execution_id: str
    image_build_version_arn: str | None = None
    client_token: str | None = None
