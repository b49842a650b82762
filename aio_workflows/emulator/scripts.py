"""Which request meets which fault: in turn, by operation, or at random; and how many are admitted at all.

Everything here decides and does nothing: the server acts.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from aio_workflows.emulator.faults import Fault, RateLimit


class FaultScript(Protocol):
    """Decides the fault of each request; write your own for anything these do not do."""

    def next(self, operation: str | None) -> Fault | None:
        """The fault of the request that has just come, None to serve it well.

        ``operation`` is None if the request asks for nothing that the service knows.
        """
        ...


Faults = FaultScript | Sequence[Fault | None] | Mapping[str, Sequence[Fault | None]] | None
"""What the emulator takes: a script, faults in turn, faults in turn by operation, or none."""


class InTurn:
    """One fault a request, in order; when they are used up, all is well.

    With ``repeat`` they begin anew instead.
    """

    def __init__(self, faults: Iterable[Fault | None], *, repeat: bool = False) -> None:
        self._left = deque(faults)
        self._repeat = repeat

    def next(self, operation: str | None) -> Fault | None:  # noqa: ARG002 - as the protocol has it
        """The next fault."""
        if not self._left:
            return None
        fault = self._left.popleft()
        if self._repeat:
            self._left.append(fault)
        return fault


class ByOperation:
    """A script for each operation by its name, ``CreateWorkflow`` for example; all is well for the others."""

    def __init__(self, scripts: Mapping[str, FaultScript | Sequence[Fault | None]]) -> None:
        self._scripts = {operation: script_of(script) for operation, script in scripts.items()}

    def next(self, operation: str | None) -> Fault | None:
        """The next fault of the operation."""
        script = self._scripts.get(operation or "")
        return script.next(operation) if script is not None else None


class AtRandom:
    """Each fault at a rate: ``AtRandom([(0.02, Reset(done=True)), (0.05, throttled())], seed=7)``.

    The same seed gives the same faults to the same requests.
    """

    def __init__(self, rates: Iterable[tuple[float, Fault]], *, seed: int) -> None:
        self._rates = tuple(rates)
        if not 0 <= sum(rate for rate, _ in self._rates) <= 1 or any(rate < 0 for rate, _ in self._rates):
            raise ValueError("rates are shares of all requests: none below 0, their sum at most 1")
        self._random = random.Random(seed)  # noqa: S311 - no secret is made of it

    def next(self, operation: str | None) -> Fault | None:  # noqa: ARG002 - as the protocol has it
        """The fault that the dice give."""
        thrown = self._random.random()
        for rate, fault in self._rates:
            if thrown < rate:
                return fault
            thrown -= rate
        return None


def script_of(faults: Faults) -> FaultScript:
    """The script that a user's shorthand means."""
    if faults is None:
        return InTurn(())
    if isinstance(faults, Mapping):
        return ByOperation(faults)
    if isinstance(faults, Sequence):
        return InTurn(faults)
    return faults


class TokenBucket:
    """Admits calls at a rate, with a burst: full at first, refilled as time passes."""

    def __init__(self, limit: RateLimit, *, now: float) -> None:
        self.limit: RateLimit = limit
        self._level = limit.burst
        self._at = now

    def change(self, limit: RateLimit, now: float) -> None:
        """Go on with another limit, and with what is left of the burst."""
        self._refill(now)
        self.limit = limit
        self._level = min(limit.burst, self._level)

    def admit(self, now: float) -> bool:
        """Whether a call at ``now`` is admitted; it is counted then."""
        self._refill(now)
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def _refill(self, now: float) -> None:
        self._level = min(self.limit.burst, self._level + max(0.0, now - self._at) * self.limit.rate)
        self._at = now
