"""What the server admits, as a plain value: a bucket of calls whose rate may change while it is used."""

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Phase:
    """``rate`` calls a second are admitted for ``seconds``."""

    rate: float
    seconds: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Limit:
    """``burst`` calls at once, and then as many as the phases say, one phase after the other.

    Time begins with the first call, when the bucket is full. A change of the rate leaves in the
    bucket what is in it.
    """

    burst: float
    phases: tuple[Phase, ...]

    def fastest(self, calls: int) -> float:
        """The seconds from the first call to the last one for a client that never waits too long."""
        missing, seconds = calls - self.burst, 0.0
        for phase in self.phases:
            if missing <= phase.rate * phase.seconds:
                return seconds + max(missing, 0.0) / phase.rate
            missing -= phase.rate * phase.seconds
            seconds += phase.seconds
        raise ValueError("the last phase must go on for ever")

    def refilled(self, began: float, ended: float) -> float:
        """How many calls come into an endless bucket between two moments, in seconds since the first call."""
        return sum(
            phase.rate * max(0.0, min(ended, end) - max(began, start)) for start, end, phase in self._timed()
        )

    def _timed(self) -> Iterator[tuple[float, float, Phase]]:
        start = 0.0
        for phase in self.phases:
            yield start, start + phase.seconds, phase
            start += phase.seconds


class Bucket:
    """Admits calls as a limit says."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._level = limit.burst
        self._first: float | None = None
        self._latest = 0.0

    def admit(self, now: float) -> bool:
        """Whether a call at ``now`` is admitted; it is counted then."""
        if self._first is None:
            self._first = now
        elapsed = now - self._first
        refilled = self._limit.refilled(self._latest, elapsed)
        self._level = min(self._limit.burst, self._level + refilled)
        self._latest = elapsed
        if self._level < 1:
            return False
        self._level -= 1
        return True
