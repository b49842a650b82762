"""Versions, ARNs, tokens, enums and tags at work. Checked by `nox -s typing`, never run."""

from typing import Literal, assert_type

from aio_workflows import (
    GetWorkflowRequest,
    Ownership,
    SemanticVersion,
    Tags,
    WildcardVersion,
    WorkflowArn,
    WorkflowExecutionStatus,
    WorkflowStatus,
    WorkflowStepActionType,
    WorkflowStepExecutionRollbackStatus,
    WorkflowStepExecutionStatus,
    WorkflowType,
    derive_client_token,
    fresh_client_token,
)


def versions() -> None:
    version = SemanticVersion.parse("1.0.0")
    assert_type(version, SemanticVersion)
    assert_type(version.bump(), SemanticVersion)
    assert_type(version.bump("major"), SemanticVersion)
    assert_type(version < version.bump("minor"), bool)
    assert_type(sorted([version]), list[SemanticVersion])
    wildcard = WildcardVersion.parse("1.x.x")
    assert_type(wildcard, WildcardVersion)
    assert_type(wildcard.matches(version), bool)


def arns(text: str) -> None:
    arn = WorkflowArn.parse(text)
    assert_type(arn, WorkflowArn)
    assert_type(arn.with_build(1), WorkflowArn)
    request = GetWorkflowRequest(workflow_build_version_arn=arn)
    assert_type(request.workflow_build_version_arn, str)
    assert_type(derive_client_token(request, region="eu-west-1", salt="run-7", account=None), str)
    assert_type(fresh_client_token(), str)


def enums() -> None:
    new: WorkflowType = WorkflowType("NEW")
    assert_type(new.is_known, bool)
    assert_type(WorkflowType.BUILD, Literal[WorkflowType.BUILD])
    assert_type(Ownership("Self"), Ownership)
    assert_type(WorkflowStatus("DEPRECATED"), WorkflowStatus)
    assert_type(WorkflowExecutionStatus("RUNNING"), WorkflowExecutionStatus)
    assert_type(WorkflowStepActionType("RESUME"), WorkflowStepActionType)
    assert_type(WorkflowStepExecutionStatus("RUNNING"), WorkflowStepExecutionStatus)
    assert_type(WorkflowStepExecutionRollbackStatus("RUNNING"), WorkflowStepExecutionRollbackStatus)


def tags(given: Tags) -> None:
    assert_type(given["team"], str)
    assert_type(given.get("team"), str | None)
    assert_type(list(given), list[str])
