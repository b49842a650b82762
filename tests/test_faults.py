"""Exactly once over real sockets: random scripts of the emulator's faults, each from a seed of its own."""

import random
from typing import Any

import pytest

from aio_workflows import AioWorkflowsError, CreateWorkflowResponse, RetryPolicy
from aio_workflows.emulator import (
    Close,
    CloseAfter,
    Delay,
    Drip,
    Emulator,
    Fault,
    Garbage,
    GoStale,
    HalfAnswer,
    Reset,
    Respond,
    redirect,
    throttled,
)

READ_TIMEOUT = 0.5
UNUSABLE = ("", "{}", "[]", "<html>", '{"workflowBuildVersionArn": "arn')


def any_fault(dice: random.Random, *, refusals: bool) -> Fault:
    """A fault at random; the slow ones are rare, to keep the tests quick."""
    done = dice.random() < 0.5
    kinds: list[Fault] = [
        throttled(),
        throttled(0.01),
        Respond(400, code="ThrottlingException"),
        Respond(
            dice.choice((408, 500, 502, 503, 504)), form=dice.choice(("html", "xml", "empty")), done=done
        ),
        Respond(code=dice.choice(("ServiceException", "ServiceUnavailableException")), done=done),
        Respond(200, body=dice.choice(UNUSABLE), done=done),
        Reset(done=done),
        Reset(unread=True),
        Close(done=done),
        HalfAnswer(keep=dice.random(), reset=dice.random() < 0.5, done=done),
        Garbage(done=done),
        GoStale(),
        CloseAfter(),
    ]
    if refusals:
        kinds += [
            Respond(code=code)
            for code in ("ForbiddenException", "ResourceInUseException", "ExpiredTokenException")
        ]
        kinds.append(redirect("http://127.0.0.1:9/"))
    if dice.random() < 0.03:
        kinds = [Delay(30.0, done=done), Drip(0.2, done=done)]
    return dice.choice(kinds)


async def create_three(emulator: Emulator, **policy: Any) -> list[CreateWorkflowResponse | AioWorkflowsError]:
    """How three creates end, one after the other on the same connections."""
    retry = RetryPolicy(base_delay=0.001, max_delay=0.01, **policy)
    ended = list[CreateWorkflowResponse | AioWorkflowsError]()
    async with emulator.client(retry=retry, read_timeout=READ_TIMEOUT) as client:
        for number in range(3):
            try:
                created = await client.create_workflow(
                    name=f"number-{number}", semantic_version="1.0.0", type="BUILD", data="a: 1"
                )
            except AioWorkflowsError as error:
                ended.append(error)
            else:
                ended.append(created)
    return ended


def builds_of(emulator: Emulator, number: int) -> list[str]:
    return [build.arn for build in emulator.workflows if build.name == f"number-{number}"]


@pytest.mark.parametrize("seed", range(30))
async def test_faults_over_sockets_that_end_are_survived(seed: int) -> None:
    """Every create succeeds with one build of its own."""
    dice = random.Random(seed)
    script = [any_fault(dice, refusals=False) for _ in range(dice.randint(3, 9))]
    async with Emulator(faults=script) as emulator:
        # More attempts than faults: on a slow machine a good answer may be late too.
        ended = await create_three(emulator, max_attempts=len(script) + 6)
        for number, end in enumerate(ended):
            assert isinstance(end, CreateWorkflowResponse), (seed, script, end)
            assert builds_of(emulator, number) == [end.workflow_build_version_arn], (seed, script)


@pytest.mark.parametrize("seed", range(30))
async def test_whatever_happens_over_sockets_the_outcome_is_true(seed: int) -> None:
    """With refusals among the faults and few attempts, no error says of a build that there is none."""
    dice = random.Random(1_000 + seed)
    script = [any_fault(dice, refusals=True) for _ in range(dice.randint(3, 12))]
    async with Emulator(faults=script) as emulator:
        ended = await create_three(emulator, max_attempts=dice.randint(1, 4))
        for number, end in enumerate(ended):
            builds = builds_of(emulator, number)
            assert len(builds) <= 1, (seed, script)
            if isinstance(end, CreateWorkflowResponse):
                assert builds == [end.workflow_build_version_arn], (seed, script)
            else:
                assert end.outcome == "unknown" or not builds, (seed, script, end)
                assert end.outcome != "unknown" or any(
                    one.outcome == "unknown" or one.resent for one in end.attempts
                )
