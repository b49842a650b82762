"""A client's beginning: making it, opening it, how long that holds the event loop, and a second one."""

import asyncio
import sys
import time

from aio_workflows import Credentials, WorkflowsClient
from bench.clients.work import ACCESS_KEY, DOCUMENT, REGION, SECRET_KEY
from bench.programs.tools import tell, watching

CLIENTS = 1_000


def client() -> WorkflowsClient:
    """A new client."""
    return WorkflowsClient(REGION, endpoint_url=sys.argv[1], credentials=Credentials(ACCESS_KEY, SECRET_KEY))


async def first_create() -> float:
    """The seconds from nothing to an answer."""
    began = time.perf_counter()
    async with client() as opened:
        await opened.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data=DOCUMENT)
    return time.perf_counter() - began


async def main() -> None:
    """Open two clients, and make many."""
    async with watching() as watch:
        first = await first_create()
    second = await first_create()
    began = time.perf_counter()
    for _ in range(CLIENTS):
        client()
    tell(
        first_ms=first * 1000,
        held_ms=watch.held * 1000,
        worked_ms=watch.worked * 1000,
        second_ms=second * 1000,
        client_us=(time.perf_counter() - began) / CLIENTS * 1e6,
    )


if __name__ == "__main__":
    asyncio.run(main())
