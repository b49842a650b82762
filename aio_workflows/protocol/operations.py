"""The one table of operations: how each is asked for, and what it takes and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from attrs import AttrsInstance, field, frozen

from aio_workflows.errors.service import DryRunOperationException, ServiceError
from aio_workflows.models.execution_requests import (
    GetWorkflowExecutionRequest,
    GetWorkflowStepExecutionRequest,
    ListWaitingWorkflowStepsRequest,
    ListWorkflowExecutionsRequest,
    ListWorkflowStepExecutionsRequest,
    SendWorkflowStepActionRequest,
)
from aio_workflows.models.execution_responses import (
    GetWorkflowExecutionResponse,
    GetWorkflowStepExecutionResponse,
    ListWaitingWorkflowStepsResponse,
    ListWorkflowExecutionsResponse,
    ListWorkflowStepExecutionsResponse,
    SendWorkflowStepActionResponse,
)
from aio_workflows.models.requests import (
    CreateWorkflowRequest,
    DeleteWorkflowRequest,
    GetWorkflowRequest,
    ListWorkflowBuildVersionsRequest,
    ListWorkflowsRequest,
)
from aio_workflows.models.responses import (
    CreateWorkflowResponse,
    DeleteWorkflowResponse,
    DryRunResponse,
    GetWorkflowResponse,
    ListWorkflowBuildVersionsResponse,
    ListWorkflowsResponse,
    Response,
)
from aio_workflows.models.tag_requests import (
    ListTagsForResourceRequest,
    TagResourceRequest,
    UntagResourceRequest,
)
from aio_workflows.models.tag_responses import (
    ListTagsForResourceResponse,
    TagResourceResponse,
    UntagResourceResponse,
)

RequestT = TypeVar("RequestT", bound=AttrsInstance)
ResponseT = TypeVar("ResponseT", bound=Response)

SERVICE: Final = "imagebuilder"
"""The service's name in endpoints, signatures and ARNs."""


@frozen(kw_only=True)
class Operation(Generic[RequestT, ResponseT]):
    """One operation of the API.

    The members of a request travel by one rule: those named in braces in ``path`` are put there;
    with GET and DELETE the rest is the query, otherwise the JSON body.

    ``has_token`` tells whether the body carries a client token, which makes the operation safe to
    send again. ``items`` names the field of the response that holds a page's items, None for an
    operation without pages. ``constants`` are members of the body that are always sent.
    ``success_error`` is the exception by which the service reports success. ``when_gone``, for an
    operation that deletes, gives the response for a request whose resource turns out to be gone after
    an attempt that may have deleted it. ``is_silent`` tells that a success has nothing to say, so
    that its body may be empty.
    """

    name: str
    method: str
    path: str
    request: type[RequestT]
    response: type[ResponseT]
    has_token: bool = False
    items: str | None = None
    constants: Mapping[str, Any] = field(factory=dict[str, Any])
    success_error: type[ServiceError] | None = None
    when_gone: Callable[[RequestT], ResponseT] | None = None
    is_silent: bool = False

    @cached_property
    def path_members(self) -> tuple[str, ...]:
        """The fields that stand in the path, by their Python names."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def members_in_query(self) -> bool:
        """Whether the members that are not in the path are the query."""
        return self.method in {"GET", "DELETE"}


CREATE_WORKFLOW: Final = Operation(
    name="CreateWorkflow",
    method="PUT",
    path="/CreateWorkflow",
    request=CreateWorkflowRequest,
    response=CreateWorkflowResponse,
    has_token=True,
)

DRY_RUN_CREATE_WORKFLOW: Final = Operation(
    name=CREATE_WORKFLOW.name,
    method=CREATE_WORKFLOW.method,
    path=CREATE_WORKFLOW.path,
    request=CreateWorkflowRequest,
    response=DryRunResponse,
    has_token=True,
    constants={"dryRun": True},
    success_error=DryRunOperationException,
)
"""CreateWorkflow with its dry run flag: everything is checked and nothing made."""

GET_WORKFLOW: Final = Operation(
    name="GetWorkflow",
    method="GET",
    path="/GetWorkflow",
    request=GetWorkflowRequest,
    response=GetWorkflowResponse,
)

LIST_WORKFLOWS: Final = Operation(
    name="ListWorkflows",
    method="POST",
    path="/ListWorkflows",
    request=ListWorkflowsRequest,
    response=ListWorkflowsResponse,
    items="workflow_version_list",
)

LIST_WORKFLOW_BUILD_VERSIONS: Final = Operation(
    name="ListWorkflowBuildVersions",
    method="POST",
    path="/ListWorkflowBuildVersions",
    request=ListWorkflowBuildVersionsRequest,
    response=ListWorkflowBuildVersionsResponse,
    items="workflow_summary_list",
)


def _deleted(request: DeleteWorkflowRequest) -> DeleteWorkflowResponse:
    return DeleteWorkflowResponse(workflow_build_version_arn=request.workflow_build_version_arn)


DELETE_WORKFLOW: Final = Operation(
    name="DeleteWorkflow",
    method="DELETE",
    path="/DeleteWorkflow",
    request=DeleteWorkflowRequest,
    response=DeleteWorkflowResponse,
    when_gone=_deleted,
)

LIST_WORKFLOW_EXECUTIONS: Final = Operation(
    name="ListWorkflowExecutions",
    method="POST",
    path="/ListWorkflowExecutions",
    request=ListWorkflowExecutionsRequest,
    response=ListWorkflowExecutionsResponse,
    items="workflow_executions",
)

GET_WORKFLOW_EXECUTION: Final = Operation(
    name="GetWorkflowExecution",
    method="GET",
    path="/GetWorkflowExecution",
    request=GetWorkflowExecutionRequest,
    response=GetWorkflowExecutionResponse,
)

LIST_WORKFLOW_STEP_EXECUTIONS: Final = Operation(
    name="ListWorkflowStepExecutions",
    method="POST",
    path="/ListWorkflowStepExecutions",
    request=ListWorkflowStepExecutionsRequest,
    response=ListWorkflowStepExecutionsResponse,
    items="steps",
)

GET_WORKFLOW_STEP_EXECUTION: Final = Operation(
    name="GetWorkflowStepExecution",
    method="GET",
    path="/GetWorkflowStepExecution",
    request=GetWorkflowStepExecutionRequest,
    response=GetWorkflowStepExecutionResponse,
)

LIST_WAITING_WORKFLOW_STEPS: Final = Operation(
    name="ListWaitingWorkflowSteps",
    method="POST",
    path="/ListWaitingWorkflowSteps",
    request=ListWaitingWorkflowStepsRequest,
    response=ListWaitingWorkflowStepsResponse,
    items="steps",
)

SEND_WORKFLOW_STEP_ACTION: Final = Operation(
    name="SendWorkflowStepAction",
    method="PUT",
    path="/SendWorkflowStepAction",
    request=SendWorkflowStepActionRequest,
    response=SendWorkflowStepActionResponse,
    has_token=True,
)

TAG_RESOURCE: Final = Operation(
    name="TagResource",
    method="POST",
    path="/tags/{resource_arn}",
    request=TagResourceRequest,
    response=TagResourceResponse,
    is_silent=True,
)

UNTAG_RESOURCE: Final = Operation(
    name="UntagResource",
    method="DELETE",
    path="/tags/{resource_arn}",
    request=UntagResourceRequest,
    response=UntagResourceResponse,
    is_silent=True,
)

LIST_TAGS_FOR_RESOURCE: Final = Operation(
    name="ListTagsForResource",
    method="GET",
    path="/tags/{resource_arn}",
    request=ListTagsForResourceRequest,
    response=ListTagsForResourceResponse,
)

_ALL: Final[tuple[Operation[Any, Any], ...]] = (
    CREATE_WORKFLOW,
    GET_WORKFLOW,
    LIST_WORKFLOWS,
    LIST_WORKFLOW_BUILD_VERSIONS,
    DELETE_WORKFLOW,
    LIST_WORKFLOW_EXECUTIONS,
    GET_WORKFLOW_EXECUTION,
    LIST_WORKFLOW_STEP_EXECUTIONS,
    GET_WORKFLOW_STEP_EXECUTION,
    LIST_WAITING_WORKFLOW_STEPS,
    SEND_WORKFLOW_STEP_ACTION,
    TAG_RESOURCE,
    UNTAG_RESOURCE,
    LIST_TAGS_FOR_RESOURCE,
)

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = MappingProxyType(
    {operation.name: operation for operation in _ALL}
)
"""Every operation by its name in the API."""
