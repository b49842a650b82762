"""The same work on a Dask cluster: for more accounts and regions than one process can serve.

    report = await publish(read_manifest("workflows.yaml"), cluster, run_id="2026-11-25")

Each target has its own limit and credentials, so the work is divided by targets, and a target's into chunks. Dask
does what Dask is for: it finds a worker for each chunk, and another one when that is lost. Each chunk is a run of
our own in its worker: see :mod:`aio_workflows.rollout.partition`, which is also the way to other engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Unpack

from attrs import frozen

from aio_workflows.bulk.collisions import check_all
from aio_workflows.bulk.progress import ProgressHook
from aio_workflows.bulk.workflow_job import resource_of
from aio_workflows.dask.connection import Cluster
from aio_workflows.dask.report import ClusterReport
from aio_workflows.dask.run import ClusterRun
from aio_workflows.dask.work import Work
from aio_workflows.models.client_token import content_digest
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.publish.result import PublishResult
from aio_workflows.rollout.model import Manifest, Target
from aio_workflows.rollout.partition import (
    ClientSettings,
    TargetOutcome,
    check_settings,
    create_partition,
    label,
    publish_partition,
)
from aio_workflows.rollout.targets import CONCURRENCY

__all__ = ["Cluster", "ClusterReport", "ClusterRun", "TargetOutcome", "create_workflows", "publish"]

CHUNK_SIZE: Final = 100
"""Items of a chunk: as many are done again when a worker is lost, and as many outcomes come at once. Each chunk has
a new client, which first has to learn its target's limit: ``docs/scale.md`` tells what that costs."""

RETRIES: Final = 3
"""How often a chunk is done again."""


def publish(
    manifest: Manifest,
    cluster: Cluster,
    *,
    targets: Sequence[Target] | None = None,
    run_id: str | None = None,
    dry_run: bool = False,
    chunk_size: int = CHUNK_SIZE,
    concurrency: int = CONCURRENCY,
    retries: int = RETRIES,
    on_progress: ProgressHook | None = None,
    progress: bool = False,
    **settings: Unpack[ClientSettings],
) -> ClusterRun[PublishResult]:
    """Publish a manifest's workflows in all of its targets, and await or iterate what this returns.

    Client tokens are derived from request, target and ``run_id``: whatever a worker does a second time, because the
    one before was lost or the caller was started again, is done once for as long as the service remembers tokens.

    No credentials travel: a worker resolves the profile or assumes the role that its target names, and without
    either takes what it has itself (environment, container, instance).

    :param cluster: the address of a scheduler, a cluster such as ``LocalCluster``, or a connected ``Client``. All of
        its machines need this release of the package.
    :param targets: by default all of the manifest's; each must have a name of its own.
    :param run_id: what the tokens are derived from; by default a new one. A caller that was cut off gives the same
        one again; a new publication must have a new one, or the service replays old answers.
    :param dry_run: send only dry runs and reads.
    :param chunk_size: items that a worker does in one go.
    :param concurrency: how many of them are under way at a time in each target.
    :param retries: how often a chunk is done again when its task raises or its worker is lost, and for how many lost
        workers the scheduler must not give it up (``distributed.scheduler.allowed-failures``).
    :param on_progress: called with a :class:`BulkProgress`, at most ten times a second.
    :param progress: show a bar of tqdm, which the extra ``notebook`` brings.
    :param settings: options of the :class:`WorkflowsClient` of every target, such as ``timeout`` and ``retry``; what
        a target says itself goes before.
    :raises ConfigurationError: an option is out of its range, or may not travel.
    """
    check_settings(settings)

    async def check() -> None:
        """A manifest was checked when it was read."""

    return ClusterRun(
        Work(
            name="publish",
            items=manifest.workflows,
            labels=[label(workflow) for workflow in manifest.workflows],
            targets=manifest.targets if targets is None else targets,
            partition=publish_partition,
            arguments={"concurrency": concurrency, "dry_run": dry_run, **settings},
            check=check,
            run_id=run_id,
            chunk_size=chunk_size,
            retries=retries,
            on_progress=on_progress,
            progress=progress,
        ),
        cluster,
    )


def create_workflows(
    requests: Iterable[CreateWorkflowRequest],
    targets: Sequence[Target],
    cluster: Cluster,
    *,
    run_id: str | None = None,
    chunk_size: int = CHUNK_SIZE,
    concurrency: int = CONCURRENCY,
    retries: int = RETRIES,
    on_progress: ProgressHook | None = None,
    progress: bool = False,
    **settings: Unpack[ClientSettings],
) -> ClusterRun[CreateWorkflowResponse]:
    """Create workflows in many targets, and await or iterate what this returns.

    The requests are read at once, and looked through before anything is sent; a client token that one of them has
    does not count. Everything else is as in :func:`publish`.

    :raises ConfigurationError: an option is out of its range, or may not travel.
    """
    check_settings(settings)
    items = tuple(requests)
    return ClusterRun(
        Work(
            name="create",
            items=items,
            labels=[label(request) for request in items],
            targets=targets,
            partition=create_partition,
            arguments={"concurrency": concurrency, **settings},
            check=lambda: check_all(_Recognition(), items),
            run_id=run_id,
            chunk_size=chunk_size,
            retries=retries,
            on_progress=on_progress,
            progress=progress,
        ),
        cluster,
    )


@frozen
class _Recognition:
    """What makes two requests one workflow."""

    def resource(self, request: CreateWorkflowRequest) -> str:
        return resource_of(request)

    def digest(self, request: CreateWorkflowRequest) -> bytes:
        return content_digest(request)
