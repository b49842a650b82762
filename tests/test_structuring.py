"""The strict converters: plain data and back without loss, and nothing made to fit."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from attrs import field, frozen, has
from hypothesis import given, settings
from hypothesis import strategies as st

from aio_workflows import models
from aio_workflows.models.enums import WorkflowType
from aio_workflows.models.requests import CreateWorkflowRequest, Filter
from aio_workflows.models.responses import CreateWorkflowResponse, ResponseMetadata, WorkflowState
from aio_workflows.models.tags import Tags
from aio_workflows.models.version import SemanticVersion
from aio_workflows.protocol.wire import member_name, wire_structurer
from aio_workflows.structuring import LOCAL, Structurer, StructuringError
from tests.strategies import answers, requests

MODULES = [
    importlib.import_module(f"aio_workflows.models.{name}")
    for _, name, _ in pkgutil.iter_modules(models.__path__)
]


def classes(ending: str) -> list[type]:
    """The attrs classes of those modules of models whose name has the ending."""
    return [
        cls
        for module in MODULES
        for cls in vars(module).values()
        if isinstance(cls, type)
        and has(cls)
        and cls.__module__ == module.__name__
        and module.__name__.endswith(ending)
    ]


REQUESTS = classes("requests")
# ResponseMetadata is how an answer came about and never part of one.
ANSWERS = [cls for cls in classes("responses") if cls is not ResponseMetadata]


def test_the_models_are_found() -> None:
    """The lists are made by looking, so they must not be empty by mistake."""
    assert {CreateWorkflowRequest, Filter} < {*REQUESTS}
    assert {CreateWorkflowResponse, WorkflowState} < {*ANSWERS}


@pytest.mark.parametrize(
    ("cls", "objects"), [(cls, requests) for cls in REQUESTS] + [(cls, answers) for cls in ANSWERS]
)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_structuring_undoes_unstructuring(
    cls: type, objects: Callable[[type], st.SearchStrategy[Any]], data: st.DataObject
) -> None:
    """Every model comes back equal to itself, through plain data of JSON's own types."""
    original = data.draw(objects(cls))
    plain = wire_structurer().unstructure(original)
    assert wire_structurer().structure(plain, cls) == original
    assert wire_structurer().structure(json.loads(json.dumps(plain)), cls) == original
    assert types_in(plain) <= {dict, list, str, int, bool}


def types_in(value: object) -> set[type]:
    parts: Iterable[object] = ()
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        parts = value
    return {type(value)}.union(*map(types_in, parts))


@pytest.mark.parametrize(
    ("field_name", "member"),
    [("name", "name"), ("kms_key_id", "kmsKeyId"), ("workflow_build_version_arn", "workflowBuildVersionArn")],
)
def test_fields_are_camel_case_on_the_wire(field_name: str, member: str) -> None:
    """The rule that all member names follow."""
    assert member_name(field_name) == member


@frozen(kw_only=True)
class Leaf:
    text: str
    numbers: tuple[int, ...] = ()


@frozen(kw_only=True)
class Tree:
    title: str
    count: int | None = None
    share: float | None = None
    is_on: bool | None = None
    kind: WorkflowType | None = None
    version: SemanticVersion | None = None
    tags: Tags | None = None
    leaves: tuple[Leaf, ...] | None = None
    note: str | None = field(default=None, metadata={LOCAL: True})


def structurer(*, forbid_unknown: bool) -> Structurer:
    return Structurer(
        rename=lambda name: name,
        forbid_unknown=forbid_unknown,
        as_text={SemanticVersion: SemanticVersion.parse},
    )


STRICT, LENIENT = structurer(forbid_unknown=True), structurer(forbid_unknown=False)


@pytest.mark.parametrize(
    ("plain", "problem"),
    [
        ({}, "required member missing @ $.title"),
        ({"title": 5}, "expected text, found a number @ $.title"),
        ({"title": None}, "expected text, found null @ $.title"),
        ({"title": "a", "count": "5"}, "$.count"),
        ({"title": "a", "count": True}, "expected an integer, found true or false @ $.count"),
        ({"title": "a", "count": 5.0}, "expected an integer, found a number @ $.count"),
        ({"title": "a", "share": 1}, "$.share"),
        ({"title": "a", "is_on": 1}, "expected true or false, found a number @ $.is_on"),
        ({"title": "a", "is_on": "true"}, "$.is_on"),
        ({"title": "a", "kind": 1}, "expected text, found a number @ $.kind"),
        ({"title": "a", "kind": ""}, "expected text, found an empty one @ $.kind"),
        ({"title": "a", "version": 1.0}, "expected text, found a number @ $.version"),
        ({"title": "a", "version": "1.0"}, "not the text of a SemanticVersion @ $.version"),
        ({"title": "a", "tags": []}, "expected an object, found a list @ $.tags"),
        ({"title": "a", "tags": {"x": 1}}, "expected text for each entry, found a number @ $.tags"),
        ({"title": "a", "leaves": "abc"}, "expected a list, found text @ $.leaves"),
        ({"title": "a", "leaves": {"text": "b"}}, "expected a list, found an object @ $.leaves"),
        ({"title": "a", "leaves": [{"text": "b"}, 5]}, "expected an object, found a number @ $.leaves[1]"),
        ({"title": "a", "leaves": [{"text": "b", "numbers": [1, "2"]}]}, "$.leaves[0].numbers[1]"),
        ([], "expected an object, found a list @ $"),
        ("a", "expected an object, found text @ $"),
        (None, "expected an object, found null @ $"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(plain: object, problem: str) -> None:
    """Nothing is converted, and each problem names the path to it."""
    with pytest.raises(StructuringError) as caught:
        LENIENT.structure(plain, Tree)
    assert any(problem in one for one in caught.value.problems), caught.value.problems


def test_all_problems_arrive_together() -> None:
    """One error with one text for each place."""
    with pytest.raises(StructuringError) as caught:
        LENIENT.structure({"count": "5", "leaves": [{}, {"text": 1}]}, Tree)
    assert len(caught.value.problems) == 4


def test_the_error_keeps_no_value() -> None:
    """Neither its text nor a context of it holds the data."""
    with pytest.raises(StructuringError) as caught:
        LENIENT.structure(
            {"title": "a", "version": "secret", "tags": {"secret": 1}, "leaves": "secret"}, Tree
        )
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_unknown_members_are_passed_over_or_refused_as_configured() -> None:
    """The wire is lenient, a file that a person writes is not."""
    plain = {"title": "a", "titel": "b"}
    assert LENIENT.structure(plain, Tree) == Tree(title="a")
    with pytest.raises(StructuringError):
        STRICT.structure(plain, Tree)


def test_a_local_field_is_never_plain_data() -> None:
    """It is neither written nor read."""
    assert "note" not in STRICT.unstructure(Tree(title="a", note="mine"))
    assert LENIENT.structure({"title": "a", "note": "theirs"}, Tree).note is None


def test_a_default_that_is_not_none_is_written() -> None:
    """Only None means absent."""
    assert STRICT.unstructure(Leaf(text="a")) == {"text": "a", "numbers": []}
