"""For how long 10,000 creates hold the event loop at a time, as one run whose outcomes are all kept."""

import asyncio
import gc
import sys
import time

from aio_workflows import Credentials, WorkflowsClient
from bench.clients.work import ACCESS_KEY, REGION, SECRET_KEY
from bench.programs.tools import request, tell, watching

CREATES = 10_000
CONCURRENCY = 50


class Collections:
    """The seconds of the longest run of Python's garbage collector."""

    longest = 0.0
    _began = 0.0

    def __call__(self, phase: str, _: object) -> None:
        """A run begins or ends."""
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self.longest = max(self.longest, time.perf_counter() - self._began)


async def main() -> None:
    """Create all, in a run that reads them from a list."""
    requests = [request(number) for number in range(CREATES)]
    collections = Collections()
    gc.callbacks.append(collections)
    keys = Credentials(ACCESS_KEY, SECRET_KEY)
    async with (
        WorkflowsClient(
            REGION, endpoint_url=sys.argv[1], credentials=keys, max_connections=CONCURRENCY
        ) as client,
        watching() as watch,
    ):
        report = await client.create_workflows(requests, concurrency=CONCURRENCY)
    if report.counts["created"] != CREATES:
        raise RuntimeError(str(report))
    tell(held_ms=watch.held * 1000, worked_ms=watch.worked * 1000, collector_ms=collections.longest * 1000)


if __name__ == "__main__":
    asyncio.run(main())
