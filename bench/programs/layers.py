"""What our layers cost without a network: request, token, serializer, retry, deserializer."""

import asyncio
import time

from aio_workflows import WorkflowsClient
from bench.programs.tools import NullTransport, request, tell

CALLS = 2_000


async def main() -> None:
    """Time calls one after the other, and the making of requests by itself."""
    async with WorkflowsClient("us-east-1", transport=NullTransport()) as client:

        async def calls(count: int) -> float:
            began = time.process_time()
            for number in range(count):
                await client.create_workflow(request(number))
            return time.process_time() - began

        await calls(CALLS // 10)
        per_call = await calls(CALLS) / CALLS
    began = time.process_time()
    for number in range(CALLS):
        request(number)
    tell(call_us=per_call * 1e6, request_us=(time.process_time() - began) / CALLS * 1e6)


if __name__ == "__main__":
    asyncio.run(main())
