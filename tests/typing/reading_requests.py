"""The fields of requests. Checked by `nox -s typing`, never run."""

from typing import assert_type

from aio_workflows import (
    CreateWorkflowRequest,
    DeleteWorkflowRequest,
    Filter,
    GetWorkflowExecutionRequest,
    GetWorkflowRequest,
    GetWorkflowStepExecutionRequest,
    ListTagsForResourceRequest,
    ListWaitingWorkflowStepsRequest,
    ListWorkflowBuildVersionsRequest,
    ListWorkflowExecutionsRequest,
    ListWorkflowsRequest,
    ListWorkflowStepExecutionsRequest,
    Ownership,
    SemanticVersion,
    SendWorkflowStepActionRequest,
    TagResourceRequest,
    Tags,
    UntagResourceRequest,
    WorkflowStepActionType,
    WorkflowType,
)


def fields_of_create_workflow_request(it: CreateWorkflowRequest) -> None:
    assert_type(it.name, str)
    assert_type(it.semantic_version, SemanticVersion)
    assert_type(it.type, WorkflowType)
    assert_type(it.data, str | None)
    assert_type(it.uri, str | None)
    assert_type(it.description, str | None)
    assert_type(it.change_description, str | None)
    assert_type(it.kms_key_id, str | None)
    assert_type(it.tags, Tags | None)
    assert_type(it.client_token, str | None)


def fields_of_delete_workflow_request(it: DeleteWorkflowRequest) -> None:
    assert_type(it.workflow_build_version_arn, str)


def fields_of_get_workflow_execution_request(it: GetWorkflowExecutionRequest) -> None:
    assert_type(it.workflow_execution_id, str)


def fields_of_get_workflow_request(it: GetWorkflowRequest) -> None:
    assert_type(it.workflow_build_version_arn, str)


def fields_of_get_workflow_step_execution_request(it: GetWorkflowStepExecutionRequest) -> None:
    assert_type(it.step_execution_id, str)


def fields_of_list_tags_for_resource_request(it: ListTagsForResourceRequest) -> None:
    assert_type(it.resource_arn, str)


def fields_of_list_waiting_workflow_steps_request(it: ListWaitingWorkflowStepsRequest) -> None:
    assert_type(it.max_results, int | None)
    assert_type(it.next_token, str | None)


def fields_of_list_workflow_build_versions_request(it: ListWorkflowBuildVersionsRequest) -> None:
    assert_type(it.workflow_version_arn, str | None)
    assert_type(it.max_results, int | None)
    assert_type(it.next_token, str | None)


def fields_of_list_workflow_executions_request(it: ListWorkflowExecutionsRequest) -> None:
    assert_type(it.image_build_version_arn, str)
    assert_type(it.max_results, int | None)
    assert_type(it.next_token, str | None)


def fields_of_list_workflow_step_executions_request(it: ListWorkflowStepExecutionsRequest) -> None:
    assert_type(it.workflow_execution_id, str)
    assert_type(it.max_results, int | None)
    assert_type(it.next_token, str | None)


def fields_of_list_workflows_request(it: ListWorkflowsRequest) -> None:
    assert_type(it.owner, Ownership | None)
    assert_type(it.filters, tuple[Filter, ...] | None)
    assert_type(it.by_name, bool | None)
    assert_type(it.max_results, int | None)
    assert_type(it.next_token, str | None)


def fields_of_send_workflow_step_action_request(it: SendWorkflowStepActionRequest) -> None:
    assert_type(it.step_execution_id, str)
    assert_type(it.image_build_version_arn, str)
    assert_type(it.action, WorkflowStepActionType)
    assert_type(it.reason, str | None)
    assert_type(it.client_token, str | None)


def fields_of_tag_resource_request(it: TagResourceRequest) -> None:
    assert_type(it.resource_arn, str)
    assert_type(it.tags, Tags)


def fields_of_untag_resource_request(it: UntagResourceRequest) -> None:
    assert_type(it.resource_arn, str)
    assert_type(it.tag_keys, tuple[str, ...])


def fields_of_filter(it: Filter) -> None:
    assert_type(it.name, str)
    assert_type(it.values, tuple[str, ...])
