"""The contract: the same calls, the same answers and the same codes, over both faces, by four clients."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from aio_workflows.emulator import Emulator, Quotas
from aio_workflows.emulator.base import Face
from aio_workflows.emulator.moto import MotoEmulator

from .calls import Call, Driver, NotSent, Refused
from .drivers import DRIVERS, VARIABLES, place_of

ACCOUNT = "123456789012"
ARNS = f"arn:aws:imagebuilder:us-east-1:{ACCOUNT}"
BUILD = f"{ARNS}:workflow/build/harden-linux/1.0.0/1"
NOWHERE = f"{ARNS}:workflow/build/nowhere/1.0.0/1"
IMAGE = f"{ARNS}:image/golden/1.0.0/1"
TIME = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
NOW = "2026-09-09T19:55:55.731Z"
DOCUMENT = """\
schemaVersion: 1.0
parameters:
  - {name: note, type: string, default: none}
steps:
  - name: Approve
    action: WaitForAction
    inputs: {payload: "é {{ $.parameters.note }}"}
  - name: Capture
    action: CreateImage
    if: {stringEquals: Windows, value: $.imagebuilder.platform}
    inputs: {instanceId: i-1}
"""
FIELDS: dict[str, Any] = {
    "name": "Harden Linux",
    "semanticVersion": "1.0.0",
    "type": "BUILD",
    "data": DOCUMENT,
    "description": "Größe: groß",
    "clientToken": "token-1",
}


@dataclass
class World:
    """A face of the emulator, and a client of it by its name and its driver."""

    face: Face
    client: str
    driver: Driver

    async def ask(self, operation: str, **members: Any) -> dict[str, Any]:
        """A call that succeeds. All times that it tells are made one."""
        answer = await self.driver(Call(operation, members))
        assert isinstance(answer, dict), answer
        dated: dict[str, Any] = json.loads(TIME.sub(NOW, json.dumps(answer)))
        return dated

    async def code(self, operation: str, **members: Any) -> str:
        """The code with which the service refuses a call; it says why, too."""
        answer = await self.driver(Call(operation, members))
        assert isinstance(answer, Refused), answer
        assert answer.message
        return answer.code

    async def given(self, name: str, **more: Any) -> str:
        """A workflow that is there before the matter begins; gives the ARN of its build."""
        async with self.face.client() as client:
            fields = {"name": name, "semantic_version": "1.0.0", "type": "BUILD", "data": "steps: []"} | more
            return (await client.create_workflow(**fields)).workflow_build_version_arn


@pytest.fixture(params=["emulator", "moto"])
async def face(request: pytest.FixtureRequest) -> AsyncIterator[Face]:
    """Our own server, which verifies every signature; and moto's, which verifies none."""
    quotas = Quotas(workflows=5)
    if request.param == "emulator":
        async with Emulator(quotas=quotas) as emulator:
            yield emulator
    else:
        with MotoEmulator(quotas=quotas) as in_moto:
            yield in_moto


@pytest.fixture(params=[name for name in DRIVERS if place_of(name)])
async def world(request: pytest.FixtureRequest, face: Face) -> AsyncIterator[World]:
    async with DRIVERS[request.param](face) as driver:
        yield World(face, request.param, driver)


@pytest.mark.parametrize("name", DRIVERS)
def test_the_client_is_there(name: str) -> None:
    """Tells of those that drive nothing in this run."""
    if place_of(name) is None:
        pytest.skip(f"no {name} here: `nox -s interop` installs it, and says so in {VARIABLES[name]}")


async def test_a_workflow_is_created(world: World) -> None:
    """Once for a token; again for another document; not at all by a dry run, or if it is there already."""
    created = {
        "clientToken": "token-1",
        "workflowBuildVersionArn": BUILD,
        "latestVersionReferences": {
            "latestVersionArn": BUILD.replace("1.0.0/1", "x.x.x"),
            "latestMajorVersionArn": BUILD.replace("1.0.0/1", "1.x.x"),
            "latestMinorVersionArn": BUILD.replace("1.0.0/1", "1.0.x"),
            "latestPatchVersionArn": BUILD.replace("1.0.0/1", "1.0.0"),
        },
    }
    assert await world.ask("CreateWorkflow", **FIELDS) == created
    assert await world.ask("CreateWorkflow", **FIELDS) == created
    changed = FIELDS | {"data": "steps: []"}
    new = {"clientToken": "token-2"}
    assert await world.code("CreateWorkflow", **changed) == "IdempotentParameterMismatchException"
    assert await world.code("CreateWorkflow", **(FIELDS | new)) == "ResourceAlreadyExistsException"
    dry = new | {"dryRun": True}
    assert await world.code("CreateWorkflow", **(FIELDS | dry)) == "ResourceAlreadyExistsException"
    assert await world.code("CreateWorkflow", **(changed | dry)) == "DryRunOperationException"
    assert world.face.builds == [BUILD]
    second = await world.ask("CreateWorkflow", **(changed | new))
    assert second["workflowBuildVersionArn"] == BUILD[:-1] + "2"
    assert world.face.builds == [BUILD, BUILD[:-1] + "2"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "a.b"}, "InvalidParameterValueException"),
    ({"semanticVersion": "1.0"}, "InvalidParameterValueException"),
    ({"semanticVersion": "1.0.1073741824"}, "InvalidVersionNumberException"),
    ({"tags": {"aws:team": "images"}}, "InvalidParameterValueException"),
    ({"uri": "s3://bucket/key"}, "InvalidParameterCombinationException"),
]


async def test_bad_parameters_are_refused(world: World) -> None:
    """By the service; our client knows the documented rules and does not even ask."""
    for changes, code in BAD:
        members = FIELDS | changes
        if world.client == "ours":
            assert await world.driver(Call("CreateWorkflow", members)) == NotSent(), changes
        else:
            assert await world.code("CreateWorkflow", **members) == code, changes
    assert world.face.builds == []


async def test_a_quota_is_kept(world: World) -> None:
    """Of versions: another build of one that is there is none."""
    for number in range(5):
        await world.given(f"name-{number}")
    assert await world.code("CreateWorkflow", **FIELDS) == "ServiceQuotaExceededException"
    another = FIELDS | {"name": "name-0"}
    assert (await world.ask("CreateWorkflow", **another))["workflowBuildVersionArn"].endswith(
        "/name-0/1.0.0/2"
    )


async def test_a_workflow_is_read(world: World) -> None:
    """By its build, its version and a wildcard; what is not there is not found."""
    await world.ask("CreateWorkflow", **FIELDS, tags={"Team": "Ä", "snake_case": ""}, changeDescription="new")
    expected = {
        "arn": BUILD,
        "name": "Harden Linux",
        "version": "1.0.0",
        "description": "Größe: groß",
        "changeDescription": "new",
        "type": "BUILD",
        "owner": ACCOUNT,
        "data": DOCUMENT,
        "dateCreated": NOW,
        "tags": {"Team": "Ä", "snake_case": ""},
        "parameters": [{"name": "note", "type": "string", "defaultValue": ["none"]}],
    }
    for arn in (BUILD, BUILD.removesuffix("/1"), BUILD.replace("1.0.0/1", "1.x.x")):
        answer = await world.ask("GetWorkflow", workflowBuildVersionArn=arn)
        assert answer["workflow"] == expected
        assert answer["latestVersionReferences"]["latestPatchVersionArn"] == BUILD.removesuffix("/1")
    assert await world.code("GetWorkflow", workflowBuildVersionArn=NOWHERE) == "ResourceNotFoundException"


async def test_workflows_are_listed(world: World) -> None:
    """By owner, by name, with filters, and page by page."""
    await world.given("One", description="first")
    await world.given("One", semantic_version="2.0.0")
    await world.given("Two", type="TEST")
    first = await world.ask("ListWorkflows", maxResults=2)
    assert first.pop("nextToken")
    second, third = (f"{ARNS}:workflow/build/one/2.0.0", f"{ARNS}:workflow/test/two/1.0.0")
    rest = {"type": "BUILD", "owner": ACCOUNT, "dateCreated": NOW}
    assert first == {
        "workflowVersionList": [
            {"arn": second.replace("2.0.0", "1.0.0"), "name": "One", "version": "1.0.0"}
            | {"description": "first"}
            | rest,
            {"arn": second, "name": "One", "version": "2.0.0"} | rest,
        ]
    }
    token = (await world.ask("ListWorkflows", maxResults=2))["nextToken"]
    last = {"arn": third, "name": "Two", "version": "1.0.0"} | rest | {"type": "TEST"}
    page = await world.ask("ListWorkflows", maxResults=2, nextToken=token)
    assert page == {"workflowVersionList": [last]}
    named = await world.ask("ListWorkflows", byName=True)
    assert [one["version"] for one in named["workflowVersionList"]] == ["2.0.0", "1.0.0"]
    tests = await world.ask("ListWorkflows", owner="Self", filters=[{"name": "type", "values": ["TEST"]}])
    assert tests["workflowVersionList"] == [last]
    amazons = await world.ask("ListWorkflows", owner="Amazon")
    assert {one["owner"] for one in amazons["workflowVersionList"]} == {"Amazon"}
    assert await world.code("ListWorkflows", owner="Shared") == "InvalidParameterValueException"
    assert await world.code("ListWorkflows", nextToken="made-up") == "InvalidPaginationTokenException"


async def test_builds_are_listed_and_deleted(world: World) -> None:
    """Newest first; what something depends on stays; what is gone is not found."""
    first = await world.given("One")
    second = await world.given("One", data="steps: [ ]", change_description="a space")
    version = first.removesuffix("/1")
    page = await world.ask("ListWorkflowBuildVersions", workflowVersionArn=version, maxResults=1)
    newest = {"arn": second, "name": "One", "version": "1.0.0", "changeDescription": "a space"}
    assert page["workflowSummaryList"] == [newest | {"type": "BUILD", "owner": ACCOUNT, "dateCreated": NOW}]
    following = {"maxResults": 1, "nextToken": page["nextToken"]}
    page = await world.ask("ListWorkflowBuildVersions", workflowVersionArn=version, **following)
    assert [one["arn"] for one in page["workflowSummaryList"]] == [first]
    assert "nextToken" not in page
    world.face.in_use.add(second)
    assert await world.ask("DeleteWorkflow", workflowBuildVersionArn=first) == {
        "workflowBuildVersionArn": first
    }
    for arn, code in ((first, "ResourceNotFoundException"), (second, "ResourceDependencyException")):
        assert await world.code("DeleteWorkflow", workflowBuildVersionArn=arn) == code
    assert await world.code("GetWorkflow", workflowBuildVersionArn=first) == "ResourceNotFoundException"
    assert world.face.builds == [second]


async def test_tags_come_and_go(world: World) -> None:
    """An ARN in the path, several keys in the query, and answers that say nothing."""
    arn = await world.given("One", tags={"a": "1", "b": "2"})
    assert await world.ask("TagResource", resourceArn=arn, tags={"b": "ü", "c d": ""}) == {}
    assert await world.ask("ListTagsForResource", resourceArn=arn) == {
        "tags": {"a": "1", "b": "ü", "c d": ""}
    }
    assert await world.ask("UntagResource", resourceArn=arn, tagKeys=["a", "b"]) == {}
    assert await world.ask("ListTagsForResource", resourceArn=arn) == {"tags": {"c d": ""}}
    # capo writes a space in the query as +, and signs it as %20: nothing documents that this is taken.
    if world.client != "capo":
        assert await world.ask("UntagResource", resourceArn=arn, tagKeys=["c d"]) == {}
        assert await world.ask("ListTagsForResource", resourceArn=arn) == {"tags": {}}
    assert await world.code("ListTagsForResource", resourceArn=NOWHERE) == "ResourceNotFoundException"


async def test_an_execution_is_followed_and_answered(world: World) -> None:
    """It is listed and looked at, its steps too; the one that waits goes on when it is told to."""
    workflow = await world.given("One", data=DOCUMENT)
    execution = world.face.play(workflow, image_arn=IMAGE)
    approve, capture = (step.step_id for step in world.face.executions[0].steps)
    common = {
        "workflowBuildVersionArn": workflow,
        "workflowExecutionId": execution,
        "imageBuildVersionArn": IMAGE,
    }

    running = {
        "workflowBuildVersionArn": workflow,
        "workflowExecutionId": execution,
        "type": "BUILD",
        "status": "RUNNING",
        "totalStepCount": 2,
        "totalStepsSucceeded": 0,
        "totalStepsFailed": 0,
        "totalStepsSkipped": 0,
        "startTime": NOW,
    }
    listed = await world.ask("ListWorkflowExecutions", imageBuildVersionArn=IMAGE)
    assert listed.pop("requestId")
    assert listed == {
        "workflowExecutions": [running | {"retried": False}],
        "imageBuildVersionArn": IMAGE,
    }

    waits = {"stepExecutionId": approve, "name": "Approve", "action": "WaitForAction", "startTime": NOW}
    assert await world.ask("ListWaitingWorkflowSteps") == {"steps": [common | waits]}

    answer = {"stepExecutionId": approve, "imageBuildVersionArn": IMAGE, "clientToken": "yes-1"}
    goes_on = answer | {"action": "RESUME", "reason": "schön"}
    assert await world.ask("SendWorkflowStepAction", **goes_on) == answer
    assert await world.ask("SendWorkflowStepAction", **goes_on) == answer
    stop = goes_on | {"action": "STOP"}
    assert await world.code("SendWorkflowStepAction", **stop) == "IdempotentParameterMismatchException"
    late = goes_on | {"clientToken": "yes-2"}
    assert await world.code("SendWorkflowStepAction", **late) == "InvalidParameterValueException"
    assert await world.ask("ListWaitingWorkflowSteps") == {"steps": []}

    ended = {"status": "COMPLETED", "totalStepsSucceeded": 1, "totalStepsSkipped": 1, "endTime": NOW}
    got = await world.ask("GetWorkflowExecution", workflowExecutionId=execution)
    assert got.pop("requestId")
    assert got == running | ended | {"imageBuildVersionArn": IMAGE}

    at = {"startTime": NOW, "endTime": NOW}
    approved = at | {
        "stepExecutionId": approve,
        "name": "Approve",
        "action": "WaitForAction",
        "status": "COMPLETED",
        "inputs": '{"payload": "\\u00e9 none"}',
        "outputs": '{"action": "RESUME", "reason": "sch\\u00f6n"}',
    }
    skipped = at | {
        "stepExecutionId": capture,
        "name": "Capture",
        "action": "CreateImage",
        "status": "SKIPPED",
        "inputs": '{"instanceId": "i-1"}',
    }
    steps = await world.ask("ListWorkflowStepExecutions", workflowExecutionId=execution)
    assert steps.pop("requestId")
    assert steps == common | {"steps": [approved, skipped]}
    step = await world.ask("GetWorkflowStepExecution", stepExecutionId=approve)
    assert step.pop("requestId")
    assert step == approved | common | {"onFailure": "Abort", "timeoutSeconds": 3 * 24 * 3600}


async def test_executions_that_are_not_there_are_not_found(world: World) -> None:
    """Nor their steps; an image without any has none."""
    nobody = "00000000-0000-4000-8000-000000000000"
    for operation, members in {
        "GetWorkflowExecution": {"workflowExecutionId": f"wf-{nobody}"},
        "ListWorkflowStepExecutions": {"workflowExecutionId": f"wf-{nobody}"},
        "GetWorkflowStepExecution": {"stepExecutionId": f"step-{nobody}"},
    }.items():
        assert await world.code(operation, **members) == "ResourceNotFoundException", operation
    answer = await world.ask("ListWorkflowExecutions", imageBuildVersionArn=IMAGE)
    assert answer["workflowExecutions"] == []
