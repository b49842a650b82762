"""The one table of operations: how each is asked for, and what it takes and gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from attrs import AttrsInstance, field, frozen

from aio_workflows.errors.service import DryRunOperationException, ServiceError
from aio_workflows.models.requests import CreateWorkflowRequest, GetWorkflowRequest, ListWorkflowsRequest
from aio_workflows.models.responses import (
    CreateWorkflowResponse,
    DryRunResponse,
    GetWorkflowResponse,
    ListWorkflowsResponse,
    Response,
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
    ``success_error`` is the exception by which the service reports success.
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

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = MappingProxyType(
    {operation.name: operation for operation in (CREATE_WORKFLOW, GET_WORKFLOW, LIST_WORKFLOWS)}
)
"""Every operation by its name in the API."""
