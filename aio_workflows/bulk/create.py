"""Creating workflows in bulk: the first kind of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from attrs import evolve

from aio_workflows.api.workflows import WorkflowOperations
from aio_workflows.bulk.outcome import BulkStatus
from aio_workflows.bulk.workflow_job import WorkflowJob, is_request, status_of_error
from aio_workflows.errors.service import ResourceAlreadyExistsException, ResourceNotFoundException
from aio_workflows.models.arn import WorkflowArn, slug
from aio_workflows.models.client_token import content_digest
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.protocol.wire import wire_structurer


class CreateWorkflowsJob(WorkflowJob[CreateWorkflowResponse]):
    """Creates each item as a workflow.

    ``workflows`` is where earlier builds are looked up, each call within ``timeout`` seconds.
    """

    name = "CreateWorkflow"

    def __init__(
        self,
        submit: Callable[[CreateWorkflowRequest, str], Awaitable[CreateWorkflowResponse]],
        workflows: WorkflowOperations,
        *,
        scope: str | None,
        timeout: float | None,
    ) -> None:
        super().__init__(submit, scope=scope)
        self._workflows = workflows
        self._timeout = timeout
        self._any_arn: WorkflowArn | None = None

    def digest(self, request: CreateWorkflowRequest) -> bytes:
        """The hash of every field but the client token."""
        return content_digest(request)

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
        """What an answer or an error makes of an item."""
        if isinstance(result, CreateWorkflowResponse):
            return "created"
        if isinstance(result, ResourceAlreadyExistsException):
            return "already_exists"
        return status_of_error(result)

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
        if not is_request(request):
            return {"name": None, "semantic_version": None, "type": None, "workflow_build_version_arn": None}
        return {
            "name": request.name,
            "semantic_version": str(request.semantic_version),
            "type": str(request.type),
            "workflow_build_version_arn": result.workflow_build_version_arn if result is not None else None,
        }
