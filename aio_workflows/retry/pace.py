"""The rate that a service admits, learnt from what it admits and what it throttles. Pure.

The pace goes through four phases.

- **Free**: nothing is known. Calls go freely, a few at a time at first. Throttles by chance change
  nothing; several in a row, or more than chance has, begin the search.
- **Search**: the pace falls to what the throttles tell, and grows with each success.
- **Hold**: the pace stays just below the measured rate. What the service saves up meanwhile is not
  lost, for the probe takes it. A throttle bounds the rate again.
- **Probe**: the pace grows, slowly and then fast, until a throttle ends it. If no more was admitted than
  the measured rate, that rate still holds; if more, the limit is higher than it was.

A throttle in the hold, below what was seen to be admitted, has another cause: another client, or
chance. The pace does not fall for it, but the next hold leaves a part to others. A client that has
more leaves more, and all take what is left alike, so their shares come close to each other.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import Final

from aio_workflows.retry.meter import Bounds, Meter

FIRST_PACE: Final = 150.0
"""Calls a second, at most, that a search begins with when nothing is admitted any more. The time between
calls grows with each further throttle until one succeeds, so a few are enough to find a slow service."""

SLOWEST_PACE: Final = 0.2
"""Calls a second below which the pace never falls: a service that recovers is noticed in seconds."""

_FIRST_WINDOW: Final = 2
_CALLS_TO_WIDEN: Final = 8
_GENTLE_FOR: Final = 48
"""Two calls are in flight at first, and one more for each eight admitted, so that the first throttle
hits few; after 48 the window doubles in each round trip, for the service may have no limit."""

_FORGIVEN: Final = 0.2
"""The part of a throttle that each admitted call makes good. Up to one throttle in six calls may go
on as chance, if nothing else tells of a limit."""

_THERE_IS_A_LIMIT: Final = 4.0
_THE_LIMIT_FELL: Final = 3.0
"""Throttles, less what is forgiven, that are no chance: of calls of which one in twenty is throttled
by chance, a few in a thousand come to that. A known limit is in doubt sooner than one begins to exist."""

_SURE_OF_A_PROBE: Final = 1.0
"""The same for the end of a probe where others, or chance, throttle calls too: two, close together."""

_SEARCH_GROWTH: Final = 1.1
"""The pace grows by a tenth at each success of the search."""

_LEFT_UNUSED: Final = 0.03
"""The part of the measured rate that the hold leaves to the service, so that a throttle in the hold
has another cause than the pace."""

_LEFT_TO_OTHERS: Final = 0.15
"""The part that it leaves where others seem to call too: half of a difference is gone after some four
holds. A service that saves up a dozen calls gives it back in the probe."""

_LARGEST_CUT: Final = 0.7
"""To how much of itself the measured rate falls at one throttle at most, as in TCP's cubic. Another
client that comes with a burst takes everything for a moment, which tells nothing of what is left."""

_HOLD_CALLS: Final = 60
_HOLD_SECONDS: Final = 2.0
_HOLD_CALLS_AT_LEAST: Final = 30
_HOLD_SECONDS_AT_MOST: Final = 8.0
"""A hold ends after sixty calls, or after two seconds if thirty calls went in them, and after eight seconds
at the latest. Where others call too it ends after two, or a slow client would not get its share for long.
A probe costs one throttled call or two: that is its price, and this is how late a higher limit is noticed."""

_PROBE_STEP: Final = 0.01
_PROBE_STEP_AT_LEAST: Final = 1.0
_PROBE_STEP_AT_MOST: Final = 0.1
"""How much a probe grows: by a hundredth at the first step, two at the second and so on up to a tenth,
or by one call a second, two and so on, if that is more. So a fast client does not gain more than a slow one,
and a limit that is five times as high is found within a dozen steps."""


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
        self._meter = Meter()
        self._limit = self._ceiling  # the measured rate
        self._held_rate = self._ceiling  # what a hold keeps to, and a probe grows from
        self._is_searching = False
        self._was_probed = False  # a probe has ended, so the measured rate is no first guess
        self._began_at = -inf  # when the hold began
        self._calls = 0  # admitted since then, as fast as the pace allowed
        self._steps = 0  # of the probe
        self._stepped_at = -inf
        self._in_all = 0
        self._suspicion = 0.0  # throttles of late, less what is forgiven
        self._in_a_row = 0  # throttles since the last success
        self._throttled_at = -inf
        self._hurries = False  # the hold ends by its seconds alone
        self._is_disturbed = False  # others, or chance, throttle calls in this hold
        self._leaves = False  # the hold leaves a part to others

    @property
    def window(self) -> float:
        """Calls that may be in flight at a time."""
        if self.rate is not None and not self._is_searching:
            return inf
        if self._in_a_row > 1:
            return 1
        if self.rate is not None:
            return inf
        return _FIRST_WINDOW + max(self._in_all // _CALLS_TO_WIDEN, self._in_all - _GENTLE_FOR)

    def idled(self, now: float) -> None:
        """No call was waiting for a while: what the service could have admitted is not known."""
        self._meter.forget()
        self._calls = 0
        self._began_at = now

    def admitted(self, sent_at: float, now: float, *, was_paced: bool) -> None:
        """A call that was sent at a time was not throttled, as is known now.

        ``was_paced`` tells that it went as early as the pace allowed; others do not test the pace.
        """
        self._in_all += 1
        self._meter.admitted(sent_at)
        self._suspicion = max(0.0, self._suspicion - _FORGIVEN)
        if sent_at > self._throttled_at:
            self._in_a_row = 0
        if self.rate is None or not was_paced:
            return
        self._calls += 1
        if sent_at >= self._stepped_at and self._may_grow(sent_at):
            self.rate = min(self.rate + self._step(self.rate), self._ceiling)
            self._stepped_at = now  # only a call that goes at the new pace tells of it

    def throttled(self, sent_at: float, now: float) -> None:
        """A call that was sent at a time was throttled, as is known now."""
        self.throttles += 1
        if sent_at <= self._throttled_at:
            return
        self._throttled_at = sent_at
        self._in_a_row += 1
        self._suspicion = min(self._suspicion + 1, _THERE_IS_A_LIMIT)
        seen = self._meter.throttled(sent_at)
        if self.rate is None:
            if self._suspicion >= _THERE_IS_A_LIMIT:
                self._is_searching = True
                first = FIRST_PACE if self._in_a_row > 1 else inf
                self._begin(min(self._meter.speed() or FIRST_PACE, seen.high, first), now)
            return
        if self._suspicion >= _THE_LIMIT_FELL:
            self._meter.forget(all_but=3)
        if self._is_searching:
            self._search(self.rate, seen, now)
        elif sent_at >= self._began_at:  # else it went at another pace
            if self.rate > self._held_rate:
                self._end_probe(self.rate, seen, now)
            else:
                self._hold(self.rate, seen, now)

    def _may_grow(self, sent_at: float) -> bool:
        if self._is_searching:
            return True
        seconds = sent_at - self._began_at
        if self._hurries:
            return seconds > _HOLD_SECONDS
        return (
            self._calls > _HOLD_CALLS
            or (seconds > _HOLD_SECONDS and self._calls > _HOLD_CALLS_AT_LEAST)
            or seconds > _HOLD_SECONDS_AT_MOST
        )

    def _step(self, rate: float) -> float:
        if self._is_searching:
            return rate * (_SEARCH_GROWTH - 1)
        self._steps += 1
        part = min(self._steps * _PROBE_STEP, _PROBE_STEP_AT_MOST)
        return max(self._steps * _PROBE_STEP_AT_LEAST, rate * part)

    def _search(self, rate: float, seen: Bounds, now: float) -> None:
        if seen.high < rate and self._in_a_row == 1:
            self._is_searching = False
        if rate > self._held_rate and seen.low > self._limit:
            self._is_searching = False
            self._rise(rate, seen, now)
        else:
            self._begin(min(rate, seen.high), now)

    def _hold(self, rate: float, seen: Bounds, now: float) -> None:
        fell = self._suspicion >= _THE_LIMIT_FELL
        floor = 0.0 if fell else seen.floor
        if rate > floor:
            largest_cut = self._limit * _LARGEST_CUT if self._was_probed else 0.0
            measured = max(seen.high, floor, largest_cut)
            if measured < self._limit:
                self._hurries = True
                self._begin(measured, now)
        elif self._suspicion <= 1:  # else it is an echo of the throttle that ended the probe
            self._is_disturbed = self._hurries = True
        if fell:
            self._is_disturbed = False

    def _end_probe(self, rate: float, seen: Bounds, now: float) -> None:
        if self._leaves and self._suspicion <= _SURE_OF_A_PROBE:
            return
        self._was_probed = True
        self._leaves = self._hurries = self._is_disturbed
        self._is_disturbed = False
        if seen.low > self._limit:
            self._rise(rate, seen, now)
        elif self._leaves:
            self._begin(min(self._limit, max(seen.high, self._limit * _LARGEST_CUT)), now)
        else:
            self._begin(self._limit, now)

    def _rise(self, rate: float, seen: Bounds, now: float) -> None:
        """The limit is between what was admitted, most of it at a lower pace, and the pace now."""
        self._meter.forget(all_but=1)
        self._begin(min(rate, sqrt(seen.high * rate)), now)

    def _begin(self, limit: float, now: float) -> None:
        """Begin a hold of a measured rate."""
        self._limit = min(max(limit, SLOWEST_PACE), self._ceiling)
        left = 0.0 if self._is_searching else _LEFT_TO_OTHERS if self._leaves else _LEFT_UNUSED
        self.rate = self._held_rate = min(max(self._limit * (1 - left), SLOWEST_PACE), self._ceiling)
        self._calls = self._steps = 0
        self._began_at = self._stepped_at = now
