"""Answers in the forms that public documentation shows are read without loss, odd ones included."""

import json
from typing import Any

import pytest

from aio_workflows.errors import InvalidResponseError
from aio_workflows.models.enums import OpenStrEnum
from aio_workflows.protocol.deserializer import deserialize
from aio_workflows.protocol.operations import OPERATIONS
from aio_workflows.protocol.wire import wire_structurer
from tests.protocol.recorded import RECORDED, STEPS, TOKEN


def read(name: str, members: dict[str, Any]) -> Any:
    operation = OPERATIONS[name]
    token = TOKEN if operation.has_token else None
    return deserialize(operation, 200, {}, json.dumps(members).encode(), token)


def changed(name: str, path: str, value: Any) -> dict[str, Any]:
    """A recorded answer with one member changed; the path's parts are members and indices."""
    members: dict[str, Any] = json.loads(json.dumps(RECORDED[name]))
    *way, last = path.split(".")
    place: Any = members
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    place[last] = value
    return members


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_is_lost(name: str) -> None:
    """Written back, the response is the answer again, and so is raw."""
    response = read(name, RECORDED[name])
    assert wire_structurer().unstructure(response) == RECORDED[name]
    assert response.raw == RECORDED[name]


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("ListWorkflowStepExecutions", "steps.0.status", "WAITING"),
        ("ListWorkflowStepExecutions", "steps.0.status", "TIMED_OUT"),
        ("ListWorkflowStepExecutions", "steps.0.rollbackStatus", "NO_ROLLBACK"),
        ("GetWorkflowStepExecution", "status", "WAITING"),
        ("GetWorkflowStepExecution", "rollbackStatus", "NO_ROLLBACK"),
        ("GetWorkflowExecution", "status", "PAUSED"),
        ("ListWorkflowExecutions", "workflowExecutions.0.status", "PAUSED"),
        ("ListWorkflowExecutions", "workflowExecutions.0.type", "DEPLOY"),
        ("GetWorkflow", "workflow.state", {"status": "FROZEN", "reason": "old"}),
        ("ListWorkflowBuildVersions", "workflowSummaryList.0.type", "DEPLOY"),
    ],
)
def test_a_value_that_is_not_known_lives_on(name: str, path: str, value: Any) -> None:
    """The user guide knows values that the model lacks, and the service invents new ones."""
    members = changed(name, path, value)
    assert wire_structurer().unstructure(read(name, members)) == members


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("GetWorkflow", "workflow.tags", None),
        ("GetWorkflow", "workflow.parameters", None),
        ("GetWorkflow", "latestVersionReferences", {"latestVersionArn": "arn:x", "latestEver": "arn:y"}),
        ("GetWorkflowStepExecution", "timeoutSeconds", 604_800),
        ("GetWorkflowStepExecution", "message", ""),
        ("ListWorkflowExecutions", "workflowExecutions", None),
        ("ListWaitingWorkflowSteps", "steps.0.priority", {"level": 1}),
        ("ListTagsForResource", "tags", {}),
        ("ListTagsForResource", "tags", None),
        ("TagResource", "requestId", "new"),
    ],
)
def test_what_the_model_does_not_promise_breaks_nothing(name: str, path: str, value: Any) -> None:
    """Nulls, empty maps, numbers beyond the model's bounds, members that are new."""
    members = changed(name, path, value)
    assert read(name, members).raw == members


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("DeleteWorkflow", "workflowBuildVersionArn"),
        ("GetWorkflowExecution", "workflowExecutionId"),
        ("GetWorkflowStepExecution", "stepExecutionId"),
        ("SendWorkflowStepAction", "stepExecutionId"),
    ],
)
def test_an_answer_that_names_nothing_is_no_success(name: str, member: str) -> None:
    """As with a create: {} in place of an answer must not pass for one."""
    members = {key: value for key, value in RECORDED[name].items() if key != member}
    with pytest.raises(InvalidResponseError, match="required member missing"):
        read(name, members)


@pytest.mark.parametrize("name", ["TagResource", "UntagResource"])
def test_a_success_that_says_nothing_may_be_empty(name: str) -> None:
    """And only then: HTML is no success even here."""
    assert deserialize(OPERATIONS[name], 200, {}, b"", None).raw == {}
    with pytest.raises(InvalidResponseError, match="HTML"):
        deserialize(OPERATIONS[name], 200, {}, b"<html>", None)


def test_an_empty_answer_is_no_success_elsewhere() -> None:
    """Whatever has something to say must say it."""
    with pytest.raises(InvalidResponseError, match="empty"):
        deserialize(OPERATIONS["DeleteWorkflow"], 200, {}, b"", None)


def test_inputs_and_outputs_are_read_on_request() -> None:
    """Texts of JSON as they come, objects when asked for."""
    launch, skipped, *_ = read("ListWorkflowStepExecutions", RECORDED["ListWorkflowStepExecutions"]).steps
    assert launch.outputs == '{"instanceId": "i-0a1b2c3d4e5f60718"}'
    assert launch.read_outputs() == {"instanceId": "i-0a1b2c3d4e5f60718"}
    assert launch.read_inputs() == {"waitFor": "ssmAgent"}
    assert skipped.read_inputs() == {"instanceId.$": "$.stepOutputs.Launch.instanceId"}
    assert skipped.read_outputs() == {}


@pytest.mark.parametrize("text", ["{", "[]", "nothing", '"text"'])
def test_inputs_that_are_no_json_object_are_an_error_when_asked_for(text: str) -> None:
    """Not before: the answer itself is fine. The error holds no part of the text."""
    step = read("GetWorkflowStepExecution", changed("GetWorkflowStepExecution", "inputs", text))
    assert step.inputs == text
    with pytest.raises(InvalidResponseError, match="no JSON object") as caught:
        step.read_inputs()
    assert caught.value.__context__ is None


def test_the_statuses_are_documented_ones() -> None:
    """A step's status compares with text and with its name."""
    step = read("GetWorkflowStepExecution", RECORDED["GetWorkflowStepExecution"])
    assert step.status == "COMPLETED"
    assert isinstance(step.status, OpenStrEnum)
    assert step.status.is_known
    assert not read(
        "GetWorkflowStepExecution", changed("GetWorkflowStepExecution", "status", "WAITING")
    ).status.is_known
    assert step.step_execution_id == STEPS[0]
