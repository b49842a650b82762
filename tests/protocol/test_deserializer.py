"""What comes back: every answer is a response or one typed exception, however broken it is."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import aio_workflows.errors.service as service_errors
from aio_workflows.errors import AioWorkflowsError, InvalidResponseError, RedirectError
from aio_workflows.errors.service import (
    ERRORS_BY_CODE,
    ClientFaultError,
    DryRunOperationException,
    PermissionDeniedError,
    RequestTimeoutException,
    ServerFaultError,
    ServiceError,
    ServiceQuotaExceededException,
    ServiceUnavailableException,
    ThrottlingError,
)
from aio_workflows.models.enums import WorkflowStatus, WorkflowType
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.models.tags import Tags
from aio_workflows.protocol.deserializer import deserialize
from aio_workflows.protocol.operations import (
    CREATE_WORKFLOW,
    DRY_RUN_CREATE_WORKFLOW,
    GET_WORKFLOW,
    LIST_WORKFLOWS,
    OPERATIONS,
    Operation,
)
from tests.error_chain import chain
from tests.service_model import service_model

ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/harden-linux/1.0.0/1"
TOKEN = "11111111-2222-4333-8444-555555555555"
HEADERS = {"x-amzn-requestid": "rid-1"}
CREATED = {"workflowBuildVersionArn": ARN, "clientToken": TOKEN}


def body(**members: Any) -> bytes:
    return json.dumps(members).encode()


def created(content: bytes, headers: Mapping[str, str] = HEADERS) -> CreateWorkflowResponse:
    return deserialize(CREATE_WORKFLOW, 200, headers, content, TOKEN)


def refused(
    status: int,
    content: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    operation: Operation[Any, Any] = CREATE_WORKFLOW,
) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        deserialize(operation, status, {**HEADERS, **(headers or {})}, content, TOKEN)
    assert caught.value.http_status == status
    assert caught.value.request_id == "rid-1"
    return caught.value


# --- Successes --------------------------------------------------------------------------------------


def test_a_success_is_a_response_with_its_metadata() -> None:
    """Members, status, request id and the whole body are at hand."""
    response = created(body(**CREATED, latestVersionReferences={"latestVersionArn": "a", "new": 1}, more=[1]))
    assert response.workflow_build_version_arn == ARN
    assert response.client_token == TOKEN
    assert response.latest_version_references is not None
    assert response.latest_version_references.latest_version_arn == "a"
    assert response.metadata is not None
    assert (response.metadata.http_status, response.metadata.request_id) == (200, "rid-1")
    assert response.raw["more"] == [1]
    assert response.raw["latestVersionReferences"]["new"] == 1


@pytest.mark.parametrize("absent", [{}, {"clientToken": None}])
def test_a_token_that_is_not_echoed_is_the_one_that_was_sent(absent: dict[str, Any]) -> None:
    """The response has the token of the call even if the service leaves it out; raw stays as it came."""
    response = created(body(workflowBuildVersionArn=ARN, **absent))
    assert response.client_token == TOKEN
    assert response.raw.get("clientToken") is None


def test_changing_raw_changes_nothing() -> None:
    """Each access reads the body anew."""
    response = created(body(**CREATED))
    response.raw["workflowBuildVersionArn"] = "other"
    assert response.raw["workflowBuildVersionArn"] == ARN


@pytest.mark.parametrize("name", ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"])
def test_the_request_id_is_read_from_any_of_its_headers(name: str) -> None:
    """AWS has three spellings of the header."""
    response = created(body(**CREATED), {name: "rid"})
    assert response.metadata is not None
    assert response.metadata.request_id == "rid"


def test_an_answer_without_request_id_is_an_answer() -> None:
    """A missing header is None, not a KeyError."""
    response = created(body(**CREATED), {})
    assert response.metadata is not None
    assert response.metadata.request_id is None


def test_values_that_are_not_known_yet_live_on() -> None:
    """New enum values keep their text, and unknown members are passed over."""
    response = deserialize(
        GET_WORKFLOW,
        200,
        HEADERS,
        body(
            workflow={
                "type": "HYPERBUILD",
                "state": {"status": "RETIRED", "since": 5},
                "parameters": [{"name": "a", "type": "b", "defaultValue": ["true"], "secret": False}],
                "brandNew": {"deep": [1]},
            }
        ),
        None,
    )
    assert response.workflow.type == WorkflowType("HYPERBUILD")
    assert response.workflow.type is not None
    assert not response.workflow.type.is_known
    assert response.workflow.state is not None
    assert response.workflow.state.status == WorkflowStatus("RETIRED")
    assert response.workflow.parameters is not None
    assert response.workflow.parameters[0].default_value == ("true",)
    assert response.raw["workflow"]["brandNew"] == {"deep": [1]}


def test_null_is_as_good_as_absent_for_an_optional_member() -> None:
    """A null in an optional place makes None."""
    response = deserialize(
        LIST_WORKFLOWS,
        200,
        HEADERS,
        body(workflowVersionList=[{"arn": ARN, "description": None, "type": None}], nextToken=None),
        None,
    )
    assert response.next_token is None
    assert response.workflow_version_list is not None
    assert response.workflow_version_list[0].arn == ARN
    assert response.workflow_version_list[0].description is None
    assert deserialize(LIST_WORKFLOWS, 200, HEADERS, b"{}", None).workflow_version_list is None


def test_an_answer_is_not_held_against_the_rules_of_requests() -> None:
    """Empty tags, a long document and a long token in an answer are what the service really sends."""
    response = deserialize(
        GET_WORKFLOW, 200, HEADERS, body(workflow={"tags": {}, "data": "x" * 60_000, "description": ""}), None
    )
    assert response.workflow.tags == Tags({})
    assert response.workflow.data == "x" * 60_000


SECRET = "Sesame-of-the-document"

BROKEN = {
    "empty": (b"", "empty"),
    "no members": (b"{}", "workflow"),
    "array": (b"[]", "no JSON object"),
    "array of the object": (b"[" + body(**CREATED) + b"]", "no JSON object"),
    "text": (json.dumps(SECRET).encode(), "no JSON object"),
    "null": (b"null", "no JSON object"),
    "broken": (b'{"workflowBuildVersionArn": ' + SECRET.encode() + b"}", "no whole JSON"),
    "cut": (body(**CREATED, more=SECRET)[:-2], "no whole JSON"),
    "twice": (body(**CREATED) * 2, "no whole JSON"),
    "HTML": (f"<!DOCTYPE html><html>{SECRET}</html>".encode(), "HTML"),
    "XML": (f"  <?xml version='1.0'?><a>{SECRET}</a>".encode(), "XML"),
    "not UTF-8": (body(**CREATED, more=SECRET).replace(b"Sesame", b"\xe9same"), "not UTF-8"),
    "UTF-16": (body(**CREATED, more=SECRET).decode().encode("utf-16"), "not UTF-8"),
    "UTF-16 without a mark": (body(**CREATED, more=SECRET).decode().encode("utf-16-le"), "no whole JSON"),
    "deep": (b'{"workflowBuildVersionArn":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "no whole JSON"),
    "endless number": (b'{"more": ' + b"1" * 10_000 + b"}", "no whole JSON"),
    "ARN null": (body(workflowBuildVersionArn=None, clientToken=TOKEN), "null"),
    "ARN a number": (body(workflowBuildVersionArn=5), "a number"),
    "ARN a list": (body(workflowBuildVersionArn=[SECRET]), "a list"),
    "ARN an object": (body(workflowBuildVersionArn={SECRET: SECRET}), "an object"),
    "ARN true": (body(workflowBuildVersionArn=True), "true or false"),
    "ARN empty": (body(workflowBuildVersionArn="", clientToken=TOKEN), "empty"),
    "references a text": (body(**CREATED, latestVersionReferences=SECRET), "an object"),
    "reference a number": (body(**CREATED, latestVersionReferences={"latestVersionArn": 1}), "a number"),
    "another token": (body(workflowBuildVersionArn=ARN, clientToken=SECRET), "token"),
    "token a number": (body(workflowBuildVersionArn=ARN, clientToken=1), "token"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_success_that_cannot_be_used_is_an_invalid_response(kind: str) -> None:
    """Outcome unknown, with status and request id, a reason, and nothing of the answer itself."""
    content, reason = BROKEN[kind]
    with pytest.raises(InvalidResponseError, match=reason) as caught:
        created(content)
    error = caught.value
    assert (error.outcome, error.http_status, error.request_id) == ("unknown", 200, "rid-1")
    for one in chain(error):
        assert SECRET not in f"{one!r} {vars(one)}"
    assert len(str(error)) < 300


@pytest.mark.parametrize("kind", BROKEN)
def test_an_invalid_response_holds_no_error_of_a_parser(kind: str) -> None:
    """The parsers' own errors hold the whole answer, so they are not even a hidden context."""
    with pytest.raises(InvalidResponseError) as caught:
        created(BROKEN[kind][0])
    assert [*chain(caught.value)] == [caught.value]


@pytest.mark.parametrize(
    "workflow",
    [
        None,
        [],
        {"name": 5},
        {"type": 5},
        {"type": ""},
        {"tags": {"a": 1}},
        {"tags": {"a": None}},
        {"tags": ["a"]},
        {"parameters": {"a": 1}},
        {"parameters": [{"name": "a"}]},
        {"parameters": [{"name": "a", "type": "b", "defaultValue": "true"}]},
        {"parameters": [{"name": "a", "type": "b", "defaultValue": [True]}]},
        {"state": "DEPRECATED"},
    ],
)
def test_nothing_is_made_to_fit(workflow: Any) -> None:
    """A member of another type than documented is an invalid response, never a converted value."""
    with pytest.raises(InvalidResponseError):
        deserialize(GET_WORKFLOW, 200, HEADERS, body(workflow=workflow), None)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_counts_as_success(status: int) -> None:
    """Any success with a usable body is a response; without one it is an invalid response."""
    response = deserialize(CREATE_WORKFLOW, status, HEADERS, body(**CREATED), TOKEN)
    assert response.metadata is not None
    assert response.metadata.http_status == status
    with pytest.raises(InvalidResponseError):
        deserialize(CREATE_WORKFLOW, status, HEADERS, b"", TOKEN)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_a_redirect_is_an_error_of_its_own(status: int) -> None:
    """Even with the body of a success, and the outcome is unknown."""
    with pytest.raises(RedirectError) as caught:
        deserialize(CREATE_WORKFLOW, status, {**HEADERS, "location": "/"}, body(**CREATED), TOKEN)
    assert caught.value.http_status == status
    assert caught.value.request_id == "rid-1"
    assert caught.value.outcome == "unknown"


# --- Errors -----------------------------------------------------------------------------------------

CODE = "InvalidVersionNumberException"


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"x-amzn-errortype": CODE}, b"{}"),
        ({"x-amzn-errortype": f"{CODE}:http://internal.amazon.com/coral/com.amazon.imagebuilder/"}, b"{}"),
        ({"x-amzn-errortype": f"com.amazonaws.imagebuilder#{CODE}"}, b"{}"),
        ({"x-amzn-errortype": f"com.amazonaws.imagebuilder#{CODE}:http://a#b"}, b"{}"),
        ({"x-amzn-errortype": f" {CODE} "}, b""),
        ({"x-amzn-errortype": CODE}, body(code="ServiceException")),
        ({"x-amzn-errortype": CODE}, b"<html>"),
        ({"x-amzn-errortype": ""}, body(code=CODE)),
        ({"x-amzn-errortype": ":http://a"}, body(code=CODE)),
        ({}, body(__type=CODE)),
        ({}, body(__type=f"com.amazonaws.imagebuilder#{CODE}")),
        ({}, body(code=CODE)),
        ({}, body(Code=CODE)),
        ({}, body(__type=None, code=CODE)),
        ({}, body(__type="", code=CODE)),
        ({}, body(__type={"a": 1}, code=CODE)),
    ],
)
def test_the_code_is_found_wherever_it_stands(headers: dict[str, str], content: bytes) -> None:
    """In the header or in one of the members, with a namespace or a URI around it or not."""
    error = refused(400, content, headers=headers)
    assert type(error) is ERRORS_BY_CODE[CODE]
    assert error.code == CODE


@pytest.mark.parametrize("member", ["message", "Message"])
@pytest.mark.parametrize("text", ["Rate exceeded", "zwei\nZeilen: é 🚀", " a  b ", "x" * 5_000])
def test_the_message_is_the_services_own(member: str, text: str) -> None:
    """Untouched, to the last blank."""
    assert refused(400, body(**{"__type": CODE, member: text})).message == text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"<?xml version='1.0'?><Error/>",
        b"upstream timed out",
        b"[]",
        b"{",
        b"\xff\xfe\x00",
        b"null",
        body(message=5),
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize(
    ("status", "cls", "outcome"),
    [
        (400, ClientFaultError, "rejected"),
        (402, ServiceQuotaExceededException, "rejected"),
        (403, PermissionDeniedError, "rejected"),
        (404, ClientFaultError, "rejected"),
        (408, RequestTimeoutException, "unknown"),
        (418, ClientFaultError, "rejected"),
        (429, ThrottlingError, "rejected"),
        (500, ServerFaultError, "unknown"),
        (502, ServerFaultError, "unknown"),
        (503, ServiceUnavailableException, "unknown"),
        (504, ServerFaultError, "unknown"),
        (599, ServerFaultError, "unknown"),
    ],
)
def test_an_error_without_a_usable_body_is_typed_by_its_status(
    content: bytes, status: int, cls: type[ServiceError], outcome: str
) -> None:
    """Status and request id are there, the text is readable, and no parser's error hangs on it."""
    error = refused(status, content)
    assert type(error) is cls
    assert error.outcome == outcome
    assert str(status) in str(error)
    assert "rid-1" in str(error)
    assert [*chain(error)] == [error]


@pytest.mark.parametrize(("status", "cls"), [(400, ClientFaultError), (500, ServerFaultError)])
def test_an_unknown_code_is_typed_by_fault_and_kept(status: int, cls: type[ServiceError]) -> None:
    """The code stays readable on the family's class."""
    error = refused(status, body(__type="SomethingNewException", message="m"))
    assert type(error) is cls
    assert (error.code, error.message) == ("SomethingNewException", "m")


@pytest.mark.parametrize("code", ERRORS_BY_CODE)
def test_any_known_code_may_arrive_on_any_operation(code: str) -> None:
    """Declared for the operation or not."""
    for operation in OPERATIONS.values():
        error = refused(400, body(__type=code, message="m"), operation=operation)
        assert type(error) is ERRORS_BY_CODE[code]
        assert error.code == code


@pytest.mark.parametrize("status", [400, 403, 429, 503])
@pytest.mark.parametrize("code", ["CallRateLimitExceededException", "TooManyRequestsException", "SlowDown"])
def test_a_throttle_rejects_whatever_its_status(code: str, status: int) -> None:
    """A throttling code with a 503 did nothing either."""
    error = refused(status, body(__type=code))
    assert isinstance(error, ThrottlingError)
    assert error.outcome == "rejected"


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_declared_error_is_known(name: str) -> None:
    """The errors that the service model declares for the operation have classes of their names."""
    declared = [shape.name for shape in service_model().operation_model(name).error_shapes]
    assert declared
    for code in declared:
        assert ERRORS_BY_CODE[code] is getattr(service_errors, code)


# --- Dry run ----------------------------------------------------------------------------------------


def test_a_dry_run_that_would_succeed_is_a_normal_return() -> None:
    """HTTP 412 with its code is the good news."""
    headers = {**HEADERS, "x-amzn-errortype": "DryRunOperationException"}
    response = deserialize(DRY_RUN_CREATE_WORKFLOW, 412, headers, body(message="would have"), TOKEN)
    assert response.metadata is not None
    assert (response.metadata.http_status, response.metadata.request_id) == (412, "rid-1")
    assert response.raw == {}


@pytest.mark.parametrize("content", [b"", b"{}", body(**CREATED), b"<html>"])
def test_a_dry_run_answered_with_success_is_an_invalid_response(content: bytes) -> None:
    """Then it may have been real."""
    with pytest.raises(InvalidResponseError) as caught:
        deserialize(DRY_RUN_CREATE_WORKFLOW, 200, HEADERS, content, TOKEN)
    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "ForbiddenException"),
        (400, "ResourceAlreadyExistsException"),
        (400, "InvalidParameterValueException"),
        (429, "CallRateLimitExceededException"),
        (500, "ServiceException"),
    ],
)
def test_a_dry_run_raises_every_other_error(status: int, code: str) -> None:
    """The very error that the real call would give."""
    assert type(refused(status, body(__type=code), operation=DRY_RUN_CREATE_WORKFLOW)) is ERRORS_BY_CODE[code]


def test_a_412_without_its_code_is_no_success() -> None:
    """A proxy's own 412 must not pass for the service's."""
    assert type(refused(412, b"", operation=DRY_RUN_CREATE_WORKFLOW)) is ClientFaultError


def test_the_dry_run_exception_on_a_real_call_is_an_error() -> None:
    """Nothing was made, so nothing can be returned."""
    assert type(refused(412, body(__type="DryRunOperationException"))) is DryRunOperationException


# --- Anything at all --------------------------------------------------------------------------------

_KEYS = st.text(max_size=10) | st.sampled_from(
    ["workflowBuildVersionArn", "clientToken", "latestVersionReferences", "latestVersionArn", "workflow", "tags",
     "name", "type", "state", "parameters", "workflowVersionList", "nextToken", "message", "__type", "code"]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_BODIES = st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode())
_HEADERS = st.dictionaries(
    st.sampled_from(
        ["x-amzn-errortype", "x-amzn-requestid", "retry-after", "x-amz-retry-after", "date", "location"]
    ),
    st.text(max_size=40)
    | st.sampled_from([*ERRORS_BY_CODE, "Wed, 09 Sep 2026 19:55:55 GMT", "1", "nan", "1e400", "-1"]),
)


@pytest.mark.parametrize(
    "operation", [*OPERATIONS.values(), DRY_RUN_CREATE_WORKFLOW], ids=[*OPERATIONS, "DryRun"]
)
@given(status=st.integers(0, 1_000) | st.just(200), headers=_HEADERS, content=_BODIES)
@example(status=0, headers={"x-amzn-errortype": "DryRunOperationException"}, content=b"")
def test_no_answer_raises_anything_but_our_errors(
    operation: Operation[Any, Any], status: int, headers: dict[str, str], content: bytes
) -> None:
    """Whatever comes is a response of the operation's class or an AioWorkflowsError with its status."""
    token = TOKEN if operation.has_token else None
    try:
        result: object = deserialize(operation, status, headers, content, token)
    except AioWorkflowsError as error:
        result = error
    if isinstance(result, AioWorkflowsError):
        assert result.http_status == status
        assert str(result)
        assert result.outcome in {"rejected", "unknown"}
        assert [*chain(result)] == [result]
    else:
        assert type(result) is operation.response
        assert 200 <= status < 300 or (operation.success_error and status >= 400)
