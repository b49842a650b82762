"""Semantic versions: parse, order, bump; and the wildcard versions that reading accepts."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Final, Literal

from attrs import field, frozen

from aio_workflows.errors import Complaint, RequestValidationError
from aio_workflows.models.constraints import SEMANTIC_VERSION, VERSION_NODE_MAXIMUM

Level = Literal["major", "minor", "patch"]
"""A node of a semantic version."""

_NODES: Final = ("major", "minor", "patch")
_BUILD_HINT: Final = "Image Builder numbers the builds of a version itself (1.0.0/1, 1.0.0/2, ...)"


@total_ordering
@frozen(repr=False, order=False)
class SemanticVersion:
    """A version of three numbers, each 0 to 1073741823 (2^30-1), such as ``1.0.0`` or ``2021.01.01``.

    Compares, sorts and hashes as the tuple of its numbers; ``str(version)`` gives the text as it
    was written, leading zeros included. Source: API reference, CreateWorkflow, semanticVersion.
    """

    major: int
    minor: int
    patch: int
    _text: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        complaints = list[Complaint]()
        for node in _NODES:
            value: object = getattr(self, node)
            if type(value) is not int or not 0 <= value <= VERSION_NODE_MAXIMUM:
                complaints.append(_out_of_bounds(node))
        if complaints:
            raise RequestValidationError(complaints, subject="SemanticVersion")

    @classmethod
    def parse(cls, text: str) -> SemanticVersion:
        """Read a version from its text.

        :raises RequestValidationError: the text is not three numbers in bounds; says why.
        """
        complaint = explain(text, "semantic_version")
        if complaint is not None:
            raise RequestValidationError([complaint], subject="SemanticVersion")
        major, minor, patch = (int(node) for node in text.split("."))
        return cls(major, minor, patch, text)

    def bump(self, level: Level = "patch") -> SemanticVersion:
        """The next version at ``level``; the nodes right of it become 0.

        :raises RequestValidationError: the node is at its maximum already.
        """
        match level:
            case "major":
                return SemanticVersion(self.major + 1, 0, 0)
            case "minor":
                return SemanticVersion(self.major, self.minor + 1, 0)
            case "patch":
                return SemanticVersion(self.major, self.minor, self.patch + 1)

    @property
    def nodes(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, SemanticVersion):
            return NotImplemented
        return self.nodes < other.nodes

    def __str__(self) -> str:
        return self._text or f"{self.major}.{self.minor}.{self.patch}"

    def __repr__(self) -> str:
        return f"SemanticVersion({str(self)!r})"


@frozen
class WildcardVersion:
    """A version with ``x`` from some node on: ``1.2.x``, ``1.x.x`` or ``x.x.x``, for reading only.

    A node that is None is an ``x``, and so is every node right of it (user guide, semantic
    versioning).
    """

    major: int | None = None
    minor: int | None = None
    patch: int | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        if self.major is None and self.minor is not None:
            complaint = Complaint(
                field="minor", rule="pattern", text="must be x too, since the node left of it is x"
            )
            raise RequestValidationError([complaint], subject="WildcardVersion")

    @classmethod
    def parse(cls, text: str) -> WildcardVersion:
        """Read a wildcard from its text.

        :raises RequestValidationError: the text is no wildcard, or has a number right of an ``x``.
        """
        match = _WILDCARD.fullmatch(text)
        if match is None:
            complaint = Complaint(
                field="version",
                rule="pattern",
                text="must be of the form 1.2.x, 1.x.x or x.x.x: once a node is x, each node right of it is x",
            )
            raise RequestValidationError([complaint], subject="WildcardVersion")
        major, minor = (int(node) if node is not None else None for node in match.groups())
        return cls(major, minor)

    def matches(self, version: SemanticVersion) -> bool:
        """Whether the version falls under this wildcard."""
        return self.major in (None, version.major) and self.minor in (None, version.minor)

    def __str__(self) -> str:
        return ".".join("x" if node is None else str(node) for node in (self.major, self.minor, self.patch))


# At most as many digits as fit: int() of a hostile text would be slow, then refused.
_WILDCARD: Final = re.compile(r"(?:([0-9]{1,20})\.(?:([0-9]{1,20})|x)|x\.x)\.x", re.ASCII)


def explain(text: object, field_name: str) -> Complaint | None:
    """What is wrong with the text of a version that is to be created, or None."""
    if not isinstance(text, str):
        return Complaint(
            field=field_name,
            rule="type",
            text=f"must be text or a SemanticVersion, not {type(text).__name__}",
            limit="text",
            actual=type(text).__name__,
        )
    assert SEMANTIC_VERSION.pattern is not None
    if SEMANTIC_VERSION.pattern.fullmatch(text):
        for node, digits in zip(_NODES, text.split("."), strict=True):
            significant = digits.lstrip("0")
            if len(significant) > 10 or int(significant or "0") > VERSION_NODE_MAXIMUM:
                return _out_of_bounds(node, field_name)
        return None
    reason = next((reason for form, reason in _COMMON_MISTAKES if form.fullmatch(text)), "")
    return Complaint(
        field=field_name,
        rule="pattern",
        text=f"must be three numbers such as 1.0.0{reason}",
        limit=SEMANTIC_VERSION.pattern_text,
        actual=f"{len(text)} characters",
    )


_COMMON_MISTAKES: Final = (
    (
        re.compile(r"[0-9]+\.[0-9]+\.[0-9]+/[0-9x]+"),
        f", without a build number: {_BUILD_HINT}",
    ),
    (
        re.compile(r"(?:[0-9]+|x)\.(?:[0-9]+|x)\.(?:[0-9]+|x)"),
        f"; wildcards (x) serve to read, not to create: {_BUILD_HINT}",
    ),
    (re.compile(r"[vV].*", re.DOTALL), f", without a 'v': {_BUILD_HINT}"),
    (
        re.compile(r"[0-9]+\.[0-9]+\.[0-9]+[-+].*", re.DOTALL),
        f", without a pre-release or build suffix: {_BUILD_HINT}",
    ),
    (re.compile(r"[0-9]+(?:\.[0-9]+)?"), f", all three given: {_BUILD_HINT}"),
    (re.compile(r"\s*[0-9]+\.[0-9]+\.[0-9]+\s*"), ", without white space or a line end around it"),
)


def _out_of_bounds(node: str, field_name: str | None = None) -> Complaint:
    return Complaint(
        field=field_name or node,
        rule="range",
        text=f"{node} must be a number from 0 to {VERSION_NODE_MAXIMUM} (2^30-1)",
        limit=f"0 to {VERSION_NODE_MAXIMUM}",
    )
