"""What we send: held against botocore's own serializer, and for the document byte by byte."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import AttrsInstance, asdict, evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from aio_workflows.models.requests import CreateWorkflowRequest, Filter
from aio_workflows.models.responses import Response
from aio_workflows.protocol.operations import CREATE_WORKFLOW, DRY_RUN_CREATE_WORKFLOW, OPERATIONS, Operation
from aio_workflows.protocol.serializer import HttpRequest, serialize
from aio_workflows.protocol.wire import member_name
from tests.service_model import botocore_request, service_model
from tests.strategies import open_types, requests

TOKEN = "11111111-2222-4333-8444-555555555555"


def request(**changes: Any) -> CreateWorkflowRequest:
    return evolve(
        CreateWorkflowRequest(name="harden-linux", semantic_version="1.0.0", type="BUILD", data="x: 1\n"),
        **changes,
    )


def parameters(given: AttrsInstance) -> dict[str, Any]:
    """What a user of boto3 would write for the same request, by rules of its own."""

    def plain(value: Any) -> Any:
        if isinstance(value, Filter):
            return {"name": value.name, "values": [*value.values]}
        if isinstance(value, tuple):
            return [plain(item) for item in value]
        if isinstance(value, Mapping):
            return dict(value)
        return value if isinstance(value, bool | int) else str(value)

    members = asdict(given, recurse=False)
    found = {
        re.sub(r"_([a-z])", lambda match: match[1].upper(), name): plain(value)
        for name, value in members.items()
        if value is not None
    }
    return {name: value for name, value in found.items() if (name, value) != ("tags", {})}


def assert_equal(ours: HttpRequest, expected: dict[str, Any]) -> None:
    """Everything that goes over the wire is the same, the body member for member."""
    assert (ours.method, ours.path) == (expected["method"], expected["url_path"])
    query = {
        name: value if isinstance(value, list) else [value]
        for name, value in expected["query_string"].items()
    }
    assert {name: [v for n, v in ours.query if n == name] for name, _ in ours.query} == query
    assert json.loads(ours.body or b"null") == json.loads(expected["body"] or b"null")
    assert dict(ours.headers) == expected["headers"]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_request_is_what_botocore_makes_of_it(operation: Operation[Any, Any], data: st.DataObject) -> None:
    """Method, path, query, headers and body equal those of botocore's own serializer."""
    given = data.draw(requests(operation.request))
    token = {"clientToken": TOKEN} if operation.has_token else {}
    expected = botocore_request(operation.name, {**parameters(given), **token})
    assert_equal(serialize(operation, given, TOKEN if operation.has_token else None), expected)


@settings(max_examples=60, deadline=None)
@given(requests(CreateWorkflowRequest))
def test_a_dry_run_is_what_botocore_makes_of_it(given: CreateWorkflowRequest) -> None:
    """The dry run is the same request with its flag set."""
    members = {**parameters(given), "clientToken": TOKEN, "dryRun": True}
    assert_equal(
        serialize(DRY_RUN_CREATE_WORKFLOW, given, TOKEN), botocore_request("CreateWorkflow", members)
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_table_of_operations_is_the_models(name: str) -> None:
    """Method and path stand as in the service model, and a token is sent where it knows one."""
    model = service_model().operation_model(name)
    operation = OPERATIONS[name]
    path = operation.path
    for member in operation.path_members:
        path = path.replace(member, member_name(member))
    assert (operation.method, path) == (model.http["method"], model.http["requestUri"])
    assert operation.has_token == ("clientToken" in model.input_shape.members)
    assert (operation.items is not None) == ("nextToken" in model.output_shape.members)


@pytest.mark.parametrize(
    "document",
    [
        "name: a\r\nschemaVersion: 1.0\r\n",
        "no line end at the end",
        "\n\n  leading and trailing  \n\t\n",
        "schöne Grüße, 漢字, \u2028, \x7f, \x1b",
        "rocket 🚀 and family 👨‍👩‍👧",
        'quotes " and \\ and \\n and \\u0041 and </script>',
        "é and e\u0301 stay apart",
        "\ufeffa mark in the text",
    ],
)
def test_the_document_arrives_byte_for_byte(document: str) -> None:
    """What a JSON parser finds in the body is the document that was given, to the byte."""
    body = serialize(CREATE_WORKFLOW, request(data=document), TOKEN).body
    assert json.loads(body)["data"].encode() == document.encode()
    assert not body.startswith(b"\xef\xbb\xbf")


def test_a_document_of_the_greatest_size_is_sent_whole() -> None:
    """16,000 characters of four bytes each arrive, not cut and not escaped into twelve bytes each."""
    document = "🚀" * 16_000
    body = serialize(CREATE_WORKFLOW, request(data=document), TOKEN).body
    assert json.loads(body)["data"] == document
    assert len(body) < 4 * 16_000 + 500


def test_absent_members_are_left_out() -> None:
    """A request with nothing optional has exactly the required members."""
    body = json.loads(serialize(CREATE_WORKFLOW, request(), TOKEN).body)
    assert body == {
        "name": "harden-linux",
        "semanticVersion": "1.0.0",
        "type": "BUILD",
        "data": "x: 1\n",
        "clientToken": TOKEN,
    }


def test_an_empty_tags_mapping_is_left_out() -> None:
    """The model wants at least one entry in a map, so an empty one is not sent."""
    assert "tags" not in json.loads(serialize(CREATE_WORKFLOW, request(tags={}), TOKEN).body)


def test_the_calls_token_is_sent_and_not_the_requests() -> None:
    """The token that the call settled on stands in the body, once."""
    body = serialize(CREATE_WORKFLOW, request(client_token="of-the-request"), "of-the-call").body
    assert json.loads(body)["clientToken"] == "of-the-call"
    assert body.count(b"clientToken") == 1


def test_a_version_is_sent_as_it_was_written() -> None:
    """Leading zeros are kept."""
    body = serialize(CREATE_WORKFLOW, request(semantic_version="2021.01.01"), TOKEN).body
    assert json.loads(body)["semanticVersion"] == "2021.01.01"


@given(open_types())
def test_a_type_that_this_release_does_not_know_can_be_sent(type: Any) -> None:
    """An enum member made by hand goes out as its text."""
    assert json.loads(serialize(CREATE_WORKFLOW, request(type=type), TOKEN).body)["type"] == str(type)


@frozen(kw_only=True)
class MadeUpRequest:
    resource_arn: str
    tag_keys: tuple[str, ...]
    really: bool = True


def test_members_of_the_path_are_encoded_and_lists_of_the_query_repeated() -> None:
    """Nothing in a member can break out of its place in the path."""
    untag: Operation[MadeUpRequest, Response] = Operation(
        name="Untag",
        method="DELETE",
        path="/tags/{resource_arn}",
        takes="tag_requests.UntagResourceRequest",
        gives="tag_responses.UntagResourceResponse",
    )
    ours = serialize(untag, MadeUpRequest(resource_arn="arn:a/b c?d%é", tag_keys=("x", "y&z")), None)
    assert ours.path == "/tags/arn%3Aa%2Fb%20c%3Fd%25%C3%A9"
    assert ours.query == (("tagKeys", "x"), ("tagKeys", "y&z"), ("really", "true"))
    assert ours.body == b""
