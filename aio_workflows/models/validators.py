"""Checks requests against the constraints: every complaint of a request at once, each with its field.

A field names its check in its metadata, by :func:`rule`; :func:`check` runs them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, cast

from attrs import AttrsInstance, fields

from aio_workflows.errors import Complaint, RequestValidationError
from aio_workflows.models.constraints import MapConstraint, TextConstraint

Check = Callable[[str, Any], Iterable[Complaint]]
"""``check(field, value)`` yields what is wrong with a value that is present."""

RULE: Final = "aio_workflows.rule"
"""The key of attrs metadata under which a field has its check."""

_FIELD: Final = re.compile(r"\w+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """A check that can be asked what it holds values against: ``limit``.

    That is a constraint, an enum, a range, a class, or for a list the check of its items.
    """

    limit: object
    run: Check
    maximum: int | None = None

    def __call__(self, field: str, value: Any) -> Iterable[Complaint]:
        """What is wrong with a value."""
        return self.run(field, value)


def rule(check: Check) -> dict[str, Check]:
    """The metadata that ties a check to a field: ``field(metadata=rule(text(NAME)))``."""
    return {RULE: check}


def check(instance: AttrsInstance, *further: Complaint) -> None:
    """Run the checks of all fields that have a value.

    :raises RequestValidationError: with all complaints, ``further`` ones included.
    """
    complaints = [*further]
    for name, check, is_required in _rules_of(type(instance)):
        value = getattr(instance, name)
        if value is not None:
            if check is not None:
                complaints.extend(check(name, value))
        elif is_required:
            complaints.append(
                Complaint(
                    field=name,
                    rule="required",
                    text="is required, not None",
                    limit="required",
                    actual="None",
                )
            )
    if complaints:
        order = {attribute.name: index for index, attribute in enumerate(fields(type(instance)))}
        complaints.sort(key=lambda complaint: order[_FIELD.findall(complaint.field)[0]])
        raise RequestValidationError(complaints, subject=type(instance).__name__)


@cache
def _rules_of(cls: type[AttrsInstance]) -> tuple[tuple[str, Check | None, bool], ...]:
    """Of each field its name, its check, and whether it must have a value."""
    return tuple(
        (attribute.name, attribute.metadata.get(RULE), attribute.default is not None)
        for attribute in fields(cls)
    )


def wrong_type(field: str, expected: str, value: object) -> Complaint:
    """The complaint about a value of another type than the field's."""
    return Complaint(
        field=field,
        rule="type",
        text=f"must be {expected}, not {type(value).__name__}",
        limit=expected,
        actual=type(value).__name__,
    )


def text(constraint: TextConstraint) -> Check:
    """A check for a text: type, length, pattern and lone surrogates."""

    def check_text(field: str, value: Any) -> Iterator[Complaint]:
        if not isinstance(value, str):
            yield wrong_type(field, "text", value)
            return
        yield from _encoding(field, value)
        length_complaint = _length(field, value, constraint)
        if length_complaint is not None:
            yield length_complaint
        pattern_complaint = _pattern(field, value, constraint)
        if pattern_complaint is not None and not (length_complaint and constraint.character is None):
            yield pattern_complaint

    return LimitCheck(constraint, check_text)


def _encoding(field: str, value: str) -> Iterator[Complaint]:
    surrogate = _SURROGATE.search(value)
    if surrogate is not None:
        yield Complaint(
            field=field,
            rule="encoding",
            text=f"has a lone surrogate at position {surrogate.start()}, which UTF-8 cannot encode",
            limit="UTF-8",
            actual=f"position {surrogate.start()}",
        )


def _length(field: str, value: str, constraint: TextConstraint) -> Complaint | None:
    size = len(value)
    lowest, highest = constraint.minimum, constraint.maximum
    if (lowest is None or size >= lowest) and (highest is None or size <= highest):
        return None
    limit = f"{lowest or 0} to {highest}" if highest is not None else f"at least {lowest}"
    return Complaint(
        field=field,
        rule="length",
        text=f"must have {limit} characters, has {size}{constraint.way_out if size > (lowest or 0) else ''}",
        limit=limit,
        actual=str(size),
    )


def _pattern(field: str, value: str, constraint: TextConstraint) -> Complaint | None:
    if constraint.pattern is None or constraint.pattern.fullmatch(value):
        return None
    if constraint.character is not None:
        for position, character in enumerate(value):
            if not constraint.character.fullmatch(character):
                return Complaint(
                    field=field,
                    rule="pattern",
                    text=f"may hold {constraint.pattern_text}; found {character!r} at position {position}",
                    limit=constraint.pattern_text,
                    actual=f"{character!r} at position {position}",
                )
        if constraint.minimum is not None and len(value) < constraint.minimum:
            return None  # too short to match: the length complaint has said so
        if constraint.maximum is not None and len(value) > constraint.maximum:
            return None
    return Complaint(
        field=field,
        rule="pattern",
        text=f"must be {constraint.pattern_text}",
        limit=constraint.pattern_text,
        actual=f"{len(value)} characters",
    )


def mapping(constraint: MapConstraint) -> Check:
    """A check for a mapping of texts, its entries included."""
    check_key, check_value = text(constraint.key), text(constraint.value)

    def check_mapping(field: str, value: object) -> Iterator[Complaint]:
        if not isinstance(value, Mapping):
            yield wrong_type(field, "a mapping of text to text", value)
            return
        entries = cast("Mapping[object, object]", value)
        lowest, highest = constraint.minimum, constraint.maximum
        if not lowest <= len(entries) <= highest:
            limit = f"{lowest} to {highest}" if lowest else str(highest)
            yield Complaint(
                field=field,
                rule="count",
                text=f"must have {limit if lowest else f'at most {limit}'} entries, has {len(entries)}",
                limit=limit,
                actual=str(len(entries)),
            )
        for key, entry in entries.items():
            yield from check_key(f"{field} key {short(key)}", key)
            yield from check_value(f"{field}[{short(key)}]", entry)

    return LimitCheck(constraint, check_mapping)


def sequence(check_item: Check, *, maximum: int) -> Check:
    """A check for a list of 1 to ``maximum`` items, each checked by ``check_item``."""

    def check_sequence(field: str, value: object) -> Iterator[Complaint]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            yield wrong_type(field, "a list", value)
            return
        items = cast("Sequence[object]", value)
        if not 1 <= len(items) <= maximum:
            yield Complaint(
                field=field,
                rule="count",
                text=f"must have 1 to {maximum} items, has {len(items)}",
                limit=f"1 to {maximum}",
                actual=str(len(items)),
            )
        for index, item in enumerate(items):
            yield from check_item(f"{field}[{index}]", item)

    return LimitCheck(check_item, check_sequence, maximum)


def instance_of(expected: type, words: str) -> Check:
    """A check for a value of one class, exactly typed: True is no integer."""

    def check_instance(field: str, value: Any) -> Iterator[Complaint]:
        if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
            yield wrong_type(field, words, value)

    return LimitCheck(expected, check_instance)


def integer(bounds: range) -> Check:
    """A check for an integer within ``bounds``."""
    check_type = instance_of(int, "an integer")

    def check_integer(field: str, value: Any) -> Iterator[Complaint]:
        complaints = list(check_type(field, value))
        yield from complaints
        if not complaints and value not in bounds:
            limit = f"{bounds[0]} to {bounds[-1]}"
            yield Complaint(
                field=field,
                rule="range",
                text=f"must be {limit}, is {short(value)}",
                limit=limit,
                actual=short(value),
            )

    return LimitCheck(bounds, check_integer)


def known_value(enum: type[StrEnum]) -> Check:
    """A check for an open enum: text must be a documented value, a member made by hand passes."""

    def check_enum(field: str, value: Any) -> Iterator[Complaint]:
        if isinstance(value, enum):
            yield from _encoding(field, value)
            return
        known = ", ".join(repr(str(member)) for member in enum)
        if not isinstance(value, str):
            yield wrong_type(field, f"one of {known}", value)
            return
        yield Complaint(
            field=field,
            rule="value",
            text=f"must be one of {known}, not {short(value)}; "
            f"{enum.__name__}(...) sends a value that this release does not know",
            limit=known,
            actual=short(value),
        )

    return LimitCheck(enum, check_enum)


def short(value: object) -> str:
    """A value's text for a message, cut so that no message grows with the input."""
    try:
        shown = repr(value)
    except ValueError:  # Python does not write out a number of thousands of digits
        return f"a huge {type(value).__name__}"
    return shown if len(shown) <= 40 else f"{shown[:30]}...{shown[-1]}"
