"""Requests, versions, ARNs and tokens as values."""

import pickle
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
    derive_client_token,
)

NODES = st.integers(0, 2**30 - 1)
PARTITIONS = st.sampled_from(["aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc"])


def make(**changes: Any) -> CreateWorkflowRequest:
    fields: dict[str, Any] = {"name": "abc", "semantic_version": "1.0.0", "type": "BUILD", "data": "a"}
    fields |= changes
    return CreateWorkflowRequest(**fields)


def test_all_complaints_come_together() -> None:
    """One error for everything, in the order of the fields, and it is a ValueError that pickles."""
    with pytest.raises(ValueError, match=r"breaks 4 rules") as caught:
        make(name="a.b", semantic_version="1", data=None, description="")
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, RequestValidationError)
    assert [one.field for one in error.complaints] == ["name", "semantic_version", "data", "description"]


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
