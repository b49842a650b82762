"""The step actions: where each may stand, how long it may take, what it takes and what it gives.

Source: the user guide's page of step actions, as it stood in September 2026. Actions that the
service adds later are not in the table: the checker warns about them and checks what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import frozen

from aio_workflows.document.shapes import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    TEXT,
    TEXTS,
    Key,
    ListOf,
    MapOf,
    Structure,
    Text,
    optional,
    required,
)
from aio_workflows.models.enums import WorkflowType

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Gives(StrEnum):
    """What kind of thing an output is."""

    INSTANCE = "an instance id"
    IMAGE = "an image id"
    IMAGES = "a list of images"
    TEXT = "text"


@frozen(kw_only=True)
class Action:
    """One step action. Time-outs are in seconds."""

    name: str
    default_timeout: int
    maximum_timeout: int
    stages: frozenset[WorkflowType] = frozenset(WorkflowType)
    inputs: Structure
    outputs: Mapping[str, Gives]

    @property
    def required_inputs(self) -> tuple[str, ...]:
        """The inputs that must be given."""
        return tuple(name for name, key in self.inputs.keys.items() if key.required)


_BUILD_AND_TEST: Final = frozenset({WorkflowType.BUILD, WorkflowType.TEST})
_TEST: Final = frozenset({WorkflowType.TEST})
_DISTRIBUTION: Final = frozenset({WorkflowType.DISTRIBUTION})

_REGION: Final = required(Text(minimum=1, maximum=1024))
_INSTANCE: Final[Mapping[str, Key]] = {"instanceId": required(TEXT)}
_COMMAND: Final = {"runCommandId": Gives.TEXT, "status": Gives.TEXT, "output": Gives.TEXT}
_IMAGES: Final[Mapping[str, Key]] = {"distributedImages": required(ANYTHING)}
_JSON_BYTES: Final = 16 * 1024


def _structure(**keys: Key) -> Structure:
    return Structure(keys=keys)


_CONFIGURATION: Final[Mapping[str, Key]] = {
    "licenseConfigurationArns": optional(TEXTS),
    "launchTemplateConfigurations": optional(
        ListOf(
            item=_structure(
                launchTemplateId=required(TEXT),
                accountId=optional(TEXT),
                setDefaultVersion=optional(BOOLEAN),
            )
        )
    ),
    "s3ExportConfiguration": optional(
        _structure(
            roleName=required(TEXT),
            diskImageFormat=required(Text(words=("VMDK", "RAW", "VHD"))),
            s3Bucket=required(TEXT),
            s3Prefix=optional(TEXT),
        )
    ),
    "fastLaunchConfigurations": optional(
        ListOf(
            item=_structure(
                enabled=required(BOOLEAN),
                snapshotConfiguration=optional(_structure(targetResourceCount=optional(INTEGER))),
                maxParallelLaunches=optional(INTEGER),
                launchTemplate=optional(
                    _structure(
                        launchTemplateId=optional(TEXT),
                        launchTemplateName=optional(TEXT),
                        launchTemplateVersion=optional(TEXT),
                    )
                ),
            )
        )
    ),
    # The guide's table says a mapping; what is deployed is a list.
    "ssmParameterConfigurations": optional(
        ListOf(
            item=_structure(
                amiAccountId=optional(TEXT),
                parameterName=required(TEXT),
                dataType=optional(Text(words=("text", "aws:ec2:image"))),
            ),
            or_one=True,
        )
    ),
}

_TABLE: Final = (
    Action(
        name="ApplyImageConfigurations",
        default_timeout=6 * HOUR,
        maximum_timeout=12 * HOUR,
        stages=_DISTRIBUTION,
        inputs=Structure(
            keys={
                **_IMAGES,
                "configurations": optional(
                    ListOf(item=Structure(keys={"region": _REGION, **_CONFIGURATION}))
                ),
            },
            older={name: f"configurations[].{name}" for name in ("region", *_CONFIGURATION)},
        ),
        outputs={"configuredImages": Gives.IMAGES},
    ),
    Action(
        name="BootstrapInstanceForContainer",
        default_timeout=HOUR,
        maximum_timeout=12 * HOUR,
        inputs=Structure(keys=_INSTANCE),
        outputs=_COMMAND,
    ),
    Action(
        name="CollectImageMetadata",
        default_timeout=30 * MINUTE,
        maximum_timeout=12 * HOUR,
        # Its own text says build only, the table of stages says all, and it is deployed in tests.
        inputs=Structure(keys=_INSTANCE),
        outputs={"osVersion": Gives.TEXT, "associationId": Gives.TEXT},
    ),
    Action(
        name="CollectImageScanFindings",
        default_timeout=2 * HOUR,
        maximum_timeout=12 * HOUR,
        stages=_TEST,
        inputs=Structure(keys=_INSTANCE),
        outputs=_COMMAND,
    ),
    Action(
        name="CreateImage",
        default_timeout=12 * HOUR,
        maximum_timeout=3 * DAY,
        inputs=Structure(keys=_INSTANCE),
        outputs={"imageId": Gives.IMAGE},
    ),
    Action(
        name="CreateImageFromIso",
        default_timeout=12 * HOUR,
        maximum_timeout=12 * HOUR,
        inputs=Structure(keys=_INSTANCE),
        outputs={"amiName": Gives.TEXT, "snapshotId": Gives.TEXT, "architecture": Gives.TEXT},
    ),
    Action(
        name="DistributeContainerImage",
        default_timeout=2 * HOUR,
        maximum_timeout=12 * HOUR,
        stages=_DISTRIBUTION,
        inputs=Structure(keys=_INSTANCE),
        outputs={"status": Gives.TEXT, "succeededRegions": Gives.TEXT, "failedRegions": Gives.TEXT},
    ),
    Action(
        name="DistributeImage",
        default_timeout=6 * HOUR,
        maximum_timeout=12 * HOUR,
        stages=_DISTRIBUTION,
        # Without distributions the step follows the distribution configuration of the image.
        inputs=_structure(
            distributions=optional(
                ListOf(
                    item=_structure(
                        region=_REGION,
                        name=optional(TEXT),
                        description=optional(TEXT),
                        targetAccountIds=optional(TEXTS),
                        amiTags=optional(MapOf(value=TEXT, maximum=50)),
                        kmsKeyId=optional(TEXT),
                    )
                )
            )
        ),
        outputs={"distributedImages": Gives.IMAGES},
    ),
    Action(
        name="ExecuteComponents",
        default_timeout=12 * HOUR,
        maximum_timeout=24 * HOUR,
        stages=_BUILD_AND_TEST,
        inputs=Structure(keys=_INSTANCE),
        outputs=_COMMAND,
    ),
    Action(
        name="ExecuteStateMachine",
        default_timeout=6 * HOUR,
        maximum_timeout=24 * HOUR,
        inputs=_structure(
            stateMachineArn=required(TEXT),
            input=optional(Text(json="must", maximum_bytes=_JSON_BYTES), default="{}"),
        ),
        # The guide has two; a status comes along, as recorded executions show.
        outputs={"executionArn": Gives.TEXT, "output": Gives.TEXT, "status": Gives.TEXT},
    ),
    Action(
        name="LaunchInstance",
        default_timeout=75 * MINUTE,
        maximum_timeout=12 * HOUR,
        inputs=_structure(
            waitFor=required(Text(words=("ssmAgent",))),
            imageIdOverride=optional(TEXT),
            instanceTypesOverride=optional(TEXTS),
            healthCheck=optional(
                Text(words=("RUNNING", "STATUS_CHECK_PASSED")), default="STATUS_CHECK_PASSED"
            ),
        ),
        outputs={"instanceId": Gives.INSTANCE},
    ),
    Action(
        name="ModifyImageAttributes",
        default_timeout=2 * HOUR,
        maximum_timeout=3 * HOUR,
        stages=_DISTRIBUTION,
        inputs=Structure(
            keys={
                **_IMAGES,
                "attributes": optional(
                    ListOf(
                        item=_structure(
                            region=_REGION,
                            launchPermission=optional(
                                _structure(
                                    userIds=optional(TEXTS),
                                    userGroups=optional(TEXTS),
                                    organizationArns=optional(TEXTS),
                                    organizationalUnitArns=optional(TEXTS),
                                )
                            ),
                        )
                    )
                ),
            }
        ),
        outputs={"modifiedImages": Gives.IMAGES},
    ),
    Action(
        name="RegisterImage",
        default_timeout=9 * HOUR,
        maximum_timeout=12 * HOUR,
        inputs=_structure(
            architecture=optional(Text(words=("i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"))),
            blockDeviceMapping=optional(ListOf(item=ANYTHING)),  # EC2's own structure
            bootMode=optional(Text(words=("legacy-bios", "uefi", "uefi-preferred"))),
            description=optional(TEXT),
            enaSupport=optional(BOOLEAN),
            imageLocation=optional(TEXT),
            imdsSupport=optional(Text(words=("v2.0",))),
            includeSnapshotTags=optional(BOOLEAN),
            kernelId=optional(TEXT),
            ramdiskId=optional(TEXT),
            rootDeviceName=optional(TEXT),
            sriovNetSupport=optional(TEXT),
            tpmSupport=optional(Text(words=("v2.0",))),
            uefiData=optional(TEXT),
            virtualizationType=optional(Text(words=("hvm", "paravirtual"))),
        ),
        outputs={"imageId": Gives.IMAGE},
    ),
    Action(
        name="RunCommand",
        default_timeout=12 * HOUR,
        maximum_timeout=12 * HOUR,
        inputs=_structure(
            **_INSTANCE,
            documentName=required(TEXT),
            documentVersion=optional(TEXT, default="$DEFAULT"),
            parameters=optional(MapOf(value=TEXTS)),
        ),
        outputs=_COMMAND,
    ),
    Action(
        name="RunSysPrep",
        default_timeout=HOUR,
        maximum_timeout=12 * HOUR,
        inputs=Structure(keys=_INSTANCE),
        outputs=_COMMAND,
    ),
    Action(
        name="SanitizeInstance",
        default_timeout=HOUR,
        maximum_timeout=12 * HOUR,
        inputs=Structure(keys=_INSTANCE),
        outputs=_COMMAND,
    ),
    Action(
        name="TerminateInstance",
        default_timeout=30 * MINUTE,
        maximum_timeout=12 * HOUR,
        inputs=_structure(**_INSTANCE, waitForTermination=optional(BOOLEAN, default=False)),
        outputs={},
    ),
    Action(
        name="WaitForAction",
        default_timeout=3 * DAY,
        maximum_timeout=7 * DAY,
        inputs=_structure(
            snsTopicArn=optional(TEXT),
            lambdaFunctionName=optional(TEXT),
            # JSON by the guide; plain prose is deployed.
            payload=optional(Text(json="may", maximum_bytes=_JSON_BYTES)),
        ),
        outputs={"action": Gives.TEXT, "reason": Gives.TEXT},
    ),
    Action(
        name="WaitForSSMAgent",
        default_timeout=HOUR,
        maximum_timeout=3 * HOUR,
        inputs=Structure(keys=_INSTANCE),
        outputs={"status": Gives.TEXT},
    ),
)

ACTIONS: Final[Mapping[str, Action]] = {action.name: action for action in _TABLE}

AMI_DISTRIBUTION: Final = frozenset({"DistributeImage", "ModifyImageAttributes", "ApplyImageConfigurations"})
"""The actions that may not share a workflow with DistributeContainerImage."""
