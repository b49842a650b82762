"""The watch over tests that must not wait, watched."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.virtual_time import VirtualTime, forbid_waiting


@pytest.mark.parametrize("wait", [lambda: asyncio.sleep(1), lambda: asyncio.Event().wait()])
def test_who_waits_in_real_time_is_caught(wait: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """For a second or for ever; it takes no time to find out."""
    with asyncio.Runner() as runner:
        forbid_waiting(runner.get_loop())
        with pytest.raises(AssertionError, match="waits in real time"):
            runner.run(wait())


def test_virtual_time_takes_no_time() -> None:
    """A day goes by at once, and a task that is ready is let run."""

    async def a_day() -> float:
        time = VirtualTime()
        await asyncio.gather(time.sleep(86_400), asyncio.sleep(0))
        return time.now - 1_000

    with asyncio.Runner() as runner:
        forbid_waiting(runner.get_loop())
        assert runner.run(a_day()) == 86_400
