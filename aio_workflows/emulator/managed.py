"""The workflows that Amazon keeps for everyone: their names and types are the service's, the documents ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aio_workflows.emulator.store import WorkflowBuild

ACCOUNT: Final = "aws"
"""Where an account stands in an ARN."""

OWNER: Final = "Amazon"

_VERSION: Final = "1.0.3"
_CREATED: Final = "2025-11-20T00:00:00.000Z"

_LAUNCH: Final = ("Launch{}Instance", "LaunchInstance")
_APPLY: Final = ("Apply{}Components", "ExecuteComponents")
_TERMINATE: Final = ("Terminate{}Instance", "TerminateInstance")
_BUILD: Final = (
    _LAUNCH,
    _APPLY,
    ("InventoryCollection", "CollectImageMetadata"),
    ("RunSanitizeScript", "SanitizeInstance"),
    ("RunSysPrepScript", "RunSysPrep"),
    ("CreateOutputAMI", "CreateImage"),
    _TERMINATE,
)
_CONTAINER: Final = (_LAUNCH, ("PrepareForContainer", "BootstrapInstanceForContainer"), _APPLY, _TERMINATE)
_TEST: Final = (_LAUNCH, ("CollectScanFindings", "CollectImageScanFindings"), _APPLY, _TERMINATE)

# Name -> type and steps (user guide, list of managed workflows).
_WORKFLOWS: Final = {
    "build-image": ("BUILD", _BUILD),
    "build-image-with-update-ssm-agent": ("BUILD", _BUILD),
    "build-container": ("BUILD", _CONTAINER),
    "express-build-image": ("BUILD", _BUILD),
    "express-build-container": ("BUILD", _CONTAINER),
    "test-image": ("TEST", _TEST),
    "test-container": ("TEST", _TEST),
    "express-test-image": ("TEST", _TEST),
    "distribute-image": ("DISTRIBUTION", (("Distribute", "DistributeImage"),)),
    "distribute-container": ("DISTRIBUTION", (_LAUNCH, ("Distribute", "DistributeContainerImage"))),
}


def builds(arn_prefix: str) -> Iterator[WorkflowBuild]:
    """One build of each, for the Region that the prefix of its ARN names."""
    for name, (kind, steps) in _WORKFLOWS.items():
        yield WorkflowBuild(
            arn=f"{arn_prefix}/{kind.lower()}/{name}/{_VERSION}/1",
            name=name,
            type=kind,
            version=_VERSION,
            build=1,
            owner=OWNER,
            data=_document(name, kind, steps),
            date_created=_CREATED,
            description=f"What stands in for the managed workflow {name}",
        )


def _document(name: str, kind: str, steps: tuple[tuple[str, str], ...]) -> str:
    lines = [f"name: {name}", "schemaVersion: 1.0", "", "steps:"]
    launch = _LAUNCH[0].format(kind.capitalize())
    for step, action in steps:
        lines += [f"  - name: {step.format(kind.capitalize())}", f"    action: {action}"]
        if action == "LaunchInstance":
            lines += ["    inputs:", "      waitFor: ssmAgent"]
        elif action != "DistributeImage":
            lines += ["    inputs:", f"      instanceId.$: $.stepOutputs.{launch}.instanceId"]
    if any(action == "CreateImage" for _, action in steps):
        lines += ["", "outputs:", "  - name: ImageId", "    value: $.stepOutputs.CreateOutputAMI.imageId"]
    return "\n".join(lines) + "\n"
