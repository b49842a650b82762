"""Bulk creation by boto3 with threads, in the retry mode that the order names."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bench.clients.work import Order, Result, boto_members, boto_options, in_threads, order, tell


def create_all(given: Order) -> Result:
    """Create all with one client, which threads may share."""
    client: Any = boto3.client(
        "imagebuilder",
        **boto_options(given),
        config=Config(retries={"mode": given.retries}, max_pool_connections=given.concurrency),
    )

    def create(request: dict[str, str]) -> bool:
        try:
            client.create_workflow(**boto_members(request))
        except (BotoCoreError, ClientError):
            return False
        return True

    return in_threads(given, create, "boto3")


if __name__ == "__main__":
    tell(create_all(order()))
