"""A typed constructor for each step action.

The inputs are those of the table ``aio_workflows.document.actions.ACTIONS``, in snake_case; a test holds
the two together. What is left out is left to the service. Inputs that are structures are given as
the service spells them, with references wherever a value may stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, cast

from aio_workflows.document.conditions import Condition
from aio_workflows.document.schema import Retry, Step
from aio_workflows.document.values import Dynamic, Reference

Texts: TypeAlias = Dynamic[Sequence[str | Reference]]
Structures: TypeAlias = Dynamic[Sequence[Mapping[str, Any]]]


class StepOptions(TypedDict, total=False):
    """What every step may have beside its inputs."""

    description: str
    condition: Condition
    on_failure: Literal["Abort", "Continue"]
    rollback_enabled: Dynamic[bool]
    timeout_seconds: int
    wait_seconds: int
    retry: Retry


def ApplyImageConfigurations(
    *,
    name: str,
    distributed_images: Reference,
    configurations: Structures | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Licences, launch templates, exports and parameters for distributed images."""
    return _step(
        "ApplyImageConfigurations",
        name,
        options,
        distributedImages=distributed_images,
        configurations=configurations,
    )


def BootstrapInstanceForContainer(
    *, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]
) -> Step:
    """Make an instance ready to build containers."""
    return _step("BootstrapInstanceForContainer", name, options, instanceId=instance_id)


def CollectImageMetadata(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Record the operating system, packages and their versions."""
    return _step("CollectImageMetadata", name, options, instanceId=instance_id)


def CollectImageScanFindings(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Collect what Amazon Inspector found on a test instance."""
    return _step("CollectImageScanFindings", name, options, instanceId=instance_id)


def CreateImage(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Make an AMI from an instance."""
    return _step("CreateImage", name, options, instanceId=instance_id)


def CreateImageFromIso(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Make an image from an ISO file."""
    return _step("CreateImageFromIso", name, options, instanceId=instance_id)


def DistributeContainerImage(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Distribute a container image."""
    return _step("DistributeContainerImage", name, options, instanceId=instance_id)


def DistributeImage(
    *, name: str, distributions: Structures | None = None, **options: Unpack[StepOptions]
) -> Step:
    """Copy an AMI to Regions and accounts; without ``distributions``, as the image's configuration says."""
    return _step("DistributeImage", name, options, distributions=distributions)


def ExecuteComponents(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Run the components of the recipe."""
    return _step("ExecuteComponents", name, options, instanceId=instance_id)


def ExecuteStateMachine(
    *,
    name: str,
    state_machine_arn: Dynamic[str],
    input: Dynamic[str] | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Start a Step Functions state machine and wait for its end. ``input`` is a JSON text."""
    return _step(
        "ExecuteStateMachine",
        name,
        options,
        stateMachineArn=state_machine_arn,
        input=input,
    )


def LaunchInstance(
    *,
    name: str,
    wait_for: Dynamic[str] = "ssmAgent",
    image_id_override: Dynamic[str] | None = None,
    instance_types_override: Texts | None = None,
    health_check: Dynamic[Literal["RUNNING", "STATUS_CHECK_PASSED"]] | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Launch an instance to build or test on."""
    return _step(
        "LaunchInstance",
        name,
        options,
        waitFor=wait_for,
        imageIdOverride=image_id_override,
        instanceTypesOverride=instance_types_override,
        healthCheck=health_check,
    )


def ModifyImageAttributes(
    *,
    name: str,
    distributed_images: Reference,
    attributes: Structures | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Grant launch permissions for distributed images."""
    return _step(
        "ModifyImageAttributes",
        name,
        options,
        distributedImages=distributed_images,
        attributes=attributes,
    )


def RegisterImage(
    *,
    name: str,
    architecture: Dynamic[str] | None = None,
    block_device_mapping: Structures | None = None,
    boot_mode: Dynamic[str] | None = None,
    description: Dynamic[str] | None = None,
    ena_support: Dynamic[bool] | None = None,
    image_location: Dynamic[str] | None = None,
    imds_support: Dynamic[str] | None = None,
    include_snapshot_tags: Dynamic[bool] | None = None,
    kernel_id: Dynamic[str] | None = None,
    ramdisk_id: Dynamic[str] | None = None,
    root_device_name: Dynamic[str] | None = None,
    sriov_net_support: Dynamic[str] | None = None,
    tpm_support: Dynamic[str] | None = None,
    uefi_data: Dynamic[str] | None = None,
    virtualization_type: Dynamic[str] | None = None,
    step_description: str | None = None,
    **options: Unpack[_OptionsWithoutDescription],
) -> Step:
    """Register an AMI from snapshots. ``description`` is the AMI's, ``step_description`` the step's."""
    return _step(
        "RegisterImage",
        name,
        _described(options, step_description),
        architecture=architecture,
        blockDeviceMapping=block_device_mapping,
        bootMode=boot_mode,
        description=description,
        enaSupport=ena_support,
        imageLocation=image_location,
        imdsSupport=imds_support,
        includeSnapshotTags=include_snapshot_tags,
        kernelId=kernel_id,
        ramdiskId=ramdisk_id,
        rootDeviceName=root_device_name,
        sriovNetSupport=sriov_net_support,
        tpmSupport=tpm_support,
        uefiData=uefi_data,
        virtualizationType=virtualization_type,
    )


def RunCommand(
    *,
    name: str,
    instance_id: Dynamic[str],
    document_name: Dynamic[str],
    document_version: Dynamic[str] | None = None,
    parameters: Dynamic[Mapping[str, Texts]] | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Run an SSM document, such as ``AWS-RunShellScript``, on an instance."""
    return _step(
        "RunCommand",
        name,
        options,
        instanceId=instance_id,
        documentName=document_name,
        documentVersion=document_version,
        parameters=parameters,
    )


def RunSysPrep(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Generalise a Windows instance."""
    return _step("RunSysPrep", name, options, instanceId=instance_id)


def SanitizeInstance(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Take keys, histories and logs from a Linux instance."""
    return _step("SanitizeInstance", name, options, instanceId=instance_id)


def TerminateInstance(
    *,
    name: str,
    instance_id: Dynamic[str],
    wait_for_termination: Dynamic[bool] | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Terminate an instance."""
    return _step(
        "TerminateInstance",
        name,
        options,
        instanceId=instance_id,
        waitForTermination=wait_for_termination,
    )


def WaitForAction(
    *,
    name: str,
    sns_topic_arn: Dynamic[str] | None = None,
    lambda_function_name: Dynamic[str] | None = None,
    payload: Dynamic[str] | None = None,
    **options: Unpack[StepOptions],
) -> Step:
    """Pause until somebody answers with SendWorkflowStepAction."""
    return _step(
        "WaitForAction",
        name,
        options,
        snsTopicArn=sns_topic_arn,
        lambdaFunctionName=lambda_function_name,
        payload=payload,
    )


def WaitForSSMAgent(*, name: str, instance_id: Dynamic[str], **options: Unpack[StepOptions]) -> Step:
    """Wait until the SSM agent of an instance answers, as after a restart."""
    return _step("WaitForSSMAgent", name, options, instanceId=instance_id)


class _OptionsWithoutDescription(TypedDict, total=False):
    """The options of a step whose inputs have a description of their own."""

    condition: Condition
    on_failure: Literal["Abort", "Continue"]
    rollback_enabled: Dynamic[bool]
    timeout_seconds: int
    wait_seconds: int
    retry: Retry


def _described(options: _OptionsWithoutDescription, description: str | None) -> StepOptions:
    given = {**options} if description is None else {**options, "description": description}
    return cast("StepOptions", given)


def _step(action: str, name: str, options: StepOptions, **inputs: object) -> Step:
    given = {key: value for key, value in inputs.items() if value is not None}
    return Step(name=name, action=action, inputs=given or None, **options)
