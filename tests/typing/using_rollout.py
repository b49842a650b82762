"""Rollouts: a manifest made so in its targets. Checked by `nox -s typing`, never run."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_type

from aio_workflows import BulkProgress, CreateWorkflowRequest, OnChange, PublishResult, WorkflowsClient
from aio_workflows.rollout import (
    Access,
    AwsAccess,
    DocumentPlace,
    DocumentStore,
    Manifest,
    ManifestWorkflow,
    OutcomeStatus,
    Rollout,
    RolloutOutcome,
    RolloutReport,
    Site,
    Target,
    choose_targets,
    manifest_of_folder,
    read_manifest,
)


def fields_of_document_place(it: DocumentPlace) -> None:
    assert_type(it.uri, str)
    assert_type(it.bucket_owner, str | None)


def fields_of_manifest(it: Manifest) -> None:
    assert_type(it.workflows, tuple[ManifestWorkflow, ...])
    assert_type(it.targets, tuple[Target, ...])


def fields_of_manifest_workflow(it: ManifestWorkflow) -> None:
    assert_type(it.label, str)
    assert_type(it.on_change, OnChange)
    assert_type(it.document, str | None)
    assert_type(it.uri, str | None)
    assert_type(it.fields, Mapping[str, Any])
    assert_type(it.name, str)
    assert_type(it.identity, CreateWorkflowRequest)
    assert_type(it.is_long, bool)


def fields_of_rollout_outcome(it: RolloutOutcome) -> None:
    assert_type(it.target, str)
    assert_type(it.workflow, str)
    assert_type(it.label, str)
    assert_type(it.status, OutcomeStatus)
    assert_type(it.result, PublishResult | None)
    assert_type(it.error, Exception | None)
    assert_type(it.resumed, bool)


def fields_of_rollout_report(it: RolloutReport) -> None:
    assert_type(it.outcomes, tuple[RolloutOutcome, ...])
    assert_type(it.to_records(), list[dict[str, Any]])
    assert_type(it.ok, bool)
    assert_type(it.counts, Counter[OutcomeStatus])


def fields_of_site(it: Site) -> None:
    assert_type(it.client, WorkflowsClient)
    assert_type(it.documents, DocumentStore | None)


def fields_of_target(it: Target) -> None:
    assert_type(it.name, str)
    assert_type(it.region, str | None)
    assert_type(it.profile, str | None)
    assert_type(it.role_arn, str | None)
    assert_type(it.external_id, str | None)
    assert_type(it.endpoint_url, str | None)
    assert_type(it.documents, DocumentPlace | None)
    assert_type(it.role_account, str | None)


def tell(progress: BulkProgress) -> None:
    assert_type(progress.done, int)


class OneAccess:
    """A way into the targets of one's own."""

    def __init__(self, client: WorkflowsClient, documents: DocumentStore) -> None:
        self._site = Site(client, documents)

    async def open(self, target: Target) -> Site:
        assert_type(target.name, str)
        return self._site

    async def aclose(self) -> None:
        await self._site.client.aclose()


async def rolling_out(folder: Path, own: OneAccess) -> None:
    manifest = read_manifest(folder, {"STAGE": "test"})
    assert_type(manifest, Manifest)
    assert_type(manifest_of_folder(str(folder), semantic_version="1.2.3"), Manifest)
    assert_type(manifest.workflows[0].request("s3://bucket/key"), CreateWorkflowRequest)
    targets = choose_targets(manifest.targets, ["production/*"])
    assert_type(targets, tuple[Target, ...])
    async with AwsAccess(timeout=30) as access:
        assert_type(access, AwsAccess)
        rollout = Rollout(
            manifest,
            access,
            targets=targets,
            concurrency=5,
            dry_run=False,
            journal=folder / "run.sqlite",
            on_progress=tell,
            timeout=60,
        )
        assert_type(await rollout.run(), RolloutReport)
    assert_type(rollout.progress, BulkProgress)
    assert_type(rollout.report, RolloutReport)
    any_access: Access = own
    assert_type(await any_access.open(targets[0]), Site)
    Rollout(manifest, any_access)


async def documents(store: DocumentStore) -> None:
    assert_type(store.address("steps: []"), str)
    assert_type(await store.put("steps: []"), str)
    await store.aclose()
