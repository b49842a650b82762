"""Bulk creation by capo-imagebuilder with tasks, with as many attempts a call as the order says.

Runs in an environment that has capo-imagebuilder and nothing of ours.
"""

import asyncio
import importlib
import uuid
from typing import Any

from bench.clients.work import ACCESS_KEY, REGION, SECRET_KEY, Order, Result, in_tasks, order, tell


async def create_all(given: Order) -> Result:
    """Create all with one client."""
    # Found at run time: the environment in which types are checked has it not.
    library: Any = importlib.import_module("capo_imagebuilder")
    opened = library.AsyncimagebuilderClient(
        endpoint=given.url,
        region=REGION,
        credentials={"access_key": ACCESS_KEY, "secret_key": SECRET_KEY},
        retry_max_attempts=int(given.retries),
    )
    async with opened as client:

        async def create(request: dict[str, str]) -> bool:
            try:
                await client.create_workflow(client_token=str(uuid.uuid4()), **request)
            except library.errors.imagebuilderError:
                return False
            return True

        return await in_tasks(given, create, "capo-imagebuilder")


if __name__ == "__main__":
    tell(asyncio.run(create_all(order())))
