"""Bulk creation by aiobotocore with tasks, in the retry mode that the order names."""

import asyncio
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from bench.clients.work import Order, Result, boto_members, boto_options, in_tasks, order, tell


async def create_all(given: Order) -> Result:
    """Create all with one client."""
    opened: Any = get_session().create_client(
        "imagebuilder",
        **boto_options(given),
        config=AioConfig(retries={"mode": given.retries}, max_pool_connections=given.concurrency),
    )
    async with opened as client:

        async def create(request: dict[str, str]) -> bool:
            try:
                await client.create_workflow(**boto_members(request))
            except (BotoCoreError, ClientError):
                return False
            return True

        return await in_tasks(given, create, "aiobotocore")


if __name__ == "__main__":
    tell(asyncio.run(create_all(order())))
