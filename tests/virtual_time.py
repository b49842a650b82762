"""Time that passes only when someone waits: tests of waits and deadlines take no time."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


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


class _Leaping:
    """The selector of a virtual loop: where another would wait, the time is moved on instead."""

    def __init__(self, selector: selectors.BaseSelector, move_on: Callable[[float], None]) -> None:
        self._selector = selector
        self._move_on = move_on

    def select(self, timeout: float | None = None) -> Any:
        ready = self._selector.select(0)
        if not ready:
            if timeout is None:
                raise AssertionError("waits for ever: nothing is left that could end it")
            self._move_on(timeout)
        return ready

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time leaps to the next timer: many tasks sleep and time out consistently, at once.

    ``time()`` is the one clock. Whoever waits for what no timer brings is told so.
    """

    def __init__(self) -> None:
        self._now = 1_000.0
        super().__init__()
        inner: Any = self  # asyncio has no public place for it
        inner._selector = _Leaping(inner._selector, self._move_on)

    def time(self) -> float:
        return self._now

    def _move_on(self, seconds: float) -> None:
        self._now += max(0.0, seconds) + _TURN


_TURN = 1e-9  # seconds that a turn of the virtual loop takes: a wait that rounding has cut short ends too


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in a :class:`VirtualLoop` of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
