"""Publishing in bulk: a kind of work for the engine of bulk runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.outcome import BulkStatus, RequestT
from aio_workflows.bulk.workflow_job import WorkflowJob, is_request, status_of_error
from aio_workflows.models.client_token import content_digest
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.publish.result import OnChange, PublishResult


class PublishJob(BulkJob[RequestT, PublishResult]):
    """Publishing, whatever the items are: what follows from a result."""

    is_state = True

    async def look_up(self, request: RequestT) -> PublishResult | None:  # noqa: ARG002
        """Nothing: publishing looks by itself at what is there."""
        return None

    def status_of(self, result: PublishResult | Exception) -> BulkStatus:
        """``created`` for everything that was made, ``already_exists`` for what is unchanged."""
        if isinstance(result, PublishResult):
            return "already_exists" if result.status == "unchanged" else "created"
        return status_of_error(result)

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


class PublishWorkflowsJob(PublishJob[CreateWorkflowRequest], WorkflowJob[PublishResult]):
    """Publishes each item as a workflow."""

    name = "PublishWorkflow"

    def __init__(
        self,
        submit: Callable[[CreateWorkflowRequest, str], Awaitable[PublishResult]],
        *,
        scope: str | None,
        on_change: OnChange,
    ) -> None:
        super().__init__(submit, scope=scope)
        self._on_change = on_change

    def digest(self, request: CreateWorkflowRequest) -> bytes:
        """Everything of the request, and what to do on a change."""
        return content_digest(request, self._on_change)

    def record(self, request: CreateWorkflowRequest, result: PublishResult | None) -> Mapping[str, object]:
        """Name, version, type, and what came of it."""
        is_named = is_request(request)
        version = (
            result.semantic_version if result is not None else request.semantic_version if is_named else None
        )
        return {
            "name": request.name if is_named else None,
            "semantic_version": str(version) if version is not None else None,
            "type": str(request.type) if is_named else None,
            "published": result.status if result is not None else None,
            "workflow_build_version_arn": result.workflow_build_version_arn if result is not None else None,
        }
