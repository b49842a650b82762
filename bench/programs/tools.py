"""What the programs have in common: a request, a transport that is nothing, a watch over the event loop."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aio_workflows import CreateWorkflowRequest
from aio_workflows.transport.base import HttpResponse
from bench.clients.work import DOCUMENT

_ARN = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/benchmark"
_BODY = json.dumps(
    {
        "requestId": "5bc8f3d2-0f1c-4b6e-a8a4-3b3ac3b5b4c1",
        "workflowBuildVersionArn": f"{_ARN}/1.0.0/1",
        "latestVersionReferences": {
            "latestVersionArn": f"{_ARN}/x.x.x",
            "latestMajorVersionArn": f"{_ARN}/1.x.x",
            "latestMinorVersionArn": f"{_ARN}/1.0.x",
            "latestPatchVersionArn": f"{_ARN}/1.0.0",
        },
    }
).encode()


def request(number: int) -> CreateWorkflowRequest:
    """A request like those of all the others."""
    return CreateWorkflowRequest(
        name=f"benchmark-{number}", semantic_version="1.0.0", type="BUILD", data=DOCUMENT
    )


class NullTransport:
    """Answers every create at once, without a network: what is left is the cost of the layers above."""

    async def send(
        self,
        method: str,  # noqa: ARG002
        path: str,  # noqa: ARG002
        query: Sequence[tuple[str, str]],  # noqa: ARG002
        headers: Mapping[str, str],  # noqa: ARG002
        body: bytes,  # noqa: ARG002
        deadline: float,  # noqa: ARG002
    ) -> HttpResponse:
        """One attempt."""
        return HttpResponse(200, {"x-amzn-requestid": "5bc8f3d2"}, _BODY)

    async def renew_credentials(self) -> bool:
        """There are none."""
        return False

    def correct_clock(self, server_date: str | None) -> bool:  # noqa: ARG002
        """It has none."""
        return False

    async def aclose(self) -> None:
        """There is nothing to close."""


class Watch:
    """For how long at most the event loop was held, in seconds.

    ``held`` is by the clock, ``worked`` what its thread computed meanwhile: on a busy machine the rest
    is what other programs took.
    """

    held = 0.0
    worked = 0.0

    async def look(self) -> None:
        """Ask for a turn every millisecond, which comes late when the loop is held."""
        interval = 0.001
        while True:
            began, computed = time.perf_counter(), time.thread_time()
            await asyncio.sleep(interval)
            self.held = max(self.held, time.perf_counter() - began - interval)
            self.worked = max(self.worked, time.thread_time() - computed)


@asynccontextmanager
async def watching() -> AsyncIterator[Watch]:
    """Watch the event loop."""
    watch = Watch()
    task = asyncio.create_task(watch.look())
    await asyncio.sleep(0)
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.wait({task})


def tell(**figures: float) -> None:
    """Print the figures, each in the unit that its name ends with."""
    print(json.dumps(figures))
