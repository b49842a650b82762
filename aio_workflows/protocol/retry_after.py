"""How long the service asks to be left alone, from the headers of an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The wait that an answer asks for, in seconds, None where it asks for none.

    Read from ``x-amz-retry-after`` (milliseconds) and ``retry-after`` (seconds, or a date, which
    is held against the answer's own ``date``); the longer one counts. What cannot be read or lies
    in the past is passed over.
    """
    waits = [
        _number(headers.get("x-amz-retry-after"), unit=0.001),
        _number(headers.get("retry-after"), unit=1.0),
        _until(headers.get("retry-after"), headers.get("date")),
    ]
    return max((wait for wait in waits if wait is not None), default=None)


def _number(text: str | None, *, unit: float) -> float | None:
    try:
        number = float(text) * unit if text is not None else -1.0
    except ValueError:
        return None
    return number if number >= 0 and math.isfinite(number) else None


def _until(text: str | None, now: str | None) -> float | None:
    then, start = parse_date(text), parse_date(now)
    wait = (then - start).total_seconds() if then is not None and start is not None else -1.0
    return wait if wait >= 0 else None


def parse_date(text: str | None) -> datetime | None:
    """The time in a header such as ``Date``, None if it cannot be read."""
    try:
        date = parsedate_to_datetime(text) if text is not None else None
    except (ValueError, OverflowError):
        return None
    # Without a zone it is UTC, as HTTP has it (RFC 9110, 5.6.7).
    return date.replace(tzinfo=UTC) if date is not None and date.tzinfo is None else date
