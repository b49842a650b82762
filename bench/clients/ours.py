"""This package: creates as calls of tasks, or in one bulk run."""

import asyncio
import os
from typing import Any

from aio_workflows import AioWorkflowsError, CreateWorkflowRequest, Credentials, WorkflowsClient
from bench.clients.work import (
    ACCESS_KEY,
    REGION,
    SECRET_KEY,
    Order,
    Result,
    in_tasks,
    order,
    reading,
    tell,
    version_of,
)

IN_BULK = "in bulk"
LOOKED_UP = "looked up"
"""What the order's ``retries`` may be here: one bulk run, or calls of a client that is told nothing, so
that it looks region, endpoint and keys up in the environment."""


def request_of(members: dict[str, str]) -> CreateWorkflowRequest:
    """A request of ours for a workflow of the order."""
    return CreateWorkflowRequest(
        name=members["name"], semantic_version=members["semantic_version"], type="BUILD", data=members["data"]
    )


async def create_all(given: Order) -> Result:
    """Create all with one client."""
    told: dict[str, Any] = {
        "region": REGION,
        "endpoint_url": given.url,
        "credentials": Credentials(ACCESS_KEY, SECRET_KEY),
    }
    if given.retries == LOOKED_UP:
        told = {}
        os.environ |= {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": given.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
    async with WorkflowsClient(**told, max_connections=given.concurrency) as client:
        if given.retries == IN_BULK:
            return await in_one_run(client, given)

        async def create(members: dict[str, str]) -> bool:
            try:
                await client.create_workflow(request_of(members))
            except AioWorkflowsError:
                return False
            return True

        return await in_tasks(given, create, "aio-workflows")


async def in_one_run(client: WorkflowsClient, given: Order) -> Result:
    """Create all in one run, whose input is made as it is read."""
    requests = map(request_of, given.requests())
    await client.create_workflows([next(requests) for _ in range(given.warm_up)])
    began = reading()
    report = await client.create_workflows(requests, concurrency=given.concurrency)
    return Result(began, reading(), report.counts.get("created", 0), version_of("aio-workflows"))


if __name__ == "__main__":
    tell(asyncio.run(create_all(order())))
