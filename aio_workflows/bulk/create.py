"""Creating workflows in bulk: the first kind of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from attrs import evolve

from aio_workflows.api.workflows import WorkflowOperations
from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.outcome import BulkStatus
from aio_workflows.errors import AioWorkflowsError, RequestValidationError
from aio_workflows.errors.service import ResourceAlreadyExistsException, ResourceNotFoundException
from aio_workflows.models.arn import WorkflowArn, slug
from aio_workflows.models.client_token import content_digest
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.models.validators import wrong_type
from aio_workflows.protocol.wire import wire_structurer

Submit = Callable[[CreateWorkflowRequest, str], Awaitable[CreateWorkflowResponse]]
"""Creates one workflow with a given client token."""


class CreateWorkflowsJob(BulkJob[CreateWorkflowRequest, CreateWorkflowResponse]):
    """Creates each item as a workflow.

    ``workflows`` is where earlier builds are looked up, each call within ``timeout`` seconds.
    """

    name = "CreateWorkflow"
    noun = "workflows"

    def __init__(
        self, submit: Submit, workflows: WorkflowOperations, *, scope: str | None, timeout: float | None
    ) -> None:
        self.scope = scope
        self._submit = submit
        self._workflows = workflows
        self._timeout = timeout
        self._any_arn: WorkflowArn | None = None

    def resource(self, request: CreateWorkflowRequest) -> str:
        """Type, slug and version, as they stand in the ARN."""
        unchecked: Any = request
        if not isinstance(unchecked, CreateWorkflowRequest):
            raise RequestValidationError([wrong_type("item", "a CreateWorkflowRequest", unchecked)])
        version = ".".join(map(str, request.semantic_version.nodes))
        return f"{request.type.lower()}/{slug(request.name)}/{version}"

    def digest(self, request: CreateWorkflowRequest) -> bytes:
        """The hash of every field but the client token."""
        return content_digest(request)

    def given_token(self, request: CreateWorkflowRequest) -> str | None:
        """The token of the request itself."""
        return request.client_token

    async def submit(self, request: CreateWorkflowRequest, client_token: str) -> CreateWorkflowResponse:
        """Create one workflow."""
        return await self._submit(request, client_token)

    async def look_up(self, request: CreateWorkflowRequest) -> CreateWorkflowResponse | None:
        """The build with this content, if there is one, newest first.

        Content is what the service itself compares: the document and the description. A document
        in S3 cannot be compared from here, so it is not looked for; that the service refuses a
        second build equal to the latest one still holds.
        """
        if request.data is None:
            return None
        version = await self._version_arn(request)
        if version is None:
            return None
        with suppress(ResourceNotFoundException):
            builds = self._workflows.list_workflow_build_versions(version, timeout=self._timeout)
            async for build in builds:
                if build.arn is not None and build.description == request.description:
                    found = await self._workflows.get_workflow(build.arn, timeout=self._timeout)
                    if found.workflow.data == request.data:
                        return CreateWorkflowResponse(
                            workflow_build_version_arn=build.arn,
                            latest_version_references=found.latest_version_references,
                            metadata=found.metadata,
                        )
        return None

    async def _version_arn(self, request: CreateWorkflowRequest) -> WorkflowArn | None:
        """The ARN of the version that the request would be in; None if the account has no workflows.

        Partition, Region and account are those of any workflow of the account, read once.
        """
        if self._any_arn is None:
            listing = self._workflows.list_workflows(owner="Self", limit=1, timeout=self._timeout)
            async for version in listing:
                if version.arn is not None:
                    self._any_arn = WorkflowArn.parse(version.arn)
        if self._any_arn is None:
            return None
        return evolve(
            self._any_arn,
            type=request.type.lower(),
            slug=slug(request.name),
            version=request.semantic_version,
            build=None,
        )

    def status_of(self, result: CreateWorkflowResponse | Exception) -> BulkStatus:
        """What an answer or an error makes of an item; an error that is not ours tells nothing."""
        if isinstance(result, CreateWorkflowResponse):
            return "created"
        if isinstance(result, ResourceAlreadyExistsException):
            return "already_exists"
        if isinstance(result, AioWorkflowsError) and result.outcome != "unknown":
            return "failed"
        return "unknown"

    def attempts_of(self, result: CreateWorkflowResponse) -> int:
        """How many attempts it took."""
        return len(result.metadata.attempts) if result.metadata is not None else 0

    def slim(self, result: CreateWorkflowResponse) -> CreateWorkflowResponse:
        """The answer without its body, which is as large as all the rest."""
        metadata = result.metadata
        return evolve(result, metadata=evolve(metadata, body=b"") if metadata is not None else None)

    def to_data(self, result: CreateWorkflowResponse) -> Mapping[str, object]:
        """ARNs and token, as on the wire."""
        return wire_structurer().unstructure(result)

    def from_data(self, data: object) -> CreateWorkflowResponse:
        """An answer of an earlier run, without its metadata."""
        return wire_structurer().structure(data, CreateWorkflowResponse)

    def record(
        self, request: CreateWorkflowRequest, result: CreateWorkflowResponse | None
    ) -> Mapping[str, object]:
        """Name, version, type and ARN."""
        unchecked: Any = request
        if not isinstance(unchecked, CreateWorkflowRequest):
            return {"name": None, "semantic_version": None, "type": None, "workflow_build_version_arn": None}
        return {
            "name": request.name,
            "semantic_version": str(request.semantic_version),
            "type": str(request.type),
            "workflow_build_version_arn": result.workflow_build_version_arn if result is not None else None,
        }

    def label(self, request: CreateWorkflowRequest) -> str:
        """Name, version and type."""
        unchecked: Any = request
        if not isinstance(unchecked, CreateWorkflowRequest):
            return f"a {type(unchecked).__name__}"
        return f"{request.name} {request.semantic_version} ({request.type})"
