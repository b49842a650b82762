"""Time that passes only when someone waits: tests of waits and deadlines take no time."""

import asyncio
import selectors
from typing import Any


class VirtualTime:
    """A clock and a sleep that belong together. ``sleeps`` are the waits so far, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await self.pass_by(seconds)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass without counting as a wait, as an attempt does that takes long."""
        self.now += seconds
        await asyncio.sleep(0)


class Restless:
    """The selector of an event loop that must not wait: something has to be ready at all times."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector

    def select(self, timeout: float | None = None) -> Any:
        ready = self._selector.select(0)
        if not ready and (timeout is None or timeout > _OVER_AT_ONCE):
            raise AssertionError(f"waits in real time: {'for ever' if timeout is None else f'{timeout} s'}")
        return ready

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)


_OVER_AT_ONCE = 0.001  # seconds


def forbid_waiting(loop: asyncio.AbstractEventLoop) -> None:
    """From now on a wait in real time is an error that ends the loop."""
    inner: Any = loop  # asyncio has no public place for it
    inner._selector = Restless(inner._selector)
