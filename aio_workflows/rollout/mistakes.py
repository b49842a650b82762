"""Mistakes of a manifest, each put to its line: by the path to what is wrong, through the tree of the text."""

from __future__ import annotations

import re
from typing import Final

from attrs import field, frozen

from aio_workflows.document.tree import ListNode, MapNode, Node
from aio_workflows.errors import Complaint, ManifestMistake
from aio_workflows.rollout.form import member_name

_PART: Final = re.compile(r"\.?(\w+)|\[(\d+)\]|\['([^']*)'\]")
_UNKNOWN: Final = re.compile(r"unknown member (.+)")


@frozen
class Mistakes:
    """Collects the mistakes of one manifest."""

    file: str
    found: list[ManifestMistake] = field(factory=list[ManifestMistake])

    def add(self, line: int, column: int, name: str, text: str) -> None:
        """A mistake at a place."""
        self.found.append(ManifestMistake(file=self.file, line=line, column=column, field=name, text=text))

    def at(self, root: Node, path: str, text: str) -> None:
        """A mistake in what a path leads to, by the names of the manifest: ``workflows[0].name``."""
        line, column = _place(root, path)
        self.add(line, column, path, text)

    def structural(self, root: Node, base: str, problem: str) -> None:
        """What a structurer says: ``problem @ $.workflows[0].semantic_version``, below ``base``."""
        text, _, python_path = problem.rpartition(" @ $")
        path = _joined(base, _renamed(python_path))
        unknown = _UNKNOWN.fullmatch(text)
        if unknown is None:
            self.at(root, path, f"{text}{_quotes_help(text)}")
            return
        for name in unknown[1].split(", "):
            self.at(root, _joined(path, f".{name}"), "is nothing that a manifest has here")

    def complaint(self, root: Node, base: str, complaint: Complaint) -> None:
        """A broken rule of what ``base`` leads to."""
        self.at(root, _joined(base, f".{_renamed(complaint.field)}"), complaint.text)


def _quotes_help(text: str) -> str:
    return ": write it in quotes" if text.startswith("expected text, found a number") else ""


def _joined(base: str, rest: str) -> str:
    return f"{base}{rest}" if base else rest.lstrip(".")


def _renamed(path: str) -> str:
    """A path by Python's names as one by the manifest's. What is quoted or in brackets stays."""
    return re.sub(r"(?<![\['\w])[a-z]+(?:_[a-z]+)+", lambda found: member_name(found[0]), path)


def _place(root: Node, path: str) -> tuple[int, int]:
    """Line and column of what a path leads to; of the last part of it that is there."""
    node, line, column = root, root.line, root.column
    for name, index, quoted in _PART.findall(path):
        if isinstance(node, MapNode) and (entry := node.entries.get(name or quoted)) is not None:
            node, line, column = entry.value, entry.key.line, entry.key.column
        elif isinstance(node, ListNode) and index and int(index) < len(node.items):
            node = node.items[int(index)]
            line, column = node.line, node.column
        else:
            break
    return line, column
