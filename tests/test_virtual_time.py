"""The watch over tests that must not wait, watched."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.virtual_time import VirtualLoop, VirtualTime, forbid_waiting, in_virtual_time


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


@in_virtual_time
async def test_tasks_of_a_virtual_loop_share_its_time() -> None:
    """Sleeps and time-outs of many tasks end in the order of their times, however long they are."""
    clock = asyncio.get_running_loop().time
    began = clock()
    ended = list[tuple[str, int]]()

    async def sleeper(hours: int) -> None:
        try:
            async with asyncio.timeout(3.5 * 3600):
                await asyncio.sleep(hours * 3600)
            ended.append(("slept", round((clock() - began) / 3600)))
        except TimeoutError:
            ended.append(("timed out", round((clock() - began) / 1800)))

    await asyncio.gather(*(sleeper(hours) for hours in (5, 1, 3, 2)))
    assert ended == [("slept", 1), ("slept", 2), ("slept", 3), ("timed out", 7)]


def test_who_waits_for_nothing_in_a_virtual_loop_is_caught() -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(AssertionError, match="for ever"):
        runner.run(asyncio.Event().wait())
