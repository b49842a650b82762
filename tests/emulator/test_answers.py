"""The emulator's codes, statuses and answers, held against the service as botocore knows it."""

import json
import re
from typing import Any

import botocore.parsers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.emulator import ImageBuilder, Quotas
from aio_workflows.emulator.answers import STATUS_OF_CODE, RefusalError, refusal
from aio_workflows.emulator.wire import Answer, Request
from aio_workflows.protocol.operations import OPERATIONS, Operation
from tests.service_model import service_model

from .asking import ROUTES, create, read, request, wanted

LISTS_WITHOUT_QUESTION = {"ListWorkflows", "ListWorkflowBuildVersions", "ListWaitingWorkflowSteps"}
FRONT_END = {
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "InvalidSignatureException",
    "MalformedHttpRequestException",
    "MissingAuthenticationTokenException",
    "RequestEntityTooLargeException",
    "RequestTimeoutException",
    "SerializationException",
    "ServiceUnavailable",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
}


def modelled_statuses() -> dict[str, int]:
    return {
        shape.name: shape.metadata["error"]["httpStatusCode"]
        for shape in service_model().error_shapes
        if "httpStatusCode" in shape.metadata.get("error", {})
    }


def parsed(operation: str, answer: Answer) -> dict[str, Any]:
    """What botocore's parser makes of an answer."""
    parser = botocore.parsers.create_parser("rest-json")
    response = {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.body}
    result: dict[str, Any] = parser.parse(response, service_model().operation_model(operation).output_shape)
    return result


def test_every_code_of_the_model_has_the_models_status() -> None:
    """And what the model does not have, the front end of AWS is known for."""
    modelled = modelled_statuses()
    assert {code: status for code, status in STATUS_OF_CODE.items() if code in modelled} == modelled
    assert STATUS_OF_CODE.keys() - modelled.keys() == FRONT_END


def test_every_operation_is_where_the_model_has_it() -> None:
    for operation, (method, path) in ROUTES.items():
        http = service_model().operation_model(operation).http
        assert (http["method"], http["requestUri"].partition("?")[0]) == (method, path)
        assert ImageBuilder().handle(Request(method, path)).status != 404


@pytest.mark.parametrize("code", STATUS_OF_CODE)
def test_botocore_reads_every_error_as_its_own(code: str) -> None:
    result = parsed("CreateWorkflow", refusal(RefusalError(code, "Was it 'wörth' it?\n"), "id-1"))
    assert result["Error"]["Code"] == code
    assert result["Error"]["Message"] == "Was it 'wörth' it?\n"
    assert result["ResponseMetadata"]["RequestId"] == "id-1"
    assert result["ResponseMetadata"]["HTTPStatusCode"] == STATUS_OF_CODE[code]


def shaped(shape: Any, value: Any) -> None:
    """Hold a value against a shape of the model: no member that it lacks, no text that it forbids."""
    if shape.type_name == "structure":
        assert value.keys() <= shape.members.keys()
        for name, member in value.items():
            shaped(shape.members[name], member)
    elif shape.type_name == "list":
        for member in value:
            shaped(shape.member, member)
    elif shape.type_name == "string":
        pattern = shape.metadata.get("pattern")
        assert isinstance(value, str)
        assert pattern is None or re.search(pattern, value), (shape.name, value)


@pytest.mark.parametrize("given_", [{}, {"description": "d", "kmsKeyId": "k", "tags": {"a": "b"}}])
def test_answers_are_of_the_models_shapes(given_: dict[str, Any]) -> None:
    """Every member is one of the model, every ARN and version of its pattern."""
    service = ImageBuilder()
    made = create(service, **given_)
    asked = {
        "CreateWorkflow": wanted(name="another"),
        "GetWorkflow": {"workflowBuildVersionArn": made.arn},
        "ListWorkflows": {"maxResults": 1},
    }
    create(service, name="third")
    for operation, members in asked.items():
        answer = service.handle(request(operation, members))
        body = json.loads(answer.body)
        shaped(service_model().operation_model(operation).output_shape, body)
        result = parsed(operation, answer)
        assert result.pop("ResponseMetadata")["RequestId"] == answer.headers["x-amzn-requestid"]
        assert result == body


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=8,
)
MEMBERS = [
    "name",
    "semanticVersion",
    "type",
    "description",
    "changeDescription",
    "data",
    "uri",
    "kmsKeyId",
    "tags",
    "clientToken",
    "dryRun",
    "owner",
    "filters",
    "byName",
    "maxResults",
    "nextToken",
]


@given(
    operation=st.sampled_from(["CreateWorkflow", "ListWorkflows"]),
    changes=st.dictionaries(st.sampled_from(MEMBERS), JSON_VALUES, max_size=5),
)
def test_whatever_comes_is_answered(operation: str, changes: dict[str, Any]) -> None:
    """Hostile members give one of the service's errors, never a failure of the emulator."""
    members = changes if operation == "ListWorkflows" else wanted() | changes
    said = read(ImageBuilder(quotas=Quotas()).handle(request(operation, members)))
    assert said.status in {200, 400, 403, 412}
    assert said.status == 200 or STATUS_OF_CODE[said.code or ""] == said.status


@given(path=st.text(max_size=20), query=st.text(max_size=60), body=st.binary(max_size=60))
def test_whatever_comes_raw_is_answered(path: str, query: str, body: bytes) -> None:
    for method, known in ROUTES.values():
        for where in (known, path):
            assert ImageBuilder().handle(Request(method, where, query, (), body)).status < 500


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_every_operation_of_the_table_is_served(operation: Operation[Any, Any]) -> None:
    """Each has its behaviour: with nothing given it lists, or misses what it needs."""
    path = operation.path.format(resource_arn="none")
    said = read(ImageBuilder().handle(Request(operation.method, path)))
    assert said.code in (None, "InvalidParameterValueException", "InvalidParameterException")
    assert (said.code is None) == (operation.name in LISTS_WITHOUT_QUESTION)


def test_an_arn_with_very_many_zeros_is_answered() -> None:
    arn = f"arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/abc/{'0' * 6000}.x.x"
    answer = ImageBuilder().handle(request("GetWorkflow", {"workflowBuildVersionArn": arn}))
    assert read(answer).code == "ResourceNotFoundException"
