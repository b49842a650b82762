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
from aio_workflows.rollout.report import OutcomeStatus, RolloutOutcome, RolloutReport
from aio_workflows.rollout.targets import Rollout, choose_targets

__all__ = [
    "Access",
    "AwsAccess",
    "DocumentPlace",
    "DocumentStore",
    "Manifest",
    "ManifestWorkflow",
    "OutcomeStatus",
    "Rollout",
    "RolloutOutcome",
    "RolloutReport",
    "Site",
    "Target",
    "choose_targets",
    "manifest_of_folder",
    "read_manifest",
]
