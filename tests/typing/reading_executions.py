"""The fields of answers about executions and their steps. Checked by `nox -s typing`, never run."""

from typing import Any, assert_type

from aio_workflows import (
    GetWorkflowExecutionResponse,
    GetWorkflowStepExecutionResponse,
    ListWaitingWorkflowStepsResponse,
    ListWorkflowExecutionsResponse,
    ListWorkflowStepExecutionsResponse,
    ResponseMetadata,
    SendWorkflowStepActionResponse,
    StepChange,
    WorkflowExecutionMetadata,
    WorkflowExecutionStatus,
    WorkflowStepExecution,
    WorkflowStepExecutionRollbackStatus,
    WorkflowStepExecutionStatus,
    WorkflowStepMetadata,
    WorkflowType,
)


def fields_of_get_workflow_execution_response(it: GetWorkflowExecutionResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.workflow_execution_id, str)
    assert_type(it.request_id, str | None)
    assert_type(it.workflow_build_version_arn, str | None)
    assert_type(it.image_build_version_arn, str | None)
    assert_type(it.type, WorkflowType | None)
    assert_type(it.status, WorkflowExecutionStatus | None)
    assert_type(it.message, str | None)
    assert_type(it.total_step_count, int | None)
    assert_type(it.total_steps_succeeded, int | None)
    assert_type(it.total_steps_failed, int | None)
    assert_type(it.total_steps_skipped, int | None)
    assert_type(it.start_time, str | None)
    assert_type(it.end_time, str | None)
    assert_type(it.parallel_group, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_get_workflow_step_execution_response(it: GetWorkflowStepExecutionResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.step_execution_id, str)
    assert_type(it.request_id, str | None)
    assert_type(it.workflow_build_version_arn, str | None)
    assert_type(it.workflow_execution_id, str | None)
    assert_type(it.image_build_version_arn, str | None)
    assert_type(it.name, str | None)
    assert_type(it.description, str | None)
    assert_type(it.action, str | None)
    assert_type(it.status, WorkflowStepExecutionStatus | None)
    assert_type(it.rollback_status, WorkflowStepExecutionRollbackStatus | None)
    assert_type(it.message, str | None)
    assert_type(it.inputs, str | None)
    assert_type(it.outputs, str | None)
    assert_type(it.start_time, str | None)
    assert_type(it.end_time, str | None)
    assert_type(it.on_failure, str | None)
    assert_type(it.timeout_seconds, int | None)
    assert_type(it.attempt_number, int | None)
    assert_type(it.max_attempts, int | None)
    assert_type(it.raw, dict[str, Any])
    assert_type(it.read_inputs(), dict[str, Any])
    assert_type(it.read_outputs(), dict[str, Any])


def fields_of_list_waiting_workflow_steps_response(it: ListWaitingWorkflowStepsResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.steps, tuple[WorkflowStepExecution, ...] | None)
    assert_type(it.next_token, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_list_workflow_executions_response(it: ListWorkflowExecutionsResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.request_id, str | None)
    assert_type(it.workflow_executions, tuple[WorkflowExecutionMetadata, ...] | None)
    assert_type(it.image_build_version_arn, str | None)
    assert_type(it.message, str | None)
    assert_type(it.next_token, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_list_workflow_step_executions_response(it: ListWorkflowStepExecutionsResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.request_id, str | None)
    assert_type(it.steps, tuple[WorkflowStepMetadata, ...] | None)
    assert_type(it.workflow_build_version_arn, str | None)
    assert_type(it.workflow_execution_id, str | None)
    assert_type(it.image_build_version_arn, str | None)
    assert_type(it.message, str | None)
    assert_type(it.next_token, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_send_workflow_step_action_response(it: SendWorkflowStepActionResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.step_execution_id, str)
    assert_type(it.image_build_version_arn, str | None)
    assert_type(it.client_token, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_step_change(it: StepChange) -> None:
    assert_type(it.step, WorkflowStepMetadata)
    assert_type(it.before, WorkflowStepExecutionStatus | None)


def fields_of_workflow_execution_metadata(it: WorkflowExecutionMetadata) -> None:
    assert_type(it.workflow_build_version_arn, str | None)
    assert_type(it.workflow_execution_id, str | None)
    assert_type(it.type, WorkflowType | None)
    assert_type(it.status, WorkflowExecutionStatus | None)
    assert_type(it.message, str | None)
    assert_type(it.total_step_count, int | None)
    assert_type(it.total_steps_succeeded, int | None)
    assert_type(it.total_steps_failed, int | None)
    assert_type(it.total_steps_skipped, int | None)
    assert_type(it.start_time, str | None)
    assert_type(it.end_time, str | None)
    assert_type(it.parallel_group, str | None)
    assert_type(it.retried, bool | None)


def fields_of_workflow_step_execution(it: WorkflowStepExecution) -> None:
    assert_type(it.step_execution_id, str | None)
    assert_type(it.image_build_version_arn, str | None)
    assert_type(it.workflow_execution_id, str | None)
    assert_type(it.workflow_build_version_arn, str | None)
    assert_type(it.name, str | None)
    assert_type(it.action, str | None)
    assert_type(it.start_time, str | None)


def fields_of_workflow_step_metadata(it: WorkflowStepMetadata) -> None:
    assert_type(it.step_execution_id, str | None)
    assert_type(it.name, str | None)
    assert_type(it.description, str | None)
    assert_type(it.action, str | None)
    assert_type(it.status, WorkflowStepExecutionStatus | None)
    assert_type(it.rollback_status, WorkflowStepExecutionRollbackStatus | None)
    assert_type(it.message, str | None)
    assert_type(it.inputs, str | None)
    assert_type(it.outputs, str | None)
    assert_type(it.start_time, str | None)
    assert_type(it.end_time, str | None)
    assert_type(it.attempt_number, int | None)
    assert_type(it.max_attempts, int | None)
    assert_type(it.read_inputs(), dict[str, Any])
    assert_type(it.read_outputs(), dict[str, Any])
