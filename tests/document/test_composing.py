"""Documents in Python: what the constructors make is free of errors and is read back as it was written."""

import inspect

import pytest
from hypothesis import given, settings

from aio_workflows.document import (
    Condition,
    CreateImage,
    DistributeImage,
    LaunchInstance,
    ModifyImageAttributes,
    Output,
    Parameter,
    RegisterImage,
    Retry,
    RunCommand,
    Severity,
    Step,
    WaitForAction,
    WorkflowDocument,
    boolean_equals,
    check_document,
    number_less_than,
    step_output,
    string_equals,
    system_variable,
)
from aio_workflows.document import steps as constructors
from aio_workflows.document.actions import ACTIONS
from aio_workflows.errors import RequestValidationError
from tests.document.cases import GOOD
from tests.document.composing import documents, snake


@settings(max_examples=150)
@given(composed=documents())
def test_a_composed_document_is_free_of_errors_and_is_read_back_as_it_was_written(
    composed: tuple[WorkflowDocument, str],
) -> None:
    document, kind = composed
    text = document.to_yaml()
    assert [str(found) for found in check_document(text, kind) if found.severity is Severity.ERROR] == []
    again = WorkflowDocument.parse(text)
    assert again == document
    assert again.to_yaml() == text


@pytest.mark.parametrize("name", ACTIONS)
def test_a_constructor_has_the_inputs_of_its_action(name: str) -> None:
    """Needed are those that the action needs, but that one word serves for `wait_for`."""
    taken = inspect.signature(getattr(constructors, name)).parameters
    inputs = {snake(key): declared for key, declared in ACTIONS[name].inputs.keys.items()}
    assert taken.keys() - {"name", "options", "step_description"} == inputs.keys()
    needed = {key for key, one in taken.items() if one.default is one.empty and one.kind is one.KEYWORD_ONLY}
    assert needed - {"name"} == {key for key, one in inputs.items() if one.required} - {"wait_for"}


def test_what_a_document_looks_like() -> None:
    launch = LaunchInstance(
        name="Launch", retry=Retry(max_attempts=3), rollback_enabled=system_variable("s3Logs")
    )
    skip = Parameter("skip", "boolean", default=False)
    count = Parameter("count", "integer", default=1)
    run = RunCommand(
        name="Run",
        instance_id=launch.output("instanceId"),
        document_name="AWS-RunShellScript",
        parameters={"commands": [f"echo {skip.value}", "echo\ndone\n"], "ids": [launch.output("instanceId")]},
        condition=~boolean_equals(True, skip.value)
        & (string_equals("AMI", system_variable("imageType")) | number_less_than(5, count.value)),
    )
    document = WorkflowDocument(
        name="demo",
        parameters=[skip, count],
        steps=[launch, run],
        outputs=[Output("Log", run.output("output")[0]), Output("Text", "plain")],
    )
    assert document.check() == []
    assert (
        document.to_yaml()
        == """\
name: demo
schemaVersion: 1.0
parameters:
  - name: skip
    type: boolean
    default: false
  - name: count
    type: integer
    default: 1
steps:
  - name: Launch
    action: LaunchInstance
    inputs:
      waitFor: ssmAgent
    rollbackEnabled: $.imagebuilder.s3Logs
    retry:
      maxAttempts: 3
  - name: Run
    action: RunCommand
    if:
      and:
        - not:
            booleanEquals: true
            value: $.parameters.skip
        - or:
            - stringEquals: AMI
              value: $.imagebuilder.imageType
            - numberLessThan: 5
              value: $.parameters.count
    inputs:
      instanceId.$: $.stepOutputs.Launch.instanceId
      documentName: AWS-RunShellScript
      parameters:
        commands:
          - echo {{ $.parameters.skip }}
          - |
            echo
            done
        ids.$:
          - $.stepOutputs.Launch.instanceId
outputs:
  - name: Log
    value: $.stepOutputs.Run.output[0]
  - name: Text
    value: plain
"""
    )


def test_references_reach_wherever_a_value_stands() -> None:
    """In a list beside literals there is no key of their own for them: they are written into the text."""
    copied = DistributeImage(
        name="Copy",
        distributions=[
            {
                "region": "eu-west-1",
                "amiTags": {"Origin": system_variable("imageName")},
                "targetAccountIds": ["123456789012", step_output("Ask", "reason")],
            }
        ],
    )
    assert copied.inputs == {
        "distributions": [
            {
                "region": "eu-west-1",
                "amiTags": {"Origin.$": "$.imagebuilder.imageName"},
                "targetAccountIds": ["123456789012", "{{ $.stepOutputs.Ask.reason }}"],
            }
        ]
    }
    share = ModifyImageAttributes(
        name="Share", distributed_images=copied.output("distributedImages")[0]["image"]
    )
    assert share.inputs == {"distributedImages.$": "$.stepOutputs.Copy.distributedImages[0].image"}


def test_an_action_that_the_table_lacks_can_be_composed() -> None:
    step = Step(name="Scan", action="ScanImage", inputs={"imageId": system_variable("imageId"), "depth": 2})
    (finding,) = WorkflowDocument(steps=[step]).check()
    assert finding.code == "WF304"
    assert WorkflowDocument(steps=[step]).check(unknown_action="ignore") == []
    assert step.inputs == {"imageId.$": "$.imagebuilder.imageId", "depth": 2}


def test_an_image_has_a_description_beside_the_step_s() -> None:
    register = RegisterImage(name="Register", description="the image", step_description="the step")
    assert register.inputs == {"description": "the image"}
    assert register.description == "the step"
    assert RegisterImage(name="Register").description is None


def test_the_findings_of_a_document_are_those_of_its_yaml() -> None:
    keep = CreateImage(name="Keep", instance_id=step_output("Lunch", "instanceId"))
    (finding,) = WorkflowDocument(steps=[keep]).check()
    assert (finding.code, finding.line, finding.column) == ("WF502", 6, 21)


@pytest.mark.parametrize(
    "join", [lambda one, other: one and other, lambda one, _: not one, lambda one, other: one or other]
)
def test_python_s_own_and_or_not_are_refused(join: object) -> None:
    """They would keep one side and drop the other without a word."""
    condition = string_equals("a", "b")
    with pytest.raises(TypeError, match="join with &"):
        join(condition, condition)  # type: ignore[operator]


def test_a_reference_is_no_sequence() -> None:
    with pytest.raises(TypeError):
        list(system_variable("imageId"))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "name", ["a\x85b", "a\u2028b\n\nc", " a\n  b\n", "a\r\nb", "yes", "0x1f", "", "\ufeff", "\x00\x1b"]
)
def test_a_text_is_written_so_that_yaml_reads_it_back(name: str) -> None:
    document = WorkflowDocument(name=name, steps=[WaitForAction(name="Wait")])
    assert WorkflowDocument.parse(document.to_yaml()).name == (name or None)


# --- Reading -------------------------------------------------------------------------------------------


def test_forms_that_mean_the_same_are_read_as_one() -> None:
    text = GOOD.replace("1.0", "'1.0'") + "    onFailure:\n    if: [{not: [{stringEquals: a, value: b}]}]\n"
    (step,) = WorkflowDocument.parse(text).steps
    assert step.condition == ~string_equals("a", "b")
    assert step.on_failure is None
    assert WorkflowDocument.parse(GOOD.replace("1.0", "1")) == WorkflowDocument.parse(GOOD)
    listed = f"{GOOD}parameters: [{{name: a, type: stringList, default: [x, y]}}]\n"
    assert WorkflowDocument.parse(listed).parameters[0].default == ("x", "y")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "document"),
        ("just a text", "document"),
        ("name: a", "steps"),
        (f"{GOOD}name: 'open", "document"),
        (f"{GOOD}colour: red\n", "document"),
        (f"{GOOD}    timeoutSeconds: soon\n", "steps[0].timeoutSeconds"),
        (f"{GOOD}    if: {{and: [], or: []}}\n", "steps[0].if"),
        (f"{GOOD}    if: 5\n", "steps[0].if"),
        (f"{GOOD}    retry: {{maxAttempts: often}}\n", "steps[0].retry.maxAttempts"),
        (f"{GOOD}parameters: [5]\n", "parameters[0]"),
        (f"{GOOD}outputs: none\n", "outputs"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text: str, field: str) -> None:
    with pytest.raises(RequestValidationError) as caught:
        WorkflowDocument.parse(text)
    assert field in {complaint.field for complaint in caught.value.complaints}


@pytest.mark.parametrize(
    "data", [5, [], [{}, {}], {"and": {}}, {"stringEquals": "a"}, {"equals": 1, "value": 1}, {"not": 5}]
)
def test_what_is_no_condition_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="condition"):
        Condition.from_data(data)


def test_a_step_that_waits_needs_no_inputs() -> None:
    assert WaitForAction(name="Wait").inputs is None
