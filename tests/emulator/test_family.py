"""What is done to workflows after they were made, asked by our client."""

from typing import Any

import pytest

from aio_workflows import (
    AccessDeniedException,
    InvalidParameterException,
    ResourceDependencyException,
    ResourceNotFoundException,
    WorkflowsClient,
)
from aio_workflows.emulator import Emulator

DOCUMENT = "schemaVersion: 1.0\nparameters:\n  - {name: size, type: integer, default: 3}\nsteps: []\n"
MISSING = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/none/1.0.0/1"


async def create(client: WorkflowsClient, name: str = "abc", data: str = DOCUMENT, **more: Any) -> str:
    created = await client.create_workflow(
        **({"name": name, "semantic_version": "1.0.0", "type": "BUILD", "data": data} | more)
    )
    return created.workflow_build_version_arn


async def test_builds_are_listed_newest_first() -> None:
    """By version, by wildcard and all of them; the change description is told."""
    async with Emulator() as emulator, emulator.client() as client:
        first = await create(client)
        second = await create(client, data="b", change_description="why")
        other = await create(client, semantic_version="1.1.0")
        version = first.rpartition("/")[0]
        listed = [one async for one in client.list_workflow_build_versions(version)]
        assert [one.arn for one in listed] == [second, first]
        assert listed[0].change_description == "why"
        wild = version.replace("1.0.0", "1.x.x")
        assert {one.arn async for one in client.list_workflow_build_versions(wild)} == {first, second, other}
        assert [one.arn async for one in client.list_workflow_build_versions()] == [other, second, first]


async def test_a_build_is_deleted_once() -> None:
    """Then it is gone; what something depends on stays; the others are untouched."""
    async with Emulator() as emulator, emulator.client() as client:
        first, second = await create(client), await create(client, data="b")
        emulator.in_use.add(second)
        assert (await client.delete_workflow(first)).workflow_build_version_arn == first
        with pytest.raises(ResourceNotFoundException):
            await client.get_workflow(first)
        with pytest.raises(ResourceNotFoundException):
            await client.delete_workflow(first)
        with pytest.raises(ResourceDependencyException, match="depended on"):
            await client.delete_workflow(second)
        assert emulator.builds == [second]


async def test_tags_come_and_go() -> None:
    """Known keys get the new value; unknown ones do not matter when they go; bad ones are refused."""
    async with Emulator() as emulator, emulator.client() as client:
        arn = await create(client, tags={"a": "1", "b": "2"})
        await client.tag_resource(arn, {"b": "3", "c": ""})
        await client.untag_resource(arn, ["a", "unknown"])
        assert dict((await client.list_tags_for_resource(arn)).tags or {}) == {"b": "3", "c": ""}
        with pytest.raises(ResourceNotFoundException):
            await client.list_tags_for_resource(MISSING)
        with pytest.raises(InvalidParameterException):
            await client.tag_resource(arn, {f"key{number}": "" for number in range(49)})


async def test_amazons_workflows_are_there_to_read() -> None:
    """They are listed and read, their tags too, and nobody may change them."""
    async with Emulator() as emulator, emulator.client() as client:
        managed = "arn:aws:imagebuilder:us-east-1:aws:workflow/build/build-image/1.0.3/1"
        assert (await client.list_tags_for_resource(managed)).raw == {"tags": {}}
        names = [one.name async for one in client.list_workflows(owner="Amazon")]
        assert "build-image" in names
        assert [one async for one in client.list_workflows(owner="Self")] == []
        arn = "arn:aws:imagebuilder:us-east-1:aws:workflow/build/build-image/x.x.x"
        workflow = (await client.get_workflow(arn)).workflow
        assert workflow.owner == "Amazon"
        with pytest.raises(AccessDeniedException):
            await client.delete_workflow(str(workflow.arn))


async def test_a_get_tells_the_parameters_of_the_document() -> None:
    """Their defaults are texts in a list."""
    async with Emulator() as emulator, emulator.client() as client:
        (parameter,) = (await client.get_workflow(await create(client))).workflow.parameters or ()
    assert (parameter.name, parameter.type, parameter.default_value) == ("size", "integer", ("3",))
