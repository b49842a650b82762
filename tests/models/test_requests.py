"""Requests at their documented limits."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows import (
    CreateWorkflowRequest,
    RequestValidationError,
    SemanticVersion,
    WildcardVersion,
    WorkflowArn,
    WorkflowType,
    derive_client_token,
)

NODES = st.integers(0, 2**30 - 1)
PARTITIONS = st.sampled_from(["aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc"])


def make(**changes: Any) -> CreateWorkflowRequest:
    fields: dict[str, Any] = {"name": "abc", "semantic_version": "1.0.0", "type": "BUILD", "data": "a"}
    fields |= changes
    return CreateWorkflowRequest(**fields)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("name", "a" * 3, "a" * 2),
        ("name", "a" * 128, "a" * 129),
        ("data", "é" * 16_000, "é" * 16_001),
        ("data", "a", ""),
        ("description", "a" * 1024, "a" * 1025),
        ("change_description", "a", ""),
        ("kms_key_id", "a" * 1024, "a" * 1025),
        ("client_token", "a" * 64, "a" * 65),
        ("tags", {str(n): "" for n in range(50)}, {str(n): "" for n in range(51)}),
        ("tags", {"k" * 128: "v" * 256}, {"k" * 129: ""}),
        ("tags", {"k": "v" * 256}, {"k": "v" * 257}),
        ("tags", {"a:ws": ""}, {"aws:x": ""}),
        ("semantic_version", "1073741823.0.0", "1073741824.0.0"),
        ("semantic_version", "2021.01.01", "1.0"),
        ("semantic_version", "01.0.0", "1.0.0\n"),
        ("semantic_version", "0.0.0", "v1.0.0"),
        ("semantic_version", SemanticVersion(1, 2, 3), "1.0.x"),
        ("semantic_version", "1.0.0", "1.0.0/2"),
        ("semantic_version", "1.0.0", "1.0.0-rc1"),
        ("name", "a b", "abc\n"),
        ("data", "a\r\nb", "a\x00"),
        ("data", "\U0001f600", "\ud800"),
        ("type", WorkflowType("NEW"), "NEW"),
        ("type", "TEST", 5),
    ],
)
def test_a_limit_is_exact(field: str, good: Any, bad: Any) -> None:
    """The last good value passes and the first bad one is named, shortly."""
    assert make(**{field: good}).name
    with pytest.raises(RequestValidationError) as caught:
        make(**{field: bad})
    assert caught.value.complaints[0].field.startswith(field)
    assert len(str(caught.value)) < 400


def test_all_complaints_come_together() -> None:
    """One error for everything, in the order of the fields, and it is a ValueError that pickles."""
    with pytest.raises(ValueError, match=r"breaks 4 rules") as caught:
        make(name="a.b", semantic_version="1", data=None, description="")
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, RequestValidationError)
    assert [one.field for one in error.complaints] == ["name", "semantic_version", "data", "description"]


def test_exactly_one_of_data_and_uri() -> None:
    """Both and neither are refused, and a uri alone is fine."""
    assert make(data=None, uri="s3://bucket/key").data is None
    for both in ({"uri": "s3://bucket/key"}, {"data": None}):
        with pytest.raises(RequestValidationError, match="exactly one"):
            make(**both)


def test_a_request_is_frozen_and_shows_no_document() -> None:
    """The caller's tags are copied, and the document is not in the repr."""
    tags = {"a": "b"}
    request = make(data="secret document", tags=tags)
    tags["a"] = "c"
    assert request.tags is not None
    assert request.tags["a"] == "b"
    assert "secret" not in repr(request)
    assert pickle.loads(pickle.dumps(request)) == request
    assert hash(request) == hash(pickle.loads(pickle.dumps(request)))


def test_a_file_is_kept_byte_for_byte(tmp_path: Path) -> None:
    """Only a byte order mark is dropped; what is not UTF-8 is named with its place."""
    file = tmp_path / "my-flow.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\r\nb: 1")
    request = CreateWorkflowRequest.from_file(file, semantic_version="1.0.0", type="TEST")
    assert (request.name, request.data) == ("my-flow", "a: é\r\nb: 1")
    file.write_bytes(b"ab\xff")
    with pytest.raises(RequestValidationError, match="offset 2"):
        CreateWorkflowRequest.from_file(file, semantic_version="1.0.0", type="TEST")


@given(first=st.tuples(NODES, NODES, NODES), second=st.tuples(NODES, NODES, NODES))
def test_versions_are_their_tuples(first: tuple[int, int, int], second: tuple[int, int, int]) -> None:
    """Order, equality and hash are the tuple's."""
    one, other = SemanticVersion(*first), SemanticVersion(*second)
    assert (one < other, one == other) == (first < second, first == second)
    assert SemanticVersion.parse(f"0{first[0]}.{first[1]}.{first[2]}") == one
    assert str(SemanticVersion.parse("2021.01.01")) == "2021.01.01"


@given(partition=PARTITIONS, nodes=st.tuples(NODES, NODES, NODES), build=st.none() | st.integers(1, 10**6))
def test_arns_round_trip(partition: str, nodes: tuple[int, int, int], build: int | None) -> None:
    """Parsing the text of an ARN gives the ARN."""
    arn = WorkflowArn(partition, "eu-west-1", "aws", "deploy", "a-b", SemanticVersion(*nodes), build)
    assert WorkflowArn.parse(str(arn)) == arn
    wild = WorkflowArn(partition, "eu-west-1", "aws", "build", "a-b", WildcardVersion(nodes[0]))
    assert WorkflowArn.parse(str(wild)) == wild


def test_derived_tokens_depend_on_everything() -> None:
    """The same arguments give the same token, anything else another one."""
    base = derive_client_token(make(), region="eu-west-1", salt="run")
    assert base == derive_client_token(make(client_token="x"), region="eu-west-1", salt="run")
    others = {
        derive_client_token(make(data="b"), region="eu-west-1", salt="run"),
        derive_client_token(make(tags={"a": "b"}), region="eu-west-1", salt="run"),
        derive_client_token(make(), region="eu-west-2", salt="run"),
        derive_client_token(make(), region="eu-west-1", salt="other"),
        derive_client_token(make(), region="eu-west-1", salt="run", account="1"),
    }
    assert len(others | {base}) == 6
    assert len(base) == 36
