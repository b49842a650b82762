"""The same set of workflows in many regions and accounts: a manifest says what, its targets say where.

manifest = read_manifest("workflows.yaml")
async with AwsAccess() as access:
report = await Rollout(manifest, access).run()
"""

from aio_workflows.rollout.access import Access, DocumentStore, Site
from aio_workflows.rollout.aws import AwsAccess
from aio_workflows.rollout.folder import manifest_of_folder
from aio_workflows.rollout.form import DocumentPlace
from aio_workflows.rollout.manifest import read_manifest
from aio_workflows.rollout.model import Manifest, ManifestWorkflow, Target
from aio_workflows.rollout.partition import (
    ClientSettings,
    PartitionReport,
    TargetOutcome,
    create_partition,
    publish_partition,
)
from aio_workflows.rollout.report import OutcomeStatus, RolloutOutcome, RolloutReport
from aio_workflows.rollout.targets import Rollout, choose_targets

__all__ = [
    "Access",
    "AwsAccess",
    "ClientSettings",
    "DocumentPlace",
    "DocumentStore",
    "Manifest",
    "ManifestWorkflow",
    "OutcomeStatus",
    "PartitionReport",
    "Rollout",
    "RolloutOutcome",
    "RolloutReport",
    "Site",
    "Target",
    "TargetOutcome",
    "choose_targets",
    "create_partition",
    "manifest_of_folder",
    "publish_partition",
    "read_manifest",
]
