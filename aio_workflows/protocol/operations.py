"""The one table of operations: how each is asked for, and what it takes and gives."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from attrs import AttrsInstance, field, frozen

from aio_workflows.errors.service import DryRunOperationException, ServiceError

if TYPE_CHECKING:
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
ResponseT = TypeVar("ResponseT", bound="Response")

SERVICE: Final = "imagebuilder"
"""The service's name in endpoints, signatures and ARNs."""


@frozen(kw_only=True)
class Operation(Generic[RequestT, ResponseT]):
    """One operation of the API.

    The members of a request travel by one rule: those named in braces in ``path`` are put there;
    with GET and DELETE the rest is the query, otherwise the JSON body.

    ``takes`` and ``gives`` name the classes of the request and of the response, each by its module in
    ``models``: they are loaded on first use, since a program calls few of the operations.

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
    takes: str
    gives: str
    has_token: bool = False
    items: str | None = None
    constants: Mapping[str, Any] = field(factory=dict[str, Any])
    success_error: type[ServiceError] | None = None
    when_gone: Callable[[RequestT], ResponseT] | None = None
    is_silent: bool = False

    @cached_property
    def request(self) -> type[RequestT]:
        """The class of the request."""
        return cast("type[RequestT]", _model(self.takes))

    @cached_property
    def response(self) -> type[ResponseT]:
        """The class of the response."""
        return cast("type[ResponseT]", _model(self.gives))

    @cached_property
    def path_members(self) -> tuple[str, ...]:
        """The fields that stand in the path, by their Python names."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def members_in_query(self) -> bool:
        """Whether the members that are not in the path are the query."""
        return self.method in {"GET", "DELETE"}


def _model(place: str) -> object:
    module, name = place.split(".")
    return getattr(importlib.import_module(f"aio_workflows.models.{module}"), name)


CREATE_WORKFLOW: Final[Operation[CreateWorkflowRequest, CreateWorkflowResponse]] = Operation(
    name="CreateWorkflow",
    method="PUT",
    path="/CreateWorkflow",
    takes="requests.CreateWorkflowRequest",
    gives="responses.CreateWorkflowResponse",
    has_token=True,
)

DRY_RUN_CREATE_WORKFLOW: Final[Operation[CreateWorkflowRequest, DryRunResponse]] = Operation(
    name=CREATE_WORKFLOW.name,
    method=CREATE_WORKFLOW.method,
    path=CREATE_WORKFLOW.path,
    takes="requests.CreateWorkflowRequest",
    gives="responses.DryRunResponse",
    has_token=True,
    constants={"dryRun": True},
    success_error=DryRunOperationException,
)
"""CreateWorkflow with its dry run flag: everything is checked and nothing made."""

GET_WORKFLOW: Final[Operation[GetWorkflowRequest, GetWorkflowResponse]] = Operation(
    name="GetWorkflow",
    method="GET",
    path="/GetWorkflow",
    takes="requests.GetWorkflowRequest",
    gives="responses.GetWorkflowResponse",
)

LIST_WORKFLOWS: Final[Operation[ListWorkflowsRequest, ListWorkflowsResponse]] = Operation(
    name="ListWorkflows",
    method="POST",
    path="/ListWorkflows",
    takes="requests.ListWorkflowsRequest",
    gives="responses.ListWorkflowsResponse",
    items="workflow_version_list",
)

LIST_WORKFLOW_BUILD_VERSIONS: Final[
    Operation[ListWorkflowBuildVersionsRequest, ListWorkflowBuildVersionsResponse]
] = Operation(
    name="ListWorkflowBuildVersions",
    method="POST",
    path="/ListWorkflowBuildVersions",
    takes="requests.ListWorkflowBuildVersionsRequest",
    gives="responses.ListWorkflowBuildVersionsResponse",
    items="workflow_summary_list",
)


def _deleted(request: DeleteWorkflowRequest) -> DeleteWorkflowResponse:
    return DELETE_WORKFLOW.response(workflow_build_version_arn=request.workflow_build_version_arn)


DELETE_WORKFLOW: Final[Operation[DeleteWorkflowRequest, DeleteWorkflowResponse]] = Operation(
    name="DeleteWorkflow",
    method="DELETE",
    path="/DeleteWorkflow",
    takes="requests.DeleteWorkflowRequest",
    gives="responses.DeleteWorkflowResponse",
    when_gone=_deleted,
)

LIST_WORKFLOW_EXECUTIONS: Final[Operation[ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse]] = (
    Operation(
        name="ListWorkflowExecutions",
        method="POST",
        path="/ListWorkflowExecutions",
        takes="execution_requests.ListWorkflowExecutionsRequest",
        gives="execution_responses.ListWorkflowExecutionsResponse",
        items="workflow_executions",
    )
)

GET_WORKFLOW_EXECUTION: Final[Operation[GetWorkflowExecutionRequest, GetWorkflowExecutionResponse]] = (
    Operation(
        name="GetWorkflowExecution",
        method="GET",
        path="/GetWorkflowExecution",
        takes="execution_requests.GetWorkflowExecutionRequest",
        gives="execution_responses.GetWorkflowExecutionResponse",
    )
)

LIST_WORKFLOW_STEP_EXECUTIONS: Final[
    Operation[ListWorkflowStepExecutionsRequest, ListWorkflowStepExecutionsResponse]
] = Operation(
    name="ListWorkflowStepExecutions",
    method="POST",
    path="/ListWorkflowStepExecutions",
    takes="execution_requests.ListWorkflowStepExecutionsRequest",
    gives="execution_responses.ListWorkflowStepExecutionsResponse",
    items="steps",
)

GET_WORKFLOW_STEP_EXECUTION: Final[
    Operation[GetWorkflowStepExecutionRequest, GetWorkflowStepExecutionResponse]
] = Operation(
    name="GetWorkflowStepExecution",
    method="GET",
    path="/GetWorkflowStepExecution",
    takes="execution_requests.GetWorkflowStepExecutionRequest",
    gives="execution_responses.GetWorkflowStepExecutionResponse",
)

LIST_WAITING_WORKFLOW_STEPS: Final[
    Operation[ListWaitingWorkflowStepsRequest, ListWaitingWorkflowStepsResponse]
] = Operation(
    name="ListWaitingWorkflowSteps",
    method="POST",
    path="/ListWaitingWorkflowSteps",
    takes="execution_requests.ListWaitingWorkflowStepsRequest",
    gives="execution_responses.ListWaitingWorkflowStepsResponse",
    items="steps",
)

SEND_WORKFLOW_STEP_ACTION: Final[Operation[SendWorkflowStepActionRequest, SendWorkflowStepActionResponse]] = (
    Operation(
        name="SendWorkflowStepAction",
        method="PUT",
        path="/SendWorkflowStepAction",
        takes="execution_requests.SendWorkflowStepActionRequest",
        gives="execution_responses.SendWorkflowStepActionResponse",
        has_token=True,
    )
)

TAG_RESOURCE: Final[Operation[TagResourceRequest, TagResourceResponse]] = Operation(
    name="TagResource",
    method="POST",
    path="/tags/{resource_arn}",
    takes="tag_requests.TagResourceRequest",
    gives="tag_responses.TagResourceResponse",
    is_silent=True,
)

UNTAG_RESOURCE: Final[Operation[UntagResourceRequest, UntagResourceResponse]] = Operation(
    name="UntagResource",
    method="DELETE",
    path="/tags/{resource_arn}",
    takes="tag_requests.UntagResourceRequest",
    gives="tag_responses.UntagResourceResponse",
    is_silent=True,
)

LIST_TAGS_FOR_RESOURCE: Final[Operation[ListTagsForResourceRequest, ListTagsForResourceResponse]] = Operation(
    name="ListTagsForResource",
    method="GET",
    path="/tags/{resource_arn}",
    takes="tag_requests.ListTagsForResourceRequest",
    gives="tag_responses.ListTagsForResourceResponse",
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
