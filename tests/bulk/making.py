"""Requests to create, and transports that answer them in whatever way a test needs."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from aio_workflows import (
    BulkReport,
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    RetryPolicy,
    WorkflowsClient,
)
from aio_workflows.bulk.run import BulkRun
from aio_workflows.transport.base import HttpResponse

Run = BulkRun[CreateWorkflowRequest, CreateWorkflowResponse]
Report = BulkReport[CreateWorkflowRequest, CreateWorkflowResponse]
Handler = Callable[[dict[str, Any]], Awaitable[HttpResponse]]


def request(number: int = 0, **fields: Any) -> CreateWorkflowRequest:
    return CreateWorkflowRequest(
        **{
            "name": f"workflow-{number}",
            "semantic_version": "1.0.0",
            "type": "BUILD",
            "data": f"number: {number}",
            **fields,
        }
    )


def requests(count: int, **fields: Any) -> list[CreateWorkflowRequest]:
    return [request(number, **fields) for number in range(count)]


def stream(count: int) -> Iterator[CreateWorkflowRequest]:
    """Requests one at a time, of an input whose length nobody knows."""
    for number in range(count):
        yield request(number)


def created(body: dict[str, Any]) -> HttpResponse:
    """The service's answer, as large as the service's."""
    arn = f"arn:aws:imagebuilder:eu-west-1:123456789012:workflow/{body['type'].lower()}/{body['name']}"
    answer = {
        "clientToken": body["clientToken"],
        "workflowBuildVersionArn": f"{arn}/{body['semanticVersion']}/1",
        "latestVersionReferences": {
            "latestVersionArn": f"{arn}/x.x.x",
            "latestMajorVersionArn": f"{arn}/1.x.x",
            "latestMinorVersionArn": f"{arn}/1.0.x",
            "latestPatchVersionArn": f"{arn}/1.0.0",
        },
    }
    headers = {"x-amzn-requestid": f"0f8fad5b-d9cb-469f-a165-{id(body):012x}"}
    return HttpResponse(200, headers, json.dumps(answer).encode())


def refused(code: str, status: int = 400) -> HttpResponse:
    return HttpResponse(status, {"x-amzn-errortype": code}, b'{"message": "no"}')


class Handled:
    """A transport that answers each create as ``handler`` says. ``sent`` are the bodies, in order."""

    def __init__(self, handler: Handler | None = None, *, remembers: bool = True) -> None:
        self.sent = list[dict[str, Any]]()
        self.most_at_once = 0
        self._at_once = 0
        self._handler = handler
        self._remembers = remembers

    async def send(
        self, method: str, path: str, query: object, headers: object, body: bytes, deadline: float
    ) -> HttpResponse:
        content: dict[str, Any] = json.loads(body)
        if self._remembers:
            self.sent.append(content)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._handler(content) if self._handler is not None else created(content)
        finally:
            self._at_once -= 1

    async def renew_credentials(self) -> bool:
        return False

    def correct_clock(self, server_date: str | None) -> bool:
        return False

    async def aclose(self) -> None: ...


class Gate:
    """A handler that lets requests through one at a time, or keeps them for ever."""

    def __init__(self) -> None:
        self.arrived = asyncio.Semaphore(0)
        self.open = asyncio.Semaphore(0)

    async def __call__(self, body: dict[str, Any]) -> HttpResponse:
        self.arrived.release()
        await self.open.acquire()
        return created(body)


def client(transport: Handled, **options: Any) -> WorkflowsClient:
    """A client that tries once, and whose pace holds nothing up."""
    options.setdefault("retry", RetryPolicy(max_attempts=1, rate=1_000_000))
    return WorkflowsClient("eu-west-1", transport=transport, **options)


def nothing_is_left() -> bool:
    """Whether the test's own task is the only one of its loop."""
    return asyncio.all_tasks() == {asyncio.current_task()}


async def result_of(run: Run) -> Report:
    """What waits for a run, as a coroutine for a task."""
    return await run


async def until(condition: Callable[[], object]) -> None:
    """Let the loop go round until something holds."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)
