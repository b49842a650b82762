"""What the tests of kills run in processes of their own: an emulator that misbehaves, and a bulk run.

python -m tests.bulk.processes emulator SEED
python -m tests.bulk.processes run URL JOURNAL PREFIX COUNT
"""

import asyncio
import sys
import time

from aio_workflows import CreateWorkflowRequest, Credentials, RetryPolicy, WorkflowsClient
from aio_workflows.emulator import (
    AtRandom,
    ByOperation,
    Emulator,
    HalfAnswer,
    Quotas,
    Reset,
    Respond,
    throttled,
)
from aio_workflows.emulator.service import DUMMY_KEYS


def client_of(url: str) -> WorkflowsClient:
    impatient = RetryPolicy(base_delay=0.02, max_delay=0.2)
    return WorkflowsClient(
        "eu-west-1", endpoint_url=url, credentials=Credentials(*DUMMY_KEYS), retry=impatient
    )


def items(prefix: str, count: int) -> list[CreateWorkflowRequest]:
    return [
        CreateWorkflowRequest(
            name=f"{prefix}-{number}", semantic_version="1.0.0", type="TEST", data=f"ours: {prefix}-{number}"
        )
        for number in range(count)
    ]


async def emulator(seed: int) -> None:
    """Prints its URL. With each line of input, every token that it knows is forgotten."""
    ages = 0.0
    rates = [
        (0.03, throttled()),
        (0.03, Reset(done=True)),
        (0.02, Reset()),
        (0.02, Respond(503)),
        (0.02, HalfAnswer(done=True)),
    ]
    faults = ByOperation({"CreateWorkflow": AtRandom(rates, seed=seed)})
    async with Emulator(
        faults=faults,
        quotas=Quotas(workflows=1_000_000),
        forget_tokens_after=3600,
        clock=lambda: time.time() + ages,
        keep_requests=0,
    ) as running:
        print(running.url, flush=True)  # noqa: T201
        while await asyncio.to_thread(sys.stdin.readline):
            ages += 7200
            print("forgotten", flush=True)  # noqa: T201


async def run(url: str, journal: str, prefix: str, count: int) -> None:
    """Prints the index of each item that ends."""
    async with (
        client_of(url) as client,
        client.create_workflows(items(prefix, count), journal=journal) as running,
    ):
        async for outcome in running:
            print(outcome.index, flush=True)  # noqa: T201


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["emulator", seed]:
            asyncio.run(emulator(int(seed)))
        case ["run", url, journal, prefix, count]:
            asyncio.run(run(url, journal, prefix, int(count)))
        case _:
            raise SystemExit(__doc__)
