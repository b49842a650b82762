"""The contract, driven over sockets by clients that are not ours: they cannot tell.

Every signature is verified by the emulator, and every error is met as the class that botocore
makes of the service's own.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import boto3
import pytest
from aiobotocore.session import get_session
from botocore.config import Config
from botocore.exceptions import ClientError

from aio_workflows.emulator import AtRandom, Delay, Emulator, RateLimit, Reset, Secret, throttled

from .asking import scope, wanted

CREDENTIALS = {"ASIAEXAMPLE": Secret("secret", "session/token", account_id="210987654321")}

Call = Callable[..., Awaitable[dict[str, Any]]]
"""``await call("create_workflow", name=..., ...)``."""


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    objects = {"s3://bucket/key.yaml": "schemaVersion: 1.0\n"}
    async with Emulator(credentials=CREDENTIALS, region="eu-west-1", objects=objects) as running:
        yield running


# One attempt: what is refused must not be hidden by a second try.
CONFIG = Config(retries={"total_max_attempts": 1})


@pytest.fixture(params=["boto3", "aiobotocore"])
async def call(request: pytest.FixtureRequest, emulator: Emulator) -> AsyncIterator[Call]:
    if request.param == "boto3":
        blocking: Any = boto3.client("imagebuilder", config=CONFIG, **emulator.boto_options())

        async def through_boto3(operation: str, **members: Any) -> dict[str, Any]:
            answer: dict[str, Any] = await asyncio.to_thread(getattr(blocking, operation), **members)
            return answer

        yield through_boto3
        blocking.close()
        return
    session: Any = get_session()
    async with session.create_client("imagebuilder", config=CONFIG, **emulator.boto_options()) as client:

        async def through_aiobotocore(operation: str, **members: Any) -> dict[str, Any]:
            answer: dict[str, Any] = await getattr(client, operation)(**members)
            return answer

        yield through_aiobotocore


async def refusal(call: Call, operation: str, **members: Any) -> tuple[str, int, str]:
    """The class of a refusal, its status and its message."""
    with pytest.raises(ClientError) as caught:
        await call(operation, **members)
    response = caught.value.response
    assert response["ResponseMetadata"]["RequestId"]
    error = response["Error"]
    assert type(caught.value).__name__ in (error["Code"], "ClientError")
    return error["Code"], response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


async def test_create_get_and_list(call: Call, emulator: Emulator) -> None:
    made = await call("create_workflow", **wanted(name="Harden Linux", tags={"a": "b"}, description="é"))
    arn = "arn:aws:imagebuilder:eu-west-1:210987654321:workflow/build/harden-linux/1.0.0/1"
    assert made["workflowBuildVersionArn"] == arn == emulator.builds[0]
    assert made["clientToken"] == "token-1"
    assert made["latestVersionReferences"]["latestVersionArn"] == arn.replace("1.0.0/1", "x.x.x")
    for asked in made["latestVersionReferences"].values():
        found = await call("get_workflow", workflowBuildVersionArn=asked)
        assert found["workflow"]["arn"] == arn
    assert found["workflow"]["tags"] == {"a": "b"}
    assert found["workflow"]["description"] == "é"
    (entry,) = (await call("list_workflows", byName=True))["workflowVersionList"]
    assert (entry["name"], entry["owner"]) == ("Harden Linux", "210987654321")


async def test_pages(call: Call, emulator: Emulator) -> None:
    for number in range(5):
        await call("create_workflow", **wanted(name=f"flow-{number}", clientToken=f"{number}"))
    found, token = list[str](), dict[str, str]()
    for _ in range(3):
        page = await call("list_workflows", maxResults=2, **token)
        found += [entry["name"] for entry in page["workflowVersionList"]]
        token = {"nextToken": page["nextToken"]} if "nextToken" in page else {}
    assert (found, token) == ([f"flow-{number}" for number in range(5)], {})


async def test_a_token_is_replayed(call: Call, emulator: Emulator) -> None:
    first = await call("create_workflow", **wanted())
    again = await call("create_workflow", **wanted())
    ids = {answer.pop("ResponseMetadata")["RequestId"] for answer in (first, again)}
    assert first == again
    assert len(ids) == 2
    assert len(emulator.builds) == 1


async def test_a_document_by_address(call: Call) -> None:
    made = await call("create_workflow", **wanted(data=None, uri="s3://bucket/key.yaml"))
    found = await call("get_workflow", workflowBuildVersionArn=made["workflowBuildVersionArn"])
    assert found["workflow"]["data"] == "schemaVersion: 1.0\n"


@pytest.mark.parametrize(
    ("operation", "members", "code", "status"),
    [
        ("create_workflow", wanted(clientToken="new"), "ResourceAlreadyExistsException", 400),
        ("create_workflow", wanted(data="other"), "IdempotentParameterMismatchException", 400),
        ("create_workflow", wanted(name="another", dryRun=True), "DryRunOperationException", 412),
        ("create_workflow", wanted(name="a.b", clientToken="n"), "InvalidParameterValueException", 400),
        (
            "create_workflow",
            wanted(semanticVersion="1.0.9999999999", clientToken="n"),
            "InvalidVersionNumberException",
            400,
        ),
        (
            "create_workflow",
            wanted(uri="s3://bucket/key.yaml", clientToken="n"),
            "InvalidParameterCombinationException",
            400,
        ),
        (
            "create_workflow",
            wanted(data=None, uri="s3://bucket/x", clientToken="n"),
            "AccessDeniedException",
            403,
        ),
        (
            "get_workflow",
            {
                "workflowBuildVersionArn": "arn:aws:imagebuilder:eu-west-1:210987654321:workflow/test/abc/1.0.0"
            },
            "ResourceNotFoundException",
            404,
        ),
        ("list_workflows", {"nextToken": "x"}, "InvalidPaginationTokenException", 400),
        ("list_workflows", {"owner": "Shared"}, "InvalidParameterValueException", 400),
        # Operations that this emulator does not have yet, or never will.
        ("list_images", {}, "UnknownOperationException", 404),
    ],
)
async def test_refusals(call: Call, operation: str, members: dict[str, Any], code: str, status: int) -> None:
    await call("create_workflow", **wanted())
    found, found_status, message = await refusal(call, operation, **members)
    assert (found, found_status) == (code, status)
    assert message


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"aws_access_key_id": "UNKNOWN"}, "UnrecognizedClientException"),
        ({"aws_secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({"aws_session_token": "wrong"}, "UnrecognizedClientException"),
        ({"region_name": "eu-west-2"}, "InvalidSignatureException"),
    ],
)
async def test_keys_that_are_not_right(emulator: Emulator, options: dict[str, str], code: str) -> None:
    client: Any = boto3.client("imagebuilder", config=CONFIG, **emulator.boto_options(**options))
    with pytest.raises(ClientError) as caught:
        await asyncio.to_thread(client.list_workflows)
    client.close()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


async def test_a_thousand_creates_of_a_bare_client_under_faults_are_all_accounted_for() -> None:
    """It tries again with the same token until it is answered; each workflow is there once."""
    faults = AtRandom(
        [
            (0.01, Reset()),
            (0.01, Reset(done=True)),
            (0.01, Delay(0.01)),
            (0.01, Delay(0.01, done=True)),
            (0.05, throttled()),
        ],
        seed=20260909,
    )
    statuses = Counter[int]()
    headers = dict(scope("eu-west-1"))
    async with Emulator(faults=faults) as emulator:
        slots = asyncio.Semaphore(50)
        async with aiohttp.ClientSession(emulator.url, headers=headers) as session:

            async def create(number: int) -> str:
                version = {"semanticVersion": f"1.0.{number}", "clientToken": f"token-{number}"}
                while True:
                    try:
                        async with session.put("/CreateWorkflow", json=wanted(**version)) as answer:
                            statuses[answer.status] += 1
                            if answer.status == 200:
                                arn: str = (await answer.json())["workflowBuildVersionArn"]
                                return arn
                    except aiohttp.ClientConnectionError:
                        continue

            async def in_turn(number: int) -> str:
                async with slots:
                    return await create(number)

            arns = await asyncio.gather(*(in_turn(number) for number in range(1000)))
        assert sorted(arns) == sorted(emulator.builds)
        assert len(set(arns)) == 1000
        assert statuses[200] == 1000
        met = Counter(request.fault for request in emulator.requests)
        assert statuses[429] == met[throttled()] > 0
        # Counted here: aiohttp sends a request again by itself when a kept connection is reset.
        assert met[Reset()] > 0
        assert met[Reset(done=True)] > 0


async def test_a_limit_is_kept_however_many_come_at_once() -> None:
    async with Emulator(rate_limit=RateLimit(rate=0, burst=20)) as emulator:
        async with aiohttp.ClientSession(emulator.url) as session:
            answers = await asyncio.gather(*(session.post("/ListWorkflows") for _ in range(100)))
            statuses = Counter(answer.status for answer in answers)
        assert statuses == {200: 20, 429: 80}
        assert {
            json.loads(await answer.text()).get("message") for answer in answers if answer.status == 429
        } == {"Rate exceeded"}
