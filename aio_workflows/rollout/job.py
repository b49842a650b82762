"""One target of a rollout as work for the engine of bulk runs: each item is a workflow of the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from aio_workflows.bulk.workflow_job import resource_of
from aio_workflows.errors import ConfigurationError
from aio_workflows.models.client_token import content_digest
from aio_workflows.publish.bulk import PublishJob
from aio_workflows.publish.result import DryRun, PublishResult
from aio_workflows.rollout.access import Site
from aio_workflows.rollout.model import ManifestWorkflow, Target

JOB: Final = "Rollout"
"""What the journal of a rollout calls it. One journal serves all targets, so the target is in every key."""


class TargetJob(PublishJob[ManifestWorkflow]):
    """Publishes each item in one target; its document is put into S3 before, if it is too long to be sent."""

    name: str = JOB
    noun: str = "publications"
    scope: str | None = None

    def __init__(self, target: Target, site: Site, *, dry_run: bool, timeout: float | None) -> None:
        self._target = target
        self._site = site
        self._dry_run = dry_run
        self._timeout = timeout

    def resource(self, request: ManifestWorkflow) -> str:
        """The target, then type, slug and version as they stand in the ARN."""
        return f"{self._target.name}/{resource_of(request.identity)}"

    def digest(self, request: ManifestWorkflow) -> bytes:
        """Everything of the workflow, what to do on a change, and the account and region it goes to."""
        target = self._target
        place = target.name, target.region, target.role_arn, target.profile, target.endpoint_url
        return content_digest(request.identity, request.on_change, *place)

    def given_token(self, request: ManifestWorkflow) -> str | None:  # noqa: ARG002
        """None: a manifest has no tokens."""
        return None

    async def submit(self, request: ManifestWorkflow, client_token: str) -> PublishResult:
        """Publish a workflow.

        :raises ConfigurationError: its document is too long, and there is no place to put it in.
        """
        uri, dry_run = await place(request, self._target, self._site, dry_run=self._dry_run)
        return await self._site.client.publish_workflow(
            evolve(request.request(uri), client_token=client_token),
            on_change=request.on_change,
            dry_run=dry_run,
            document=request.document,
            timeout=self._timeout,
            is_queued=True,
        )

    def record(self, request: ManifestWorkflow, result: PublishResult | None) -> Mapping[str, object]:
        """Target, name, source, and what came of it."""
        return {
            "target": self._target.name,
            "workflow": request.name,
            "label": request.label,
            "workflow_build_version_arn": result.workflow_build_version_arn if result is not None else None,
        }

    def label(self, request: ManifestWorkflow) -> str:
        """Its source and its target."""
        return f"{request.label} in {self._target.name}"


async def place(
    workflow: ManifestWorkflow, target: Target, site: Site, *, dry_run: bool
) -> tuple[str | None, DryRun]:
    """Where a document lies that is too long to be sent, None for others, and how dry the run is with it.

    It is put into the target's place in S3, by a dry run only addressed there.

    :raises ConfigurationError: it is too long, and there is no place to put it in.
    """
    if not workflow.is_long:
        return None, dry_run
    documents, document = site.documents, workflow.document
    if documents is None or document is None:
        raise ConfigurationError(
            f"{workflow.label} has more than 16,000 characters, and the target {target.name!r} "
            "lacks a region or 'documents', a place in S3 to put it in"
        )
    if dry_run:
        # Nothing is put there by a dry run, so the service cannot be asked about it.
        return documents.address(document), "reads"
    return await documents.put(document), False
