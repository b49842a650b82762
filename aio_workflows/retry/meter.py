"""What a service was seen to admit, and what follows from it for its rate. Pure.

Two throttled calls tell the rate by themselves: the service had nothing left at either, so what it
admitted in between, over the time in between, is its rate, to within one call.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from math import inf
from typing import Final, NamedTuple

_REMEMBERED_CALLS: Final = 1024
_REMEMBERED_THROTTLES: Final = 8
_REMEMBERED_LOWS: Final = 24
"""The rate that was surely admitted is remembered for longer than what bounds it from above: throttles
by chance lower that bound a little, and would grind the pace down."""

_CALLS_OF_LATE: Final = 32


class Bounds(NamedTuple):
    """Calls a second that the service admits at least and at most, by the throttles before one.

    ``floor`` is the most that was surely admitted at throttles before.
    """

    low: float
    high: float
    floor: float


class Meter:
    """Counts what is admitted between throttles. All times are readings of one clock, in seconds."""

    def __init__(self) -> None:
        self._admitted: deque[float] = deque(maxlen=_REMEMBERED_CALLS)
        self._empty: deque[float] = deque(maxlen=_REMEMBERED_THROTTLES)  # when nothing was left
        self._lows: deque[float] = deque(maxlen=_REMEMBERED_LOWS)

    def admitted(self, sent_at: float) -> None:
        """A call that was sent at a time was not throttled."""
        self._admitted.append(sent_at)

    def throttled(self, sent_at: float) -> Bounds:
        """A call that was sent at a time, after all those told before, was throttled."""
        floor = max(self._lows, default=0.0)
        low, high = 0.0, inf
        admitted = sorted(self._admitted)
        last = bisect_right(admitted, sent_at)
        for empty in self._empty:
            if len(admitted) < _REMEMBERED_CALLS or admitted[0] <= empty:
                count, seconds = last - bisect_right(admitted, empty), sent_at - empty
                low, high = max(low, (count - 1) / seconds), min(high, (count + 1) / seconds)
        self._empty.append(sent_at)
        self._lows.append(low)
        return Bounds(low, high, floor)

    def speed(self) -> float | None:
        """Calls a second that were admitted of late."""
        times = list(self._admitted)[-_CALLS_OF_LATE:]
        if len(times) < 2 or times[0] == times[-1]:
            return None
        return (len(times) - 1) / (times[-1] - times[0])

    def forget(self, *, all_but: int = 0) -> None:
        """The throttles before bound nothing any more, except for the last ones."""
        self._lows.clear()
        while len(self._empty) > all_but:
            self._empty.popleft()
