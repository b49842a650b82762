"""How much memory a client takes, and the outcomes of 100,000 items of a run that are all kept."""

import asyncio
import gc
import tracemalloc
from pathlib import Path

from aio_workflows import WorkflowsClient
from bench.programs.tools import NullTransport, request, tell

ITEMS = 100_000
CLIENTS = 100
PAGE = 4096


def resident() -> int:
    """The bytes of memory that this process has now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


async def kept_bytes(items: int) -> tuple[float, float]:
    """By how many bytes for each item the process grows: by the requests, and by their outcomes."""
    async with WorkflowsClient("us-east-1", transport=NullTransport()) as client:
        await client.create_workflows([request(number) for number in range(100)])  # loads what it needs
        nothing = resident()
        requests = [request(number) for number in range(items)]
        before = resident()
        report = await client.create_workflows(requests)
        after = resident()
        if len(report.outcomes) != items:
            raise RuntimeError(str(report))
    return (before - nothing) / items, (after - before) / items


def client_bytes() -> float:
    """The bytes of a client that nobody has used yet."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    clients = [WorkflowsClient("us-east-1") for _ in range(CLIENTS)]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / len(clients)


if __name__ == "__main__":
    of_request, of_outcome = asyncio.run(kept_bytes(ITEMS))
    tell(request_bytes=of_request, outcome_bytes=of_outcome, client_bytes=client_bytes())
