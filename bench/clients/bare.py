"""The limit: what sends the same requests with nothing around it. aiohttp, and SigV4 as botocore signs.

Nothing is checked, nothing is repeated, the answer is only parsed as JSON.
"""

import asyncio
import json
import uuid
from typing import Any

import aiohttp
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from yarl import URL

from bench.clients.work import (
    ACCESS_KEY,
    REGION,
    SECRET_KEY,
    Order,
    Result,
    boto_members,
    in_tasks,
    order,
    tell,
)


async def create_all(given: Order) -> Result:
    """Create all over one session."""
    signer: Any = SigV4Auth(ReadOnlyCredentials(ACCESS_KEY, SECRET_KEY, None), "imagebuilder", REGION)
    text = given.url + "/CreateWorkflow"
    url = URL(text, encoded=True)
    connector = aiohttp.TCPConnector(limit=given.concurrency)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def create(request: dict[str, str]) -> bool:
            members = boto_members(request) | {"clientToken": str(uuid.uuid4())}
            body = json.dumps(members).encode()
            headers = {"Content-Type": "application/json"}
            signed: Any = AWSRequest(method="PUT", url=text, headers=headers, data=body)
            signer.add_auth(signed)
            async with session.put(url, data=body, headers=dict(signed.headers.items())) as response:
                answer = json.loads(await response.read())
            return response.status == 200 and "workflowBuildVersionArn" in answer

        return await in_tasks(given, create, "aiohttp")


if __name__ == "__main__":
    tell(asyncio.run(create_all(order())))
