"""Bulk creation by boto3 with threads, in the retry mode that the order names."""

from importlib.metadata import version
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bench.clients.work import ACCESS_KEY, REGION, SECRET_KEY, Order, Result, in_threads, order, tell


def create_all(given: Order) -> Result:
    """Create all with one client, which threads may share."""
    client: Any = boto3.client(
        "imagebuilder",
        region_name=REGION,
        endpoint_url=given.url,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(retries={"mode": given.retries}, max_pool_connections=given.concurrency),
    )

    def create(request: dict[str, str]) -> bool:
        try:
            client.create_workflow(
                name=request["name"],
                semanticVersion=request["semantic_version"],
                type=request["type"],
                data=request["data"],
            )
        except (BotoCoreError, ClientError):
            return False
        return True

    return in_threads(given, create, version("boto3"))


if __name__ == "__main__":
    tell(create_all(order()))
