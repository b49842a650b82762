"""Requests and answers for property tests, within the documented rules but odd where they allow it."""

import string
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, fields
from hypothesis import strategies as st

from aio_workflows.models.enums import OpenStrEnum, Ownership, WorkflowStepActionType, WorkflowType
from aio_workflows.models.requests import CreateWorkflowRequest, DeleteWorkflowRequest, Filter
from aio_workflows.models.tag_requests import TagResourceRequest
from aio_workflows.models.tags import Tags
from aio_workflows.structuring import LOCAL

T = TypeVar("T")

NODE_MAXIMUM = 2**30 - 1
_ALPHANUMERIC = string.ascii_letters + string.digits
_ANY = st.characters(exclude_categories=["Cs"])
_NO_NUL = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
_ODD = '\r\n\t"\\/ {}<>\u2028\x7fé\u0301漢🚀'


def texts(minimum: int, maximum: int) -> st.SearchStrategy[str]:
    """Any text that UTF-8 can encode, with a taste for line ends, quotes and emoji."""
    return st.text(_ANY, min_size=minimum, max_size=maximum) | st.text(
        _ODD, min_size=minimum, max_size=maximum
    )


def documents() -> st.SearchStrategy[str]:
    """Any text that may be sent as a document."""
    return st.text(_NO_NUL, min_size=1, max_size=400) | st.text(_ODD, min_size=1, max_size=400)


def names() -> st.SearchStrategy[str]:
    ends = st.sampled_from(_ALPHANUMERIC + "-_")
    return st.builds("{}{}{}".format, ends, st.text(_ALPHANUMERIC + "-_ ", min_size=1, max_size=126), ends)


def versions() -> st.SearchStrategy[str]:
    node = st.builds("{}{}".format, st.sampled_from(["", "0", "000"]), st.integers(0, NODE_MAXIMUM))
    return st.builds("{}.{}.{}".format, node, node, node)


def _tags(minimum: int) -> st.SearchStrategy[dict[str, str]]:
    keys = st.text(_ALPHANUMERIC + " _.:/=+-@", min_size=1, max_size=128).filter(
        lambda key: not key.startswith("aws:")
    )
    return st.dictionaries(keys, texts(0, 256), min_size=minimum, max_size=50)


def _arns(resource: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    slug = st.text(string.ascii_lowercase + string.digits + "-", min_size=3, max_size=40)
    return st.builds(
        "arn:{}:imagebuilder:{}:{}:{}/{}/{}".format,
        st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
        st.sampled_from(["eu-west-1", "us-gov-west-1"]),
        st.sampled_from(["123456789012", "aws"]),
        resource,
        slug,
        st.shared(versions(), key="version"),
    )


_WORKFLOW = st.sampled_from(["workflow/build", "workflow/test", "workflow/distribution"])
_BUILD = st.integers(1, 1_000)
_VERSION_ARNS = _arns(_WORKFLOW)
_BUILD_ARNS = st.builds("{}/{}".format, _VERSION_ARNS, _BUILD)
_WILDCARD_ARNS = _VERSION_ARNS.map(lambda arn: arn.rpartition("/")[0] + "/1.x.x")

# The fields of requests, by name: what a field of this name may hold in any of them.
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "action": st.sampled_from(WorkflowStepActionType),
    "by_name": st.booleans(),
    "change_description": texts(1, 1024),
    "client_token": texts(1, 64),
    "description": texts(1, 1024),
    "filters": st.deferred(lambda: st.lists(filters(), min_size=1, max_size=10)),
    "image_build_version_arn": st.builds("{}/{}".format, _arns(st.just("image")), _BUILD),
    "kms_key_id": texts(1, 1024),
    "max_results": st.integers(1, 25),
    "name": names(),
    "next_token": texts(1, 300),
    "owner": st.sampled_from(Ownership),
    "reason": texts(1, 1024),
    "resource_arn": _BUILD_ARNS | _VERSION_ARNS,
    "semantic_version": versions(),
    "step_execution_id": st.uuids().map("step-{}".format),
    "tag_keys": st.lists(st.text(_ALPHANUMERIC + " _.:/=+-@", min_size=1, max_size=128).filter(
        lambda key: not key.startswith("aws:")
    ), min_size=1, max_size=50),
    "tags": _tags(0),
    "type": st.sampled_from(["BUILD", "TEST", "DISTRIBUTION"]),
    "workflow_build_version_arn": _BUILD_ARNS | _VERSION_ARNS | _WILDCARD_ARNS,
    "workflow_execution_id": st.uuids().map("wf-{}".format),
    "workflow_version_arn": _VERSION_ARNS | _WILDCARD_ARNS,
}  # fmt: skip
_EXCEPTIONS: dict[tuple[type, str], st.SearchStrategy[Any]] = {
    (DeleteWorkflowRequest, "workflow_build_version_arn"): _BUILD_ARNS,
    (TagResourceRequest, "tags"): _tags(1),
}


def filters() -> st.SearchStrategy[Filter]:
    values = st.text(_ALPHANUMERIC + './_ :,{}"-', min_size=1, max_size=60)
    return st.builds(
        Filter,
        st.text(string.ascii_letters, min_size=1, max_size=20),
        st.lists(values, min_size=1, max_size=10),
    )


def requests(cls: type[T]) -> st.SearchStrategy[T]:
    """Requests of a class within their rules, given as a caller would give them."""
    if cls is Filter:
        return filters()  # type: ignore[return-value]
    attributes = [one for one in _attributes(cls) if one.name not in {"data", "uri"}]
    given = st.fixed_dictionaries(
        {one.name: _field(cls, one.name) for one in attributes if one.default is NOTHING},
        optional={one.name: _field(cls, one.name) for one in attributes if one.default is not NOTHING},
    )
    if cls is not CreateWorkflowRequest:
        return given.map(lambda members: cls(**members))
    uris = st.builds("s3://bucket-{}/{}".format, st.integers(1, 99), st.text("ab/é ._-", min_size=1))
    document = documents().map(lambda text: {"data": text}) | uris.map(lambda text: {"uri": text})
    return st.builds(lambda members, one: cls(**members, **one), given, document)


def _field(cls: type, name: str) -> st.SearchStrategy[Any]:
    return _EXCEPTIONS[cls, name] if (cls, name) in _EXCEPTIONS else _FIELDS[name]


def _attributes(cls: type) -> "tuple[Attribute[Any], ...]":
    found: tuple[Attribute[Any], ...] = fields(cls)
    return found


def answers(cls: type[T]) -> st.SearchStrategy[T]:
    """Objects of a class of the answers, with any values at all of the right types."""
    hints = get_type_hints(cls)
    attributes = [one for one in _attributes(cls) if not one.metadata.get(LOCAL)]
    return st.fixed_dictionaries(
        {one.name: _values(hints[one.name]) for one in attributes if one.default is NOTHING},
        optional={one.name: _values(hints[one.name]) for one in attributes if one.default is not NOTHING},
    ).map(lambda members: cls(**members))


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([_values(one) for one in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(_values(get_args(hint)[0]), max_size=2).map(tuple)
    if issubclass(hint, OpenStrEnum):
        return st.sampled_from(hint) | texts(1, 10).map(hint)
    return _PLAIN[hint] if hint in _PLAIN else answers(hint)


_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    int: st.integers(),
    str: st.text(_ANY, max_size=20),
    Tags: st.dictionaries(st.text(_ANY, max_size=10), st.text(_ANY, max_size=10), max_size=2).map(Tags),
}


def open_types() -> st.SearchStrategy[WorkflowType]:
    """Types of workflows, known to this release or not."""
    return st.sampled_from(WorkflowType) | texts(1, 20).map(WorkflowType)
