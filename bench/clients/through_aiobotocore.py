"""Bulk creation by aiobotocore with tasks, in the retry mode that the order names."""

import asyncio
from importlib.metadata import version
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from bench.clients.work import ACCESS_KEY, REGION, SECRET_KEY, Order, Result, in_tasks, order, tell


async def create_all(given: Order) -> Result:
    """Create all with one client."""
    opened: Any = get_session().create_client(
        "imagebuilder",
        region_name=REGION,
        endpoint_url=given.url,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=AioConfig(retries={"mode": given.retries}, max_pool_connections=given.concurrency),
    )
    async with opened as client:

        async def create(request: dict[str, str]) -> bool:
            try:
                await client.create_workflow(
                    name=request["name"],
                    semanticVersion=request["semantic_version"],
                    type=request["type"],
                    data=request["data"],
                )
            except (BotoCoreError, ClientError):
                return False
            return True

        return await in_tasks(given, create, version("aiobotocore"))


if __name__ == "__main__":
    tell(asyncio.run(create_all(order())))
