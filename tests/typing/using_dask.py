"""Work on a Dask cluster, and partitions for other engines. Checked by `nox -s typing`, never run."""

from collections.abc import Mapping
from typing import Any, assert_type

from aio_workflows import (
    BulkProgress,
    BulkStatus,
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    PublishResult,
    RetryPolicy,
)
from aio_workflows.dask import Cluster, ClusterReport, ClusterRun, TargetOutcome, create_workflows, publish
from aio_workflows.rollout import Manifest, Target
from aio_workflows.rollout.partition import (
    ClientSettings,
    PartitionReport,
    create_partition,
    publish_partition,
)


def fields_of_target_outcome(it: TargetOutcome[PublishResult]) -> None:
    assert_type(it.target, str)
    assert_type(it.index, int)
    assert_type(it.workflow, str)
    assert_type(it.status, BulkStatus)
    assert_type(it.response, PublishResult | None)
    assert_type(it.error, Exception | None)
    assert_type(it.client_token, str | None)
    assert_type(it.attempts, int)
    assert_type(it.duration, float)
    assert_type(it.is_done, bool)


def fields_of_cluster_report(it: ClusterReport[CreateWorkflowResponse]) -> None:
    assert_type(it.run_id, str)
    assert_type(it.outcomes, tuple[TargetOutcome[CreateWorkflowResponse], ...])
    assert_type(it.counts, Mapping[BulkStatus, int])
    assert_type(it.is_complete, bool)
    assert_type(it.elapsed, float)
    assert_type(it.throttles, int)
    assert_type(it.total, int)
    assert_type(it.succeeded, int)
    assert_type(it.failures(), list[TargetOutcome[CreateWorkflowResponse]])
    assert_type(it.to_records(), list[dict[str, Any]])
    it.raise_for_failures()


def show(progress: BulkProgress) -> None:
    assert_type(progress.done, int)


async def on_a_cluster(
    manifest: Manifest, requests: list[CreateWorkflowRequest], targets: list[Target], cluster: Cluster
) -> None:
    run = publish(manifest, cluster, run_id="today", dry_run=True, retries=1, on_progress=show, timeout=30)
    assert_type(run, ClusterRun[PublishResult])
    assert_type(await run, ClusterReport[PublishResult])
    assert_type(run.run_id, str)
    assert_type(run.progress, BulkProgress)
    creating = create_workflows(
        requests, targets, "tcp://scheduler:8786", chunk_size=50, retry=RetryPolicy(rate=5)
    )
    async with creating:
        async for outcome in creating:
            assert_type(outcome, TargetOutcome[CreateWorkflowResponse])
    assert_type(creating.report, ClusterReport[CreateWorkflowResponse])
    await creating.aclose()


def on_another_engine(manifest: Manifest, requests: list[CreateWorkflowRequest], target: Target) -> None:
    settings: ClientSettings = {"timeout": 30.0}
    created = create_partition(requests, target, "today", first=100, concurrency=5, **settings)
    assert_type(created, PartitionReport[CreateWorkflowResponse])
    assert_type(created.outcomes, tuple[TargetOutcome[CreateWorkflowResponse], ...])
    assert_type(created.throttles, int)
    published = publish_partition(manifest.workflows, target, "today", dry_run=True)
    assert_type(published, PartitionReport[PublishResult])
