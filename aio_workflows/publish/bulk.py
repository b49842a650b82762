"""Publishing in bulk: a kind of work for the engine of bulk runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.outcome import BulkStatus
from aio_workflows.errors import AioWorkflowsError, RequestValidationError
from aio_workflows.models.arn import slug
from aio_workflows.models.client_token import content_digest
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.validators import wrong_type
from aio_workflows.publish.result import OnChange, PublishResult

Submit = Callable[[CreateWorkflowRequest, str], Awaitable[PublishResult]]
"""Publishes one workflow, with a client token for its create."""


class PublishWorkflowsJob(BulkJob[CreateWorkflowRequest, PublishResult]):
    """Publishes each item as a workflow."""

    name = "PublishWorkflow"
    noun = "workflows"

    def __init__(self, submit: Submit, *, scope: str | None, on_change: OnChange) -> None:
        self.scope = scope
        self._submit = submit
        self._on_change = on_change

    def resource(self, request: CreateWorkflowRequest) -> str:
        """Type, slug and version."""
        unchecked: Any = request
        if not isinstance(unchecked, CreateWorkflowRequest):
            raise RequestValidationError([wrong_type("item", "a CreateWorkflowRequest", unchecked)])
        version = ".".join(map(str, request.semantic_version.nodes))
        return f"{request.type.lower()}/{slug(request.name)}/{version}"

    def digest(self, request: CreateWorkflowRequest) -> bytes:
        """Everything of the request, and what to do on a change."""
        return content_digest(request, self._on_change)

    def given_token(self, request: CreateWorkflowRequest) -> str | None:
        """The request's own token."""
        return request.client_token

    async def submit(self, request: CreateWorkflowRequest, client_token: str) -> PublishResult:
        """Publish it."""
        return await self._submit(request, client_token)

    async def look_up(self, request: CreateWorkflowRequest) -> PublishResult | None:  # noqa: ARG002
        """Nothing: publishing looks by itself at what is there."""
        return None

    def status_of(self, result: PublishResult | Exception) -> BulkStatus:
        """``created`` for everything that was made, ``already_exists`` for what is unchanged."""
        if isinstance(result, PublishResult):
            return "already_exists" if result.status == "unchanged" else "created"
        is_known = isinstance(result, AioWorkflowsError) and result.outcome != "unknown"
        return "failed" if is_known else "unknown"

    def attempts_of(self, result: PublishResult) -> int:
        """Those of all its calls."""
        return result.attempts

    def to_data(self, result: PublishResult) -> Mapping[str, object]:
        """What the journal keeps."""
        return result.to_data()

    def from_data(self, data: object) -> PublishResult:
        """What the journal has kept."""
        if not isinstance(data, Mapping):
            raise ValueError("no result of a publication")  # noqa: TRY004 - the engine's contract
        return PublishResult.from_data(cast("Mapping[str, Any]", data))

    def record(self, request: CreateWorkflowRequest, result: PublishResult | None) -> Mapping[str, object]:
        """Name, version, type, and what came of it."""
        unchecked: Any = request
        is_request = isinstance(unchecked, CreateWorkflowRequest)
        version = (
            result.semantic_version
            if result is not None
            else request.semantic_version
            if is_request
            else None
        )
        return {
            "name": request.name if is_request else None,
            "semantic_version": str(version) if version is not None else None,
            "type": str(request.type) if is_request else None,
            "published": result.status if result is not None else None,
            "workflow_build_version_arn": result.workflow_build_version_arn if result is not None else None,
        }

    def label(self, request: CreateWorkflowRequest) -> str:
        """Name, version and type."""
        unchecked: Any = request
        if not isinstance(unchecked, CreateWorkflowRequest):
            return f"a {type(unchecked).__name__}"
        return f"{request.name} {request.semantic_version} ({request.type})"
