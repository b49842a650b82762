"""The files in `typing/` use all of the public API, and what they call wrong is held by both checkers.

The checkers themselves run in `nox -s typing`.
"""

import ast
import importlib
import inspect
import re
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from pathlib import Path

import attrs
import pytest

HERE = Path(__file__).parent / "typing"
FILES = sorted(HERE.glob("*.py"))
DOORS = [
    "aio_workflows",
    "aio_workflows.dask",
    "aio_workflows.document",
    "aio_workflows.emulator",
    "aio_workflows.rollout",
]

# What users need not touch: how the parts of the emulator talk to each other.
INNER_CLASSES = {"ImageBuilder"}
INNER_MEMBERS = {
    "answer",
    "decide",
    "from_plain",
    "metadata",
    "now",
    "plan",
    "record",
    "request_id",
    "to_plain",
}
# How journals keep what they hold.
FOR_JOURNALS = {"from_data", "run_id", "to_data"}


def used() -> tuple[set[str], set[str]]:
    """The names and the attributes that the files use; an import alone is no use."""
    nodes = [node for path in FILES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return names, attributes


def members(cls: type) -> set[str]:
    """The public fields, properties and methods of a class, as far as this package defines them."""
    found = set[str]()
    if attrs.has(cls):
        found.update(field.name for field in attrs.fields(cls))
    if is_dataclass(cls):
        found.update(field.name for field in dataclass_fields(cls))
    for base in cls.__mro__:
        if base.__module__.startswith("aio_workflows"):
            found.update(name for name, value in vars(base).items() if is_member(value))
    return {name for name in found if not name.startswith("_")}


def is_member(value: object) -> bool:
    return isinstance(value, property | classmethod) or inspect.isfunction(value)


@pytest.mark.parametrize("door", DOORS)
def test_every_public_name_is_used(door: str) -> None:
    names, _ = used()
    assert set(importlib.import_module(door).__all__) - names == set()


@pytest.mark.parametrize("door", DOORS)
def test_every_public_member_is_used(door: str) -> None:
    """Fields, properties and methods, of the client above all."""
    _, attributes = used()
    module = importlib.import_module(door)
    missing = {
        f"{name}.{member}"
        for name in module.__all__
        if inspect.isclass(cls := getattr(module, name)) and name not in INNER_CLASSES
        for member in members(cls) - attributes - INNER_MEMBERS - FOR_JOURNALS
    }
    assert missing == set()


def test_every_wrong_use_is_held_by_both_checkers() -> None:
    """A call there without its two comments would be taken for right use; a comment in vain is an error."""
    text = (HERE / "wrong_use.py").read_text(encoding="utf-8")
    refused = re.findall(
        r"# type: ignore\[[\w, -]+\]  # pyright: ignore\[\w+(?:, \w+)*\]$", text, re.MULTILINE
    )
    assert len(refused) == text.count("# type: ignore") == len(re.findall(r"# pyright: ignore", text))
    assert len(refused) >= 60
