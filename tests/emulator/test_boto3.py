"""A client that is not ours cannot tell: boto3 against the emulator."""

import asyncio
from typing import Any

import boto3
import pytest

from aio_workflows.emulator import Emulator


async def test_boto3_creates_gets_and_lists() -> None:
    """It reads the answers as the service's own, and the errors too."""
    async with Emulator(credentials={"AKIDEXAMPLE": "secret"}) as emulator:
        client: Any = boto3.client("imagebuilder", **emulator.boto_options())
        fields = {"name": "From boto3", "semanticVersion": "1.0.0", "type": "BUILD", "data": "a: 1\r\n"}
        created = await asyncio.to_thread(client.create_workflow, **fields, clientToken="one")
        again = await asyncio.to_thread(client.create_workflow, **fields, clientToken="one")
        assert created["workflowBuildVersionArn"] == again["workflowBuildVersionArn"] == emulator.builds[0]
        read = await asyncio.to_thread(client.get_workflow, workflowBuildVersionArn=emulator.builds[0])
        assert read["workflow"]["data"] == fields["data"]
        listed = await asyncio.to_thread(client.list_workflows, owner="Self")
        assert [one["name"] for one in listed["workflowVersionList"]] == ["From boto3"]
        with pytest.raises(client.exceptions.ResourceAlreadyExistsException):
            await asyncio.to_thread(client.create_workflow, **fields, clientToken="two")
        client.close()
