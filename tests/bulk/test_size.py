"""Memory of large runs: bounded when iterated, small for each item when awaited. Time stays flat with it."""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bulk.making import Handled, client, requests, stream


class Growth:
    """By how many bytes memory grew at the most, and by how many it has grown in the end."""

    peak = 0
    left = 0


@contextmanager
def memory() -> Iterator[Growth]:
    growth = Growth()
    gc.collect()
    tracemalloc.start()
    try:
        yield growth
        growth.peak = tracemalloc.get_traced_memory()[1]
        gc.collect()
        growth.left = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


async def test_an_iterated_run_keeps_memory_flat(full_size: bool) -> None:
    count = 100_000 if full_size else 10_000
    async with client(Handled(remembers=False)) as one:
        await one.create_workflows(stream(100))  # what is loaded on first use is not the run's
        with memory() as growth:
            done = 0
            async with one.create_workflows(stream(count)) as run:
                async for outcome in run:
                    done += outcome.is_done
    assert done == count
    assert run.report.counts == {"created": count}
    assert growth.peak < (30_000_000 if full_size else 3_000_000)
    assert growth.left < 500_000


async def test_an_awaited_run_needs_less_than_two_kilobytes_an_item(full_size: bool) -> None:
    count = 100_000 if full_size else 3_000
    items = requests(count)
    async with client(Handled(remembers=False)) as one:
        await one.create_workflows(stream(100))
        with memory() as growth:
            report = await one.create_workflows(items)
    assert report.counts == {"created": count}
    assert growth.peak < 2_000 * count + 1_000_000
    assert growth.left < 2_000 * count
