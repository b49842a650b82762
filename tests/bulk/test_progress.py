"""Progress: snapshots that add up, estimates, hooks that raise, bars of tqdm."""

import asyncio
import builtins
import io
import logging
from typing import Any

import pytest
from attrs import frozen

from aio_workflows import BulkProgress, ConfigurationError
from aio_workflows.bulk.progress import Meter
from aio_workflows.transport.base import HttpResponse
from tests.bulk.making import (
    Gate,
    Handled,
    client,
    created,
    nothing_is_left,
    refused,
    requests,
    result_of,
    stream,
)
from tests.virtual_time import VirtualTime


async def refuse_threes(body: dict[str, Any]) -> HttpResponse:
    await asyncio.sleep(0)
    return refused("ForbiddenException", 403) if body["name"].endswith("3") else created(body)


@pytest.mark.parametrize("total", [30, None])
async def test_snapshots_add_up(total: int | None) -> None:
    seen = list[BulkProgress]()
    items = requests(30) if total is not None else stream(30)
    run = client(Handled(refuse_threes)).create_workflows(items, concurrency=3, on_progress=seen.append)
    assert run.progress.done == 0
    await run
    assert seen[0].done == 0
    last = seen[-1]
    assert (last.done, last.succeeded, last.failed, last.in_flight) == (30, 27, 3, 0)
    assert last == run.progress
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert all(one.done == one.succeeded + one.failed for one in seen)
    assert all(one.in_flight <= 3 for one in seen)
    assert all(one.total == total for one in seen)
    assert last.elapsed > 0


async def test_a_run_under_way_tells_what_is_in_flight() -> None:
    gate = Gate()
    run = client(Handled(gate)).create_workflows(requests(30), concurrency=4)
    task = asyncio.ensure_future(result_of(run))
    for _ in range(4):
        await gate.arrived.acquire()
    assert (run.progress.in_flight, run.progress.done, run.progress.total) == (4, 0, 30)
    task.cancel()
    await asyncio.wait([task])
    assert (run.progress.in_flight, run.progress.done) == (0, 30)


async def test_a_hook_that_raises_does_not_break_the_run(caplog: pytest.LogCaptureFixture) -> None:
    def broken(progress: BulkProgress) -> None:
        raise LookupError("of the caller")

    with caplog.at_level(logging.WARNING, "aio_workflows.bulk"):
        report = await client(Handled()).create_workflows(requests(3), on_progress=broken)
    assert report.counts == {"created": 3}
    assert "on_progress raised LookupError" in caplog.text


@frozen
class Pace:
    """A reading of a pace."""

    rate: float | None
    throttles: int


def test_rate_and_time_left_are_estimated_from_the_last_seconds() -> None:
    """Ten a second at first, then two a second: what counts is now. What was recalled is no work."""
    time, told = VirtualTime(), list[BulkProgress]()
    readings = [Pace(None, 7)]
    meter = Meter([told.append], pace=lambda: readings[-1], clock=time.clock)
    meter.start(400)
    for _ in range(100):
        meter.count("created", recalled=True)
    assert meter.snapshot().rate is None
    for _ in range(100):
        time.now += 0.1
        meter.count("created", recalled=False)
    at_first = meter.snapshot()
    assert at_first.rate == pytest.approx(10, rel=0.05)
    assert at_first.time_left == pytest.approx(20, rel=0.05)
    assert (at_first.pace, at_first.throttles, at_first.recalled) == (None, 0, 100)
    readings.append(Pace(2.0, 12))
    for _ in range(60):
        time.now += 0.5
        meter.count("failed", recalled=False)
    later = meter.snapshot()
    assert later.rate == pytest.approx(2, rel=0.1)
    assert later.time_left == pytest.approx(70, rel=0.1)
    assert (later.pace, later.throttles) == (2.0, 5)
    meter.stop()
    time.now += 1000
    assert meter.snapshot().elapsed == pytest.approx(40)
    assert told[-1] == meter.snapshot()


def test_snapshots_come_at_most_ten_times_a_second() -> None:
    time, told = VirtualTime(), list[BulkProgress]()
    meter = Meter([told.append], clock=time.clock)
    meter.start(None)
    for _ in range(1000):
        time.now += 0.01
        meter.count("created", recalled=False)
    assert 90 <= len(told) <= 101
    assert told[-1].time_left is None


async def test_a_bar_shows_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is drawn: on stderr."""
    drawn = io.StringIO()
    monkeypatch.setattr("sys.stderr", drawn)
    report = await client(Handled(refuse_threes)).create_workflows(requests(30), progress=True)
    assert report.total == 30
    text = drawn.getvalue()
    assert "workflows: 100%" in text
    assert "30/30" in text
    assert "failed 3" in text


async def test_without_tqdm_a_bar_is_refused_and_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("tqdm"):
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    transport = Handled()
    with pytest.raises(ConfigurationError, match=r"aio-workflows\[notebook\]"):
        await client(transport).create_workflows(requests(3), progress=True)
    assert transport.sent == []
    assert nothing_is_left()
