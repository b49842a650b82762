"""How well the pace is found and held, in virtual time: many seeds of many scenarios in a few minutes.

python -m bench.simulation [SEEDS]
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

from bench.limits import Limit
from bench.scenarios import CHANGING, constant
from tests.retry.throttled_service import ThrottledService, run_many
from tests.virtual_time import VirtualLoop

T = TypeVar("T")

SEEDS = 24
JITTERS = (0.0, 0.2)
"""Half of the seeds have round trips that are all alike, the other half such as differ by a fifth."""


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Creates by one client, ``concurrency`` at a time; see :class:`ThrottledService` for the service."""

    title: str
    creates: int
    limit: Limit | None
    latency: float
    concurrency: int = 16
    noise: float = 0.0
    stall: float = 0.0

    @property
    def fastest(self) -> float:
        """Seconds that the limit allows; without one, those that the calls take by themselves."""
        if self.limit is not None:
            return self.limit.fastest(self.creates)
        return self.creates * self.latency / self.concurrency


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Two clients that never run out of creates, for ``seconds`` from when the second one comes, ``late``."""

    title: str
    limit: Limit
    latency: float
    late: float = 0.0
    seconds: float = 30.0
    concurrency: int = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """``excess`` is time over the fastest, ``wasted`` throttled calls, each as a part of the whole."""

    excess: float
    wasted: float


@dataclass(frozen=True, slots=True)
class Shares:
    """``ratio`` of what the two clients got, and the parts of the limit that were ``used`` and ``wasted``."""

    ratio: float
    used: float
    wasted: float


def simulate(given: Simulation, seed: int) -> Outcome:
    """Run one seed."""

    async def run() -> Outcome:
        service = ThrottledService(
            given.limit,
            latency=given.latency,
            jitter=JITTERS[seed % len(JITTERS)],
            noise=given.noise,
            stall=given.stall,
            seed=seed,
        )
        done = await run_many(service, given.creates, concurrency=given.concurrency)
        if done.lost:
            raise RuntimeError(f"{given.title}: {len(done.lost)} creates were lost, seed {seed}")
        return Outcome(done.seconds / given.fastest - 1, done.wasted / given.creates)

    return in_virtual_time(run)


def share(given: Sharing, seed: int) -> Shares:
    """Run one seed."""

    async def run() -> Shares:
        service = ThrottledService(
            given.limit, latency=given.latency, jitter=JITTERS[seed % len(JITTERS)], seed=seed
        )
        counts = [0, 0]

        async def client(number: int) -> None:
            await run_many(
                service,
                10**9,
                concurrency=given.concurrency,
                on_success=lambda: counts.__setitem__(number, counts[number] + 1),
            )

        tasks = [asyncio.create_task(client(0))]
        await asyncio.sleep(given.late)
        tasks.append(asyncio.create_task(client(1)))
        before, throttled = list(counts), service.throttled
        await asyncio.sleep(given.seconds)
        got = [count - earlier for count, earlier in zip(counts, before, strict=True)]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        allowed = given.limit.refilled(given.late, given.late + given.seconds)
        allowed += 0.0 if given.late else given.limit.burst
        return Shares(
            max(got) / max(min(got), 1), sum(got) / allowed, (service.throttled - throttled) / sum(got)
        )

    return in_virtual_time(run)


def in_virtual_time(run: Callable[[], Coroutine[None, None, T]]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(run())


CONSTANT = [
    Simulation(
        title=f"{rate} a second, burst {burst}",
        creates=creates,
        limit=constant(rate, burst=burst),
        latency=latency,
    )
    for creates, rate, burst in [
        (150, 5, 1),
        (300, 5, 20),
        (300, 20, 1),
        (300, 20, 20),
        (1_000, 50, 20),
        (1_000, 50, 100),
        (1_000, 200, 10),
    ]
    for latency in (0.001, 0.005, 0.02, 0.05)
]

OTHERS = [
    *(
        Simulation(title="limit that changes", creates=600, limit=CHANGING, latency=latency)
        for latency in (0.001, 0.005, 0.02, 0.05)
    ),
    *(
        Simulation(
            title=f"200 a second, burst 10, stalls of {stall * 1000:.0f} ms",
            creates=1_000,
            limit=constant(200, burst=10),
            latency=latency,
            stall=stall,
        )
        for stall in (0.02, 0.04)
        for latency in (0.005, 0.02)
    ),
    *(
        Simulation(
            title=f"no limit, {noise:.0%} throttled by chance",
            creates=creates,
            limit=None,
            latency=latency,
            noise=noise,
        )
        for noise in (0.0, 0.01, 0.05)
        for creates, latency in ((1_000, 0.05), (3_000, 0.005), (10_000, 0.05))
    ),
    *(
        Simulation(
            title=f"50 a second, burst 20, {noise:.0%} throttled by chance",
            creates=1_000,
            limit=constant(50, burst=20),
            latency=0.02,
            noise=noise,
        )
        for noise in (0.01, 0.05)
    ),
]

SHARED = [
    Sharing(
        title=f"{rate} a second shared, the second client {late:.0f} s late",
        limit=constant(rate, burst=20),
        latency=latency,
        late=late,
    )
    for rate in (10, 50, 200)
    for late in (0.0, 10.0)
    for latency in (0.005, 0.05)
]


def report(seeds: int = SEEDS) -> Iterator[str]:
    """The tables, line by line; each scenario and seed on any processor that is free."""
    with ProcessPoolExecutor() as pool:
        singles = [(one, pool.map(simulate, [one] * seeds, range(seeds))) for one in [*CONSTANT, *OTHERS]]
        shared = [(two, pool.map(share, [two] * seeds, range(seeds))) for two in SHARED]
        yield "| creates | scenario | round trip | over the limit: median, 90 %, worst | wasted: median, 90 %, worst |"
        yield "|---:|---|---:|---|---|"
        for one, outcomes in singles:
            runs = list(outcomes)
            yield (
                f"| {one.creates:,} | {one.title} | {one.latency * 1000:.0f} ms "
                f"| {spread([run.excess for run in runs])} | {spread([run.wasted for run in runs])} |"
            )
        yield ""
        yield "| scenario | round trip | larger share / smaller one | limit unused | wasted |"
        yield "|---|---:|---|---|---|"
        for two, halves in shared:
            shares = list(halves)
            ratios = ", ".join(f"{ratio:.2f}" for ratio in of([one.ratio for one in shares]))
            yield (
                f"| {two.title} | {two.latency * 1000:.0f} ms | {ratios} "
                f"| {spread([1 - one.used for one in shares])} | {spread([one.wasted for one in shares])} |"
            )


def of(values: list[float]) -> tuple[float, float, float]:
    """The median, nine in ten, the worst."""
    return median(values), quantiles(values, n=10, method="inclusive")[-1], max(values)


def spread(parts: list[float]) -> str:
    return ", ".join(f"{part * 100:.1f}" for part in of(parts)) + " %"


if __name__ == "__main__":
    for line in report(*map(int, sys.argv[1:])):
        print(line, flush=True)
