"""The fields of answers about workflows and tags. Checked by `nox -s typing`, never run."""

from typing import Any, assert_type

from aio_workflows import (
    AttemptRecord,
    CreateWorkflowResponse,
    DeleteWorkflowResponse,
    DryRunResponse,
    GetWorkflowResponse,
    LatestVersionReferences,
    ListTagsForResourceResponse,
    ListWorkflowBuildVersionsResponse,
    ListWorkflowsResponse,
    ResponseMetadata,
    TagResourceResponse,
    Tags,
    Workflow,
    WorkflowParameterDetail,
    WorkflowState,
    WorkflowStatus,
    WorkflowSummary,
    WorkflowType,
    WorkflowVersion,
)


def fields_of_create_workflow_response(it: CreateWorkflowResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.workflow_build_version_arn, str)
    assert_type(it.client_token, str | None)
    assert_type(it.latest_version_references, LatestVersionReferences | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_delete_workflow_response(it: DeleteWorkflowResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.workflow_build_version_arn, str)
    assert_type(it.raw, dict[str, Any])


def fields_of_dry_run_response(it: DryRunResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_get_workflow_response(it: GetWorkflowResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.workflow, Workflow)
    assert_type(it.latest_version_references, LatestVersionReferences | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_latest_version_references(it: LatestVersionReferences) -> None:
    assert_type(it.latest_version_arn, str | None)
    assert_type(it.latest_major_version_arn, str | None)
    assert_type(it.latest_minor_version_arn, str | None)
    assert_type(it.latest_patch_version_arn, str | None)


def fields_of_list_workflow_build_versions_response(it: ListWorkflowBuildVersionsResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.workflow_summary_list, tuple[WorkflowSummary, ...] | None)
    assert_type(it.next_token, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_list_workflows_response(it: ListWorkflowsResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.workflow_version_list, tuple[WorkflowVersion, ...] | None)
    assert_type(it.next_token, str | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_response_metadata(it: ResponseMetadata) -> None:
    assert_type(it.http_status, int)
    assert_type(it.request_id, str | None)
    assert_type(it.attempts, tuple[AttemptRecord, ...])
    assert_type(it.body, bytes)


def fields_of_workflow(it: Workflow) -> None:
    assert_type(it.arn, str | None)
    assert_type(it.name, str | None)
    assert_type(it.version, str | None)
    assert_type(it.description, str | None)
    assert_type(it.change_description, str | None)
    assert_type(it.type, WorkflowType | None)
    assert_type(it.state, WorkflowState | None)
    assert_type(it.owner, str | None)
    assert_type(it.data, str | None)
    assert_type(it.kms_key_id, str | None)
    assert_type(it.date_created, str | None)
    assert_type(it.tags, Tags | None)
    assert_type(it.parameters, tuple[WorkflowParameterDetail, ...] | None)


def fields_of_workflow_parameter_detail(it: WorkflowParameterDetail) -> None:
    assert_type(it.name, str)
    assert_type(it.type, str)
    assert_type(it.default_value, tuple[str, ...] | None)
    assert_type(it.description, str | None)


def fields_of_workflow_state(it: WorkflowState) -> None:
    assert_type(it.status, WorkflowStatus | None)
    assert_type(it.reason, str | None)


def fields_of_workflow_summary(it: WorkflowSummary) -> None:
    assert_type(it.arn, str | None)
    assert_type(it.name, str | None)
    assert_type(it.version, str | None)
    assert_type(it.description, str | None)
    assert_type(it.change_description, str | None)
    assert_type(it.type, WorkflowType | None)
    assert_type(it.owner, str | None)
    assert_type(it.state, WorkflowState | None)
    assert_type(it.date_created, str | None)
    assert_type(it.tags, Tags | None)


def fields_of_workflow_version(it: WorkflowVersion) -> None:
    assert_type(it.arn, str | None)
    assert_type(it.name, str | None)
    assert_type(it.version, str | None)
    assert_type(it.description, str | None)
    assert_type(it.type, WorkflowType | None)
    assert_type(it.owner, str | None)
    assert_type(it.date_created, str | None)


def fields_of_list_tags_for_resource_response(it: ListTagsForResourceResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.tags, Tags | None)
    assert_type(it.raw, dict[str, Any])


def fields_of_tag_resource_response(it: TagResourceResponse) -> None:
    assert_type(it.metadata, ResponseMetadata | None)
    assert_type(it.raw, dict[str, Any])
