"""The tree of a document's text: scalars, lists and mappings that know where they stand.

Lines and columns count from 1. ``start`` and ``end`` are the offsets in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from attrs import define, field

ScalarValue: TypeAlias = str | int | float | bool | None


@define(eq=False)
class Scalar:
    """One value. ``text`` is how it is written, without quotes; ``value`` is what YAML makes of it."""

    value: ScalarValue
    text: str
    line: int
    column: int
    start: int
    end: int


@define(eq=False)
class ListNode:
    """A list."""

    line: int
    column: int
    items: list[Node] = field(factory=list["Node"])


@define(eq=False)
class MapNode:
    """A mapping, its entries in the order of the text. Of two entries with one key the last counts."""

    line: int
    column: int
    entries: dict[str, Entry] = field(factory=dict[str, "Entry"])

    def get(self, name: str) -> Node | None:
        """The value of an entry, None if there is none."""
        entry = self.entries.get(name)
        return entry.value if entry is not None else None


@define(eq=False)
class Entry:
    """A key with its value."""

    key: Scalar
    value: Node


Node: TypeAlias = Scalar | ListNode | MapNode


def is_nothing(node: Node) -> bool:
    """Whether a key has no value: YAML's null."""
    return isinstance(node, Scalar) and node.value is None


def plain(node: Node) -> Any:
    """The node as plain data."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {name: plain(entry.value) for name, entry in node.entries.items()}


def scalars(node: Node, path: str) -> Iterator[tuple[str, Scalar]]:
    """Every scalar below a node with its path."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from scalars(item, f"{path}[{index}]")
    else:
        for name, entry in node.entries.items():
            yield from scalars(entry.value, join(path, name))


def join(path: str, name: str) -> str:
    """The path of an entry: short, and on one line whatever the key is."""
    name = show(name)
    return f"{path}.{name}" if path else name


def show(text: str, longest: int = 60) -> str:
    """``text`` fit for a message: on one line, without control characters, not longer than a line."""
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def quote(text: str) -> str:
    """``text`` in quotes, fit for a message."""
    return f"'{show(text)}'"
