"""Documents: composing them, checking them. Checked by `nox -s typing`, never run."""

from collections.abc import Mapping
from typing import Any, assert_type

from aio_workflows.document import (
    AnnotatedDocument,
    ApplyImageConfigurations,
    BootstrapInstanceForContainer,
    CollectImageMetadata,
    CollectImageScanFindings,
    Condition,
    CreateImage,
    CreateImageFromIso,
    DistributeContainerImage,
    DistributeImage,
    ExecuteComponents,
    ExecuteStateMachine,
    Finding,
    Findings,
    LaunchInstance,
    ModifyImageAttributes,
    Output,
    Parameter,
    Reference,
    RegisterImage,
    Retry,
    RunCommand,
    RunSysPrep,
    SanitizeInstance,
    Severity,
    Step,
    TerminateInstance,
    WaitForAction,
    WaitForSSMAgent,
    WorkflowDocument,
    boolean_equals,
    check_document,
    declared_parameters,
    number_equals,
    number_greater_than,
    number_greater_than_equals,
    number_less_than,
    number_less_than_equals,
    parameter,
    refusal,
    step_output,
    string_equals,
    system_variable,
    workflow_output,
)


def fields_of_finding(it: Finding) -> None:
    assert_type(it.severity, Severity)
    assert_type(it.code, str)
    assert_type(it.message, str)
    assert_type(it.line, int)
    assert_type(it.column, int)
    assert_type(it.path, str)


def fields_of_output(it: Output) -> None:
    assert_type(it.name, str)
    assert_type(it.value, str)


def fields_of_parameter(it: Parameter) -> None:
    assert_type(it.name, str)
    assert_type(it.type, str)
    assert_type(it.default, str | int | bool | tuple[str, ...] | None)
    assert_type(it.description, str | None)
    assert_type(it.value, Reference)


def fields_of_reference(it: Reference) -> None:
    assert_type(it.path, str)


def fields_of_retry(it: Retry) -> None:
    assert_type(it.max_attempts, int)
    assert_type(it.backoff_seconds, int | None)


def fields_of_step(it: Step) -> None:
    assert_type(it.name, str)
    assert_type(it.action, str)
    assert_type(it.description, str | None)
    assert_type(it.condition, Condition | None)
    assert_type(it.inputs, Mapping[str, Any] | None)
    assert_type(it.on_failure, str | None)
    assert_type(it.rollback_enabled, bool | str | None)
    assert_type(it.timeout_seconds, int | None)
    assert_type(it.wait_seconds, int | None)
    assert_type(it.retry, Retry | None)


def fields_of_workflow_document(it: WorkflowDocument) -> None:
    assert_type(it.name, str | None)
    assert_type(it.description, str | None)
    assert_type(it.schema_version, float)
    assert_type(it.parameters, tuple[Parameter, ...])
    assert_type(it.steps, tuple[Step, ...])
    assert_type(it.outputs, tuple[Output, ...])


def composing() -> None:
    owner = Parameter("owner", "string", default="platform", description="Whose image it is")
    assert_type(owner.value, Reference)
    launch = LaunchInstance(
        name="Launch",
        wait_for="ssmAgent",
        image_id_override=parameter("imageId"),
        instance_types_override=["m7i.large", owner.value],
        health_check="RUNNING",
        condition=string_equals("AMI", system_variable("imageType")) & ~boolean_equals(True, owner.value),
        on_failure="Abort",
        retry=Retry(max_attempts=2, backoff_seconds=30),
        timeout_seconds=3600,
    )
    assert_type(launch, Step)
    instance = launch.output("instanceId")
    assert_type(instance, Reference)
    assert_type(instance[0]["id"], Reference)
    images = step_output("Distribute", "distributedImages")
    steps = (
        ApplyImageConfigurations(
            name="Apply", distributed_images=images, configurations=[{"a": owner.value}]
        ),
        BootstrapInstanceForContainer(name="Bootstrap", instance_id="i-1"),
        CollectImageMetadata(name="Metadata", instance_id=instance),
        CollectImageScanFindings(name="Findings", instance_id=instance, wait_seconds=60),
        CreateImage(name="Keep", instance_id=instance, rollback_enabled=True),
        CreateImageFromIso(name="FromIso", instance_id=instance),
        DistributeContainerImage(name="Container", instance_id=instance),
        DistributeImage(name="Distribute", distributions=[{"region": "eu-west-1"}]),
        ExecuteComponents(name="Components", instance_id=instance, description="as the recipe says"),
        ExecuteStateMachine(name="Machine", state_machine_arn=owner.value, input="{}"),
        ModifyImageAttributes(name="Modify", distributed_images=images),
        RegisterImage(name="Register", description="the AMI's", step_description="the step's"),
        RunCommand(
            name="Run",
            instance_id=instance,
            document_name="AWS-RunShellScript",
            parameters={"commands": ["uptime", owner.value]},
        ),
        RunSysPrep(name="SysPrep", instance_id=instance),
        SanitizeInstance(name="Sanitize", instance_id=instance),
        TerminateInstance(name="Terminate", instance_id=instance, wait_for_termination=False),
        WaitForAction(name="Approve", sns_topic_arn=workflow_output("topic")),
        WaitForSSMAgent(name="Wait", instance_id=instance),
    )
    assert_type(steps[0], Step)
    document = WorkflowDocument(
        name="golden", parameters=[owner], steps=[launch, *steps], outputs=[Output("ImageId", instance)]
    )
    assert_type(document.to_yaml(), str)
    assert_type(document.check("TEST", unknown_action="error"), Findings)
    assert_type(WorkflowDocument.parse("steps: []"), WorkflowDocument)


def conditions(value: Reference) -> None:
    condition = number_equals(1, value) | number_greater_than(2.5, "3")
    condition &= number_greater_than_equals(1, value) | number_less_than(1, value)
    assert_type(condition & ~number_less_than_equals("1", value), Condition)
    assert_type(condition.to_data(), dict[str, Any])


def checking(text: str) -> None:
    findings = check_document(text, type="BUILD", unknown_action="ignore")
    assert_type(findings, Findings)
    assert_type(findings.to_records(), list[dict[str, Any]])
    annotated = findings.beside(text)
    assert_type(annotated, AnnotatedDocument)
    assert_type(annotated.text, str)
    assert_type(annotated.findings, tuple[Finding, ...])
    assert_type([one for one in findings if one.severity is Severity.ERROR], list[Finding])
    assert_type(refusal(findings), str | None)
    assert_type(declared_parameters(text), list[dict[str, Any]])
