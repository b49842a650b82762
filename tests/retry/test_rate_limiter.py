"""Many calls at the pace of a service: how long they take, how many are wasted, who goes first."""

import asyncio
import random
from collections.abc import Sequence
from math import inf

import pytest

from aio_workflows.errors import CallTimeoutError
from aio_workflows.retry.rate_limiter import RateLimiter
from bench.limits import Limit, Phase
from tests.retry.throttled_service import Run, ThrottledService, make_call, run_many, strategy_for
from tests.virtual_time import VirtualLoop, in_virtual_time

SEEDS = range(5)


def outcomes(
    calls: int, *, seeds: Sequence[int] = SEEDS, concurrency: int = 16, **service: float | None
) -> list[Run]:
    """Runs against services that differ by their seed, each in a loop of its own."""

    async def one(seed: int) -> Run:
        rate = service["rate"]
        options = {name: value for name, value in service.items() if value is not None and name != "rate"}
        return await run_many(ThrottledService(rate, seed=seed, **options), calls, concurrency=concurrency)

    runs = list[Run]()
    for seed in seeds:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runs.append(runner.run(one(seed)))
    return runs


def median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def most_within(seconds: float, times: Sequence[float]) -> int:
    """The largest number of calls in any stretch of so many seconds."""
    return max(sum(start <= time < start + seconds for time in times) for start in times)


# --- The pace that the service allows ---------------------------------------------------------------


@pytest.mark.parametrize("latency", [0.001, 0.02])
@pytest.mark.parametrize(("rate", "burst"), [(5, 20), (20, 20), (50, 20)])
def test_many_calls_take_what_the_service_allows(rate: float, burst: float, latency: float) -> None:
    """None is lost, the time is within 2 % of the limit, and about one call in twenty is wasted.

    At five a second, where a hold of thirty calls takes six seconds, it is one in fourteen.
    """
    runs = outcomes(300, rate=rate, burst=burst, latency=latency)
    assert [run.lost for run in runs] == [[]] * len(runs)
    assert max(run.seconds for run in runs) <= 1.02 * (300 - burst) / rate
    assert median([run.wasted for run in runs]) <= 300 * 0.075
    assert max(run.wasted for run in runs) <= 300 * 0.10


def test_a_fast_service_with_a_small_burst_is_kept_pace_with() -> None:
    """The first throttles come soon, and little time is left to find the rate: some runs take a bit longer."""
    runs = outcomes(300, rate=200, burst=10, latency=0.001)
    assert [run.lost for run in runs] == [[]] * len(runs)
    assert median([run.seconds for run in runs]) <= 1.05 * 290 / 200
    assert max(run.seconds for run in runs) <= 1.15 * 290 / 200
    assert max(run.wasted for run in runs) <= 300 * 0.10


def test_a_pace_that_the_calls_cannot_reach_is_corrected() -> None:
    """Sixteen calls of 20 ms are below a pace that was found too high, and above what the service admits.

    They never wait for that pace then; it comes down all the same, or a third of them would be throttled.
    """
    runs = outcomes(1000, rate=200, burst=10, latency=0.02)
    assert [run.lost for run in runs] == [[]] * len(runs)
    assert max(run.wasted for run in runs) <= 1000 * 0.12
    assert max(run.seconds for run in runs) <= 1.15 * 990 / 200


@pytest.mark.parametrize(("latency", "concurrency"), [(0.001, 16), (0.05, 16)])
def test_a_service_without_a_limit_gets_all_that_the_calls_can_do(latency: float, concurrency: int) -> None:
    """Only the gentle start costs time."""
    (run,) = outcomes(3000, seeds=[0], concurrency=concurrency, rate=None, latency=latency)
    assert (run.lost, run.wasted) == ([], 0)
    assert run.seconds <= 1.15 * 3000 * latency / concurrency


@in_virtual_time
async def test_a_limit_that_drops_and_recovers_is_followed() -> None:
    """50 a second, 10 a second for twenty seconds, 50 again."""
    service = ThrottledService(
        Limit(burst=20, phases=(Phase(rate=50, seconds=10), Phase(rate=10, seconds=20), Phase(rate=50))),
        latency=0.001,
    )
    run = await run_many(service, 1500)
    assert run.lost == []
    assert run.seconds <= 1.12 * (10 + 20 + (1500 - 20 - 500 - 200) / 50)
    assert run.wasted <= 1500 * 0.06


@pytest.mark.parametrize("seed", SEEDS)
@in_virtual_time
async def test_two_clients_share_a_limit(seed: int) -> None:
    """Neither loses a call or comes to a stop, the limit is used, and their shares are close to each other."""
    service = ThrottledService(50.0, seed=seed)
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(run_many(service, 500)) for _ in range(2)]
    runs = [task.result() for task in both]
    assert [run.lost for run in runs] == [[], []]
    together = (1000 - 20) / 50
    first, last = sorted(run.seconds for run in runs)
    assert first >= 0.6 * together  # with the whole limit to itself it would take half
    assert last <= 1.12 * together
    assert service.throttled <= 1000 * 0.10


@pytest.mark.parametrize(("noise", "slower"), [(0.01, 1.1), (0.05, 1.8)])
def test_throttles_by_chance_do_not_hide_the_limit(noise: float, slower: float) -> None:
    runs = outcomes(1000, rate=50, latency=0.02, noise=noise)
    assert [run.lost for run in runs] == [[]] * len(runs)
    assert max(run.seconds for run in runs) <= slower * 980 / 50


@pytest.mark.parametrize(("noise", "slower"), [(0.01, 1.3), (0.05, 1.5)])
def test_throttles_by_chance_do_not_bring_a_service_without_a_limit_down(noise: float, slower: float) -> None:
    """Beside the gentle start, calls take little longer than those that are sent again account for."""
    runs = outcomes(1000, rate=None, latency=0.05, noise=noise)
    assert [run.lost for run in runs] == [[]] * len(runs)
    assert max(run.seconds for run in runs) <= slower * 1000 * 0.05 / 16


# --- A fixed rate, and pauses -----------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.1, 5.0, 80.0])
@in_virtual_time
async def test_a_fixed_rate_is_never_exceeded(rate: float) -> None:
    """In no stretch of time, and the rate is used: one call at its start, then one in each gap."""
    service = ThrottledService(None, latency=0.0)
    run = await run_many(service, 200, strategy=strategy_for(service, rate=rate))
    for seconds in (0.5 / rate, 1 / rate, 10 / rate, 100 / rate):
        assert most_within(seconds, service.arrivals) <= 1 + (seconds + 0.02) * rate
    assert run.seconds <= 1.02 * 199 / rate


@in_virtual_time
async def test_a_fixed_rate_above_what_the_service_admits_is_a_bound_only() -> None:
    service = ThrottledService(20.0, latency=0.01)
    strategy = strategy_for(service, rate=40.0)
    run = await run_many(service, 300, strategy=strategy)
    assert run.lost == []
    assert run.seconds <= 1.06 * 280 / 20
    assert run.wasted <= 300 * 0.10
    assert most_within(1.0, service.arrivals) <= 1 + 1.05 * 40


@in_virtual_time
async def test_calls_do_not_burst_after_a_pause() -> None:
    """Time in which nobody called is not made up for, and the hold begins anew."""
    service = ThrottledService(20.0, latency=0.0)
    strategy = strategy_for(service)
    await run_many(service, 200, strategy=strategy)
    rate = strategy.limiter.reading.rate
    assert rate is not None
    await asyncio.sleep(3600)
    before = len(service.arrivals)
    await run_many(service, 30, strategy=strategy)
    for seconds in (0.1, 0.5, 2.0):
        assert most_within(seconds, service.arrivals[before:]) <= 2 + (seconds + 0.02) * rate


# --- The queue --------------------------------------------------------------------------------------


def limiter_of(rate: float | None = None) -> RateLimiter:
    return RateLimiter(rate=rate, clock=asyncio.get_running_loop().time)


def never() -> float:
    return inf


@in_virtual_time
async def test_the_call_that_came_first_goes_first() -> None:
    """Whatever the order in which they come to the queue, as calls do that were throttled."""
    limiter = limiter_of(10.0)
    orders = [limiter.next_order() for _ in range(30)]
    await limiter.admit(0, never)  # from now on calls wait
    went = list[int]()

    async def call(order: int) -> None:
        ticket = await limiter.admit(order, never)
        went.append(order)
        limiter.settle(ticket, "admitted")

    async with asyncio.TaskGroup() as group:
        for order in random.Random(1).sample(orders, len(orders)):
            group.create_task(call(order))
    assert went == orders


@in_virtual_time
async def test_throttled_calls_finish_however_long_the_queue_is() -> None:
    """A thousand wait at once: each ends near its place, within a time limit far below that of all."""
    service = ThrottledService(50.0, latency=0.01)
    strategy = strategy_for(service)
    ended = list[int]()

    async def call(number: int) -> None:
        await make_call(strategy, service, timeout=10.0)
        ended.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(1000):
            group.create_task(call(number))
    assert service.throttled > 0
    assert service.now > 19
    assert max(abs(place - number) for place, number in enumerate(ended)) <= 50


@in_virtual_time
async def test_who_is_cancelled_leaves_no_place_in_the_queue() -> None:
    """The next one goes when the first one would have, and when all have left a call goes at once."""
    limiter = limiter_of(1.0)
    clock = asyncio.get_running_loop().time
    limiter.settle(await limiter.admit(limiter.next_order(), never), "admitted")
    began = clock()
    waiting = [asyncio.create_task(limiter.admit(limiter.next_order(), never)) for _ in range(4)]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    second = await waiting[1]
    assert second.sent_at - began == pytest.approx(1.0, abs=0.021)
    limiter.settle(second, "admitted")
    for task in waiting[2:]:
        task.cancel()
    await asyncio.wait(waiting)
    assert [task.cancelled() for task in waiting] == [True, False, True, True]
    await asyncio.sleep(5)
    now = clock()
    assert (await limiter.admit(limiter.next_order(), never)).sent_at == now


@pytest.mark.parametrize("is_woken", [False, True], ids=["asleep", "just woken"])
@in_virtual_time
async def test_the_next_one_is_woken_when_the_first_is_cancelled(is_woken: bool) -> None:
    """Those wait for a call to end; the wake-up of one that is gone is not lost."""
    limiter = limiter_of()
    in_flight = [await limiter.admit(limiter.next_order(), never) for _ in range(2)]
    first, second = (asyncio.create_task(limiter.admit(limiter.next_order(), never)) for _ in range(2))
    await asyncio.sleep(1)
    assert not first.done()
    if is_woken:
        limiter.settle(in_flight[0], "admitted")
    first.cancel()
    if not is_woken:
        await asyncio.sleep(1)
        limiter.settle(in_flight[0], "admitted")
    await second
    assert first.cancelled()


@in_virtual_time
async def test_an_attempt_that_is_cancelled_gives_its_place_in_flight_back() -> None:
    """With a first window of two, a leak would hold up every later call for ever."""
    service = ThrottledService(None, latency=1.0)
    strategy = strategy_for(service)
    tasks = [asyncio.create_task(make_call(strategy, service)) for _ in range(6)]
    await asyncio.sleep(0.1)
    for task in tasks[:3]:  # two on their way, one in the queue
        task.cancel()
    await asyncio.wait(tasks)
    assert [task.cancelled() for task in tasks] == [True] * 3 + [False] * 3
    assert (await run_many(service, 20, strategy=strategy)).lost == []


@in_virtual_time
async def test_a_call_whose_time_runs_out_in_the_queue_is_not_sent() -> None:
    service = ThrottledService(None, latency=0.0)
    strategy = strategy_for(service, rate=0.1)
    await make_call(strategy, service)
    began = service.now
    with pytest.raises(CallTimeoutError) as caught:
        await make_call(strategy, service, timeout=2.0, is_queued=False)
    assert service.now - began == pytest.approx(2.0, abs=0.01)
    assert (caught.value.outcome, caught.value.stop_reason) == ("not_sent", "deadline")
    assert (caught.value.attempts, len(service.arrivals)) == ((), 1)
