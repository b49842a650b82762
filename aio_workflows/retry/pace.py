"""The rate that a service admits, learnt from what it admits and what it throttles. Pure.

Two throttled calls tell the rate by themselves: the service had nothing left at either, so what it
admitted in between, over the time in between, is its rate, to within one call. Hence four rules.

- Before the first throttle nothing is known: calls go freely, a few at a time at first. One
  throttle may be chance; two in a row begin the search for the rate.
- At a throttle the pace becomes the tightest bound that the throttles before it give. The bound
  lies above the true rate by one call in the time between, so the next throttle comes late, and
  bounds it tighter.
- When no throttle comes for a while the pace grows, slowly and then fast: the service may admit
  more by now.
- A throttle below a rate that was just seen to be admitted tells nothing of the rate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from math import inf
from typing import Final, NamedTuple

FIRST_PACE: Final = 100.0
"""Calls a second once two calls in a row were throttled. The time between calls doubles with each
further throttle until one succeeds, so five are enough to find a service that admits five a second."""

SLOWEST_PACE: Final = 0.2
"""Calls a second below which the pace never falls: a service that recovers is noticed in seconds."""

_FIRST_WINDOW: Final = 2
_CALLS_TO_WIDEN: Final = 8
_GENTLE_FOR: Final = 48
"""Two calls are in flight at first, and one more for each eight admitted, so that the first throttle
hits few; after 48 the window doubles in each round trip, for the service may have no limit."""

_SEARCH_GROWTH: Final = 1.1
"""The pace grows by a tenth at each success until two throttles have given a first bound."""

_HOLD: Final = 70
"""Admitted calls after a throttle before the pace grows: one throttled call in about eighty is the
price of knowing that the pace is still right."""

_DOUBLED_AFTER: Final = 30.0
"""Admitted calls after which a growing pace has doubled. It grows with the cube, as TCP's cubic does."""

_LARGEST_CUT: Final = 0.75
"""A pace that had grown falls to no less than this part: it may have been too slow before, and a
service that had calls to spare at the earlier throttles' end gives a bound that is too low."""

_CALLS_OF_LATE: Final = 32
_REMEMBERED_THROTTLES: Final = 8
_REMEMBERED_CALLS: Final = 1024


class _Bounds(NamedTuple):
    """Calls a second that the service admits at least and at most."""

    low: float
    high: float


class Pace:
    """Calls a second that a service admits. All times are readings of one clock, in seconds.

    :param ceiling: calls a second that are never exceeded, and the pace to begin with.
    """

    def __init__(self, ceiling: float | None = None) -> None:
        self.rate = ceiling
        """Calls a second to send; None while no limit is known."""
        self.throttles: int = 0
        """Throttled calls so far."""
        self._ceiling = inf if ceiling is None else ceiling
        self._base = self._ceiling  # what the pace grows from
        self._changed_at = -inf
        self._is_searching = False  # there was a throttle, but no two with a success in between
        self._admitted_in_all = 0
        self._since_throttle = 0  # admitted since the last throttle, as fast as the pace allowed
        self._admitted: deque[float] = deque(maxlen=_REMEMBERED_CALLS)
        self._empty: deque[float] = deque(maxlen=_REMEMBERED_THROTTLES)  # when nothing was left
        self._lows: deque[float] = deque(maxlen=_REMEMBERED_THROTTLES)

    @property
    def window(self) -> float:
        """Calls that may be in flight at a time."""
        if self.rate is None:
            calls = self._admitted_in_all
            return _FIRST_WINDOW + max(calls // _CALLS_TO_WIDEN, calls - _GENTLE_FOR)
        return 1 + self._since_throttle if self._is_searching else inf

    def idled(self) -> None:
        """No call was waiting for a while: what the service could have admitted is not known."""
        self._empty.clear()
        self._lows.clear()
        self._since_throttle = 0

    def admitted(self, sent_at: float, *, was_paced: bool) -> None:
        """A call that was sent at a time was not throttled.

        ``was_paced`` tells that it went as early as the pace allowed; others do not test the pace.
        """
        self._admitted_in_all += 1
        self._admitted.append(sent_at)
        if self.rate is None or not was_paced:
            return
        self._since_throttle += 1
        grown_for = self._since_throttle - _HOLD
        if self._is_searching:
            self._base *= _SEARCH_GROWTH
            self.rate = min(self._base, self._ceiling)
        elif grown_for > 0:
            self.rate = min(self._base * (1 + (grown_for / _DOUBLED_AFTER) ** 3), self._ceiling)

    def throttled(self, sent_at: float, now: float) -> None:
        """A call that was sent at a time was throttled, as is known now."""
        self.throttles += 1
        is_latest = not self._empty or sent_at > self._empty[-1]
        if self.rate is None:
            self._is_searching = True
            self._change(self._speed(), now)
        elif is_latest and sent_at >= self._changed_at:  # else it went at another pace
            self._learn(self.rate, sent_at, now)
        if is_latest:
            self._empty.append(sent_at)

    def _learn(self, rate: float, sent_at: float, now: float) -> None:
        had_grown = self._since_throttle > _HOLD
        bounds = self._bounds(sent_at)
        if bounds is not None:
            known_low = max(self._lows, default=0.0)
            self._lows.append(bounds.low)
            if rate <= known_low:
                return  # not for the rate
            if bounds.high < rate and bounds.low >= 0:
                self._is_searching = False
            smallest = rate * _LARGEST_CUT if had_grown else 0.0
            largest = FIRST_PACE if self._is_searching and not self._since_throttle else rate
            self._change(min(rate, largest, max(bounds.high, known_low, smallest)), now)
        if had_grown:
            self._empty.clear()  # the pace may have been too slow since then to bound anything
        self._since_throttle = 0

    def _speed(self) -> float:
        """Calls a second that were sent of late: the pace to go on with after a throttle by chance."""
        last = list(self._admitted)[-_CALLS_OF_LATE:]
        if len(last) < 2 or last[0] == last[-1]:
            return FIRST_PACE
        return (len(last) - 1) / (last[-1] - last[0])

    def _bounds(self, sent_at: float) -> _Bounds | None:
        """What the throttles before one at a time tell."""
        admitted = sorted(self._admitted)
        is_whole = len(admitted) < _REMEMBERED_CALLS
        last = bisect_right(admitted, sent_at)
        bounds = [
            _Bounds((count - 1) / seconds, (count + 1) / seconds)
            for empty in self._empty
            if is_whole or admitted[0] <= empty
            for count, seconds in [(last - bisect_right(admitted, empty), sent_at - empty)]
        ]
        if not bounds:
            return None
        return _Bounds(max(bound.low for bound in bounds), min(bound.high for bound in bounds))

    def _change(self, rate: float, now: float) -> None:
        self._base = min(max(rate, SLOWEST_PACE), self._ceiling)
        self.rate = self._base
        self._changed_at = now
