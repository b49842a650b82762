"""Holds values against the forms of the tables: keys, types, lengths, counts, words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from aio_workflows.document import rules
from aio_workflows.document.references import SUFFIX, is_open, without_suffix
from aio_workflows.document.report import Report, one_of
from aio_workflows.document.scalars import resolve, whole_number
from aio_workflows.document.shapes import (
    Anything,
    Boolean,
    Integer,
    Key,
    ListOf,
    MapOf,
    Shape,
    Structure,
    Text,
)
from aio_workflows.document.tree import Entry, ListNode, MapNode, Node, Scalar, is_nothing, join, quote, show


def check_shape(report: Report, node: Node, shape: Shape, path: str, *, dynamic: bool) -> None:
    """Hold a node against a shape. ``dynamic`` tells whether keys may end with ``.$`` here."""
    _CHECKS[type(shape)](report, node, shape, path, dynamic)


def describe(node: Node) -> str:
    """What a value is, in words. A text is not told: it may be a secret, and messages reach logs."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a mapping"
    if node.value is None:
        return "no value"
    if isinstance(node.value, bool):
        return f"a truth value ({show(node.text, 30)})"
    return "a text" if isinstance(node.value, str) else f"the number {show(node.text, 30)}"


def _wrong(report: Report, node: Node, path: str, wanted: str) -> None:
    report.add(rules.WRONG_KIND, node, path, f"must be {wanted}, is {describe(node)}")


def _text(report: Report, node: Node, shape: Text, path: str, _: bool) -> None:
    if not isinstance(node, Scalar):
        _wrong(report, node, path, "a text")
        return
    text = node.value if isinstance(node.value, str) else node.text
    if shape.words and not is_open(text):
        if text not in shape.words:
            hint = report.suggest(text, shape.words)
            message = f"must be {one_of(shape.words)}, is {quote(node.text)}{hint}"
            report.add(rules.WORD, node, path, message)
        return
    if not isinstance(node.value, str):
        message = f"must be a text, is {describe(node)}: put it in quotes"
        report.add(rules.OTHER_KIND, node, path, message)
        return
    size = len(text)
    if size < shape.minimum or (shape.maximum is not None and size > shape.maximum):
        bounds = f"{shape.minimum} to {shape.maximum}"
        report.add(rules.LENGTH, node, path, f"must have {bounds} characters, has {size}")
    if shape.maximum_bytes is not None and size * 4 > shape.maximum_bytes:
        size = len(text.encode("utf-8", "replace"))
        if size > shape.maximum_bytes:
            message = f"must have at most {shape.maximum_bytes:,} bytes in UTF-8, has {size:,}"
            report.add(rules.LENGTH, node, path, message)


def _integer(report: Report, node: Node, shape: Integer, path: str, _: bool) -> None:
    if not isinstance(node, Scalar):
        _wrong(report, node, path, "an integer")
        return
    value = node.value
    if isinstance(value, str):
        if is_open(value):
            return
        value = resolve(value)
    number = whole_number(value)
    if number is None:
        _wrong(report, node, path, "an integer")
        return
    lowest, highest = shape.minimum, shape.maximum
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        bounds = f"{lowest} to {highest}" if highest is not None else f"at least {lowest}"
        report.add(rules.RANGE, node, path, f"must be {bounds}, is {show(node.text, 30)}")
    if isinstance(node.value, str):
        report.add(rules.OTHER_KIND, node, path, "must be an integer, is a text: leave its quotes out")


def _boolean(report: Report, node: Node, _shape: Boolean, path: str, _: bool) -> None:
    if isinstance(node, Scalar):
        if isinstance(node.value, bool) or (isinstance(node.value, str) and is_open(node.value)):
            return
        if isinstance(node.value, str) and node.value.lower() in {"true", "false"}:
            report.add(rules.OTHER_KIND, node, path, "must be true or false, is a text: leave its quotes out")
            return
    _wrong(report, node, path, "true or false")


def _anything(*_: object) -> None:
    """Whatever it is, others look at it."""


def _list(report: Report, node: Node, shape: ListOf, path: str, dynamic: bool) -> None:
    if shape.or_one and isinstance(node, MapNode):
        check_shape(report, node, shape.item, path, dynamic=dynamic)
        return
    if not isinstance(node, ListNode):
        # The whole list may be filled in later.
        if not (dynamic and isinstance(node, Scalar) and isinstance(node.value, str) and is_open(node.value)):
            _wrong(report, node, path, "a list")
        return
    _count(report, node, path, len(node.items), shape.minimum, shape.maximum)
    for index, item in enumerate(node.items):
        check_shape(report, item, shape.item, f"{path}[{index}]", dynamic=dynamic)


def _map(report: Report, node: Node, shape: MapOf, path: str, dynamic: bool) -> None:
    if not isinstance(node, MapNode):
        _wrong(report, node, path, "a mapping")
        return
    _count(report, node, path, len(node.entries), 0, shape.maximum)
    for name, entry in node.entries.items():
        if not (dynamic and name.endswith(SUFFIX)):
            check_shape(report, entry.value, shape.value, join(path, name), dynamic=dynamic)


def _count(report: Report, node: Node, path: str, count: int, lowest: int, highest: int | None) -> None:
    if count < lowest:
        report.add(rules.COUNT, node, path, f"must have at least {lowest}, is empty")
    elif highest is not None and count > highest:
        report.add(rules.COUNT, node, path, f"has {count} entries; at most {highest} are allowed")


def _structure(report: Report, node: Node, shape: Structure, path: str, dynamic: bool) -> None:
    if not isinstance(node, MapNode):
        _wrong(report, node, path, "a mapping")
        return
    for name, entry in node.entries.items():
        _key(report, name, entry, shape, path, dynamic)
    for name, key in shape.keys.items():
        if key.required and not _has(node, name, dynamic):
            empty = node.entries.get(name)
            if empty is not None:
                report.add(rules.MISSING_KEY, empty.key, join(path, name), f"{name} has no value")
            else:
                report.add(rules.MISSING_KEY, node, path, f"{name} is missing")
        elif dynamic and name in node.entries and name + SUFFIX in node.entries:
            place = node.entries[name + SUFFIX].key
            message = f"{name} is given in line {node.entries[name].key.line} too: keep one of them"
            report.add(rules.BOTH_FORMS, place, join(path, name + SUFFIX), message)


def _key(report: Report, name: str, entry: Entry, shape: Structure, path: str, dynamic: bool) -> None:
    plain_name = without_suffix(name) if dynamic else name
    key = shape.keys.get(plain_name)
    inner = join(path, name)
    if key is not None:
        if plain_name == name:
            _value(report, entry, key, inner, dynamic)
    elif plain_name in shape.older:
        message = f"{show(name)} is of an older page of the guide; today it is {shape.older[plain_name]}"
        report.add(rules.OLDER_KEY, entry.key, inner, message)
    else:
        hint = report.suggest(without_suffix(name), shape.keys) or f"; known are {', '.join(shape.keys)}"
        report.add(rules.UNKNOWN_KEY, entry.key, inner, f"{quote(name)} is not known here{hint}")


def _value(report: Report, entry: Entry, key: Key, path: str, dynamic: bool) -> None:
    if is_nothing(entry.value):
        if not key.required:
            message = f"{show(entry.key.text)} has no value: give it one or leave it out"
            report.add(rules.NO_VALUE, entry.key, path, message)
        return
    check_shape(report, entry.value, key.shape, path, dynamic=dynamic)


def _has(node: MapNode, name: str, dynamic: bool) -> bool:
    """Whether a key is there with a value."""
    value = node.get(name)
    given = value is not None and not is_nothing(value)
    return given or (dynamic and name + SUFFIX in node.entries)


_CHECKS: Final[dict[type, Callable[[Report, Node, Any, str, bool], None]]] = {
    Anything: _anything,
    Boolean: _boolean,
    Integer: _integer,
    ListOf: _list,
    MapOf: _map,
    Structure: _structure,
    Text: _text,
}
