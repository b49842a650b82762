"""Bulk creation by this package."""

import asyncio
import time
from importlib.metadata import version

from aio_workflows import CreateWorkflowRequest, Credentials, WorkflowsClient
from bench.clients.work import ACCESS_KEY, REGION, SECRET_KEY, Order, Result, order, tell


async def create_all(given: Order) -> Result:
    """Create all in one run."""
    requests = [
        CreateWorkflowRequest(
            name=members["name"],
            semantic_version=members["semantic_version"],
            type="BUILD",
            data=members["data"],
        )
        for members in given.requests()
    ]
    async with WorkflowsClient(
        REGION,
        endpoint_url=given.url,
        credentials=Credentials(ACCESS_KEY, SECRET_KEY),
        max_connections=given.concurrency,
    ) as client:
        began = time.perf_counter()
        report = await client.create_workflows(requests, concurrency=given.concurrency)
        seconds = time.perf_counter() - began
    return Result(seconds=seconds, created=report.counts.get("created", 0), version=version("aio-workflows"))


if __name__ == "__main__":
    tell(asyncio.run(create_all(order())))
