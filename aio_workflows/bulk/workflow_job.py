"""What creating and publishing in bulk have in common: their items are requests for workflows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeGuard

from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.outcome import BulkStatus, ResultT
from aio_workflows.errors import AioWorkflowsError, RequestValidationError
from aio_workflows.models.arn import slug
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.validators import wrong_type


class WorkflowJob(BulkJob[CreateWorkflowRequest, ResultT], Generic[ResultT]):
    """A kind of work whose items are requests for workflows.

    ``submit`` does one item, with a given client token.
    """

    noun = "workflows"

    def __init__(
        self, submit: Callable[[CreateWorkflowRequest, str], Awaitable[ResultT]], *, scope: str | None
    ) -> None:
        self.scope = scope
        self._submit = submit

    def resource(self, request: CreateWorkflowRequest) -> str:
        """Type, slug and version, as they stand in the ARN."""
        return resource_of(request)

    def given_token(self, request: CreateWorkflowRequest) -> str | None:
        """The token of the request itself."""
        return request.client_token

    async def submit(self, request: CreateWorkflowRequest, client_token: str) -> ResultT:
        """Do one item."""
        return await self._submit(request, client_token)

    def label(self, request: CreateWorkflowRequest) -> str:
        """Name, version and type."""
        if not is_request(request):
            return f"a {type(request).__name__}"
        return f"{request.name} {request.semantic_version} ({request.type})"


def resource_of(request: CreateWorkflowRequest) -> str:
    """Type, slug and version, as they stand in the ARN.

    :raises RequestValidationError: it is no request.
    """
    if not is_request(request):
        raise RequestValidationError([wrong_type("item", "a CreateWorkflowRequest", request)])
    version = ".".join(map(str, request.semantic_version.nodes))
    return f"{request.type.lower()}/{slug(request.name)}/{version}"


def is_request(item: Any) -> TypeGuard[CreateWorkflowRequest]:
    """Whether an item of the input is what it should be: callers without a type checker give anything."""
    return isinstance(item, CreateWorkflowRequest)


def status_of_error(error: Exception) -> BulkStatus:
    """What an error makes of an item; one that is not ours tells nothing of what was done."""
    is_known = isinstance(error, AioWorkflowsError) and error.outcome != "unknown"
    return "failed" if is_known else "unknown"
