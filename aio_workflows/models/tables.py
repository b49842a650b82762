"""Answers as tables: flat records for pandas and polars, and views for notebooks.

They follow the reprs: a field that a repr leaves out, such as a secret, is in neither. Documents, and the
inputs and outputs of steps, are in no record, and a view tells their size only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, cast, get_args, get_type_hints

from attrs import fields, has

from aio_workflows.errors.view import attempts_table
from aio_workflows.models.tags import Tags
from aio_workflows.views import Bar, Cell, Table, Tone, Toned, View, seconds_text, table

Plain = str | int | float | bool | None

_TONES: Final[Mapping[object, Tone]] = {
    "PENDING": "quiet",
    "SKIPPED": "quiet",
    "RUNNING": "busy",
    "WAITING": "busy",
    "COMPLETED": "good",
    "FAILED": "bad",
    "TIMED_OUT": "bad",
    "ROLLBACK_IN_PROGRESS": "bad",
    "ROLLBACK_COMPLETED": "bad",
    "CANCELLED": "doubtful",
    "DEPRECATED": "doubtful",
}
"""What the colours of statuses mean; one that is not known has none."""


# --- Records ---------------------------------------------------------------------------------------


def to_records(items: Sequence[object]) -> list[dict[str, Any]]:
    """A flat record of plain values for each object of attrs; all have the same keys.

    A field of a field has both names with a dot between (``state.status``), and so has a tag
    (``tags.owner``).
    """
    found = [dict(_plain(one, type(one))) for one in items]
    names = dict.fromkeys(name for one in found for name in one)
    return [{name: one.get(name) for name in names} for one in found]


def _plain(item: object, cls: type, prefix: str = "") -> Iterator[tuple[str, Plain]]:
    """The plain values in an object of ``cls``, each with its name; None for each if there is no object."""
    for name, inner in _members(cls):
        value: object = getattr(item, name, None)
        if inner is Tags:
            yield from _entries(prefix + name, cast("Tags | None", value) or {})
        elif inner is not None:
            yield from _plain(value, inner, f"{prefix}{name}.")
        elif value is None or isinstance(value, bool | int | float):
            yield prefix + name, value
        else:
            yield prefix + name, _text(value)


def _entries(name: str, tags: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(f"{name}.{key}", value) for key, value in tags.items()]


def _text(value: object) -> str:
    return ", ".join(map(str, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else str(value)


@cache
def _members(cls: Any) -> list[tuple[str, type | None]]:
    """The fields that a repr shows as they are, each with its class if that has names of its own."""
    types = get_type_hints(cls)
    names = [one.name for one in fields(cls) if one.repr is True]
    inner = {name: [one for one in get_args(types[name]) if one is Tags or has(one)] for name in names}
    return [(name, next(iter(inner[name]), None)) for name in names]


# --- Views -----------------------------------------------------------------------------------------


def response_view(response: Any) -> View:
    """Everything that an answer says, each under the name by which it is reached."""
    facts, tables = list[tuple[str, Cell]](), list[Table]()
    _collect(response, "", facts, tables)
    if (metadata := response.metadata) is not None:
        facts += [(f"metadata.{name}", getattr(metadata, name)) for name in ("http_status", "request_id")]
        if len(metadata.attempts) > 1:
            tables.append(attempts_table(metadata.attempts))
    return View(title=type(response).__name__, facts=facts, tables=tables)


def _collect(item: Any, prefix: str, facts: list[tuple[str, Cell]], tables: list[Table]) -> None:
    for one in fields(item.__class__):
        value: Any = getattr(item, one.name)
        inner: Any = value.__class__
        name = prefix + one.name
        if one.repr is False or value is None:
            continue
        if callable(one.repr):
            facts.append((name, str(one.repr(value))))
        elif has(inner):
            _collect(value, f"{name}.", facts, tables)
        elif isinstance(value, Tags):
            facts += _entries(name, value)
        elif isinstance(value, tuple):
            tables.append(items_table(cast("tuple[object, ...]", value), caption=name))
        else:
            facts.append((name, _cell(name, value)))


def items_table(items: Sequence[object], *, caption: str = "") -> Table:
    """A table of the items of a listing, with the columns that their class names in ``_columns``."""
    rows = list(zip(to_records(items), _spans(items), strict=True))
    columns: Sequence[str] = getattr(type(items[0]), "_columns", tuple(rows[0][0])) if rows else ()
    return table(columns, rows, _row, caption=caption)


def _row(of: tuple[Mapping[str, Plain], _Span | None]) -> dict[str, Cell]:
    record, span = of
    row = {name: _cell(name, value) for name, value in record.items()}
    tone = _TONES.get(record.get("status"), "quiet")
    row["duration"] = seconds_text(span.seconds) if span is not None and span.seconds is not None else None
    row["timeline"] = Bar(span.start, span.length, tone) if span is not None else None
    return row


def _cell(name: str, value: object) -> Cell:
    tone = _TONES.get(value) if name.endswith("status") else None
    text = _text(value)
    return None if value is None else Toned(text, tone) if tone is not None else text


# --- Timelines -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Span:
    """When something ran, in parts of the whole; ``seconds`` is None while it has not ended."""

    start: float
    length: float
    seconds: float | None


def _spans(items: Sequence[object]) -> list[_Span | None]:
    """When each item ran. What has not ended runs up to the latest moment that is known."""
    times = [(_moment(one, "start_time"), _moment(one, "end_time")) for one in items]
    known = [moment for pair in times for moment in pair if moment is not None]
    first = min(known, default=0.0)
    whole = max(known, default=0.0) - first
    return [_span(start, end, first, whole) for start, end in times]


def _span(start: float | None, end: float | None, first: float, whole: float) -> _Span | None:
    if start is None:
        return None
    last = first + whole if end is None else max(start, end)
    if whole <= 0:
        return _Span(0.0, 1.0, None if end is None else 0.0)
    return _Span((start - first) / whole, (last - start) / whole, None if end is None else last - start)


def _moment(item: object, name: str) -> float | None:
    """A time of the service's as seconds; None if there is none, or it has a form that is not known."""
    try:
        read = datetime.fromisoformat(getattr(item, name, None) or "")
    except ValueError:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()
