"""Semantic versions: parse, order, bump; and the wildcard versions that reading accepts."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Any, Final, Literal

from attrs import field, frozen

from aio_workflows.errors import Complaint, RequestValidationError
from aio_workflows.models.constraints import SEMANTIC_VERSION, VERSION_NODE_MAXIMUM
from aio_workflows.models.validators import short, wrong_type

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
                complaints.append(_out_of_bounds(node, node, short(value)))
        if not complaints and self._text and _numbers(self._text) != self.nodes:
            complaints.append(
                Complaint(field="text", rule="pattern", text="must be a text of the same three numbers")
            )
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
        major, minor, patch = map(_number, text.split("."))
        version = cls(major, minor, patch)
        object.__setattr__(version, "_text", text)  # read already: not to be held against the numbers again
        return version

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
            case _:
                raise RequestValidationError(
                    [Complaint(field="level", rule="value", text=f"must be one of {', '.join(_NODES)}")],
                    subject="SemanticVersion",
                )

    @property
    def nodes(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, SemanticVersion):
            return NotImplemented
        return self.nodes < other.nodes

    def __hash__(self) -> int:
        return hash(self.nodes)

    def __str__(self) -> str:
        return self._text or f"{self.major}.{self.minor}.{self.patch}"

    def __repr__(self) -> str:
        return f"SemanticVersion({str(self)!r})"


@frozen
class WildcardVersion:
    """A version with ``x`` from some node on: ``1.2.x``, ``1.x.x`` or ``x.x.x``, for reading only.

    A node that is None is an ``x``, and so is every node right of it (user guide, semantic
    versioning). ``str(version)`` gives the text as it was written, leading zeros included.
    """

    major: int | None = None
    minor: int | None = None
    patch: int | None = field(default=None, init=False)
    _text: str = field(default="", init=False, eq=False, repr=False)

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
        unchecked: Any = text
        if not isinstance(unchecked, str):
            raise RequestValidationError(
                [wrong_type("version", "text", unchecked)], subject="WildcardVersion"
            )
        match = _WILDCARD.fullmatch(text)
        if match is None:
            complaint = Complaint(
                field="version",
                rule="pattern",
                text="must be of the form 1.2.x, 1.x.x or x.x.x: once a node is x, each node right of it is x",
            )
            raise RequestValidationError([complaint], subject="WildcardVersion")
        major, minor = (int(node) if node is not None else None for node in match.groups())
        version = cls(major, minor)
        object.__setattr__(version, "_text", text)
        return version

    def matches(self, version: SemanticVersion) -> bool:
        """Whether the version falls under this wildcard."""
        return self.major in (None, version.major) and self.minor in (None, version.minor)

    def __str__(self) -> str:
        nodes = (self.major, self.minor, self.patch)
        return self._text or ".".join("x" if node is None else str(node) for node in nodes)


_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+", re.ASCII)

# At most as many digits as fit: int() of a hostile text would be slow, then refused.
_WILDCARD: Final = re.compile(r"(?:([0-9]{1,20})\.(?:([0-9]{1,20})|x)|x\.x)\.x", re.ASCII)


def explain(text: object, field_name: str) -> Complaint | None:
    """What is wrong with the text of a version that is to be created, or None."""
    if not isinstance(text, str):
        return wrong_type(field_name, "text or a SemanticVersion", text)
    if _VERSION.fullmatch(text):
        for node, digits in zip(_NODES, text.split("."), strict=True):
            if _number(digits) > VERSION_NODE_MAXIMUM:
                return _out_of_bounds(node, field_name, f"{len(digits)} digits")
        return None
    reason = next(
        (reason for form, reason in _COMMON_MISTAKES if re.fullmatch(form, text)), f": {_BUILD_HINT}"
    )
    return Complaint(
        field=field_name,
        rule="pattern",
        text=f"must be three numbers such as 1.0.0{reason}",
        limit=SEMANTIC_VERSION.pattern_text,
        actual=f"{len(text)} characters",
    )


_COMMON_MISTAKES: Final = (
    (
        r"[0-9]+\.[0-9]+\.[0-9]+/[0-9x]+",
        f", without a build number: {_BUILD_HINT}",
    ),
    (
        r"(?:[0-9]+|x)\.(?:[0-9]+|x)\.(?:[0-9]+|x)",
        f"; wildcards (x) serve to read, not to create: {_BUILD_HINT}",
    ),
    (r"(?s:[vV].*)", f", without a 'v': {_BUILD_HINT}"),
    (
        r"(?s:[0-9]+\.[0-9]+\.[0-9]+[-+].*)",
        f", without a pre-release or build suffix: {_BUILD_HINT}",
    ),
    (r"[0-9]+(?:\.[0-9]+)?", f", all three given: {_BUILD_HINT}"),
    (r"\s*[0-9]+\.[0-9]+\.[0-9]+\s*", ", without white space or a line end around it"),
)


def _number(digits: str) -> int:
    """The number that the digits say. Python reads thousands of them reluctantly, so one too great stands in."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= 10 else VERSION_NODE_MAXIMUM + 1


def _numbers(text: str) -> tuple[int, ...] | None:
    return tuple(map(_number, text.split("."))) if explain(text, "text") is None else None


def _out_of_bounds(node: str, field_name: str, actual: str) -> Complaint:
    return Complaint(
        field=field_name,
        rule="range",
        text=f"{node} must be a number from 0 to {VERSION_NODE_MAXIMUM} (2^30-1)",
        limit=f"0 to {VERSION_NODE_MAXIMUM}",
        actual=actual,
    )
