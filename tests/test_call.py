"""A call from request to response, on a scripted transport under virtual time."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    AttemptEvent,
    CallRateLimitExceededException,
    CallTimeoutError,
    CertificateError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    CreateWorkflowRequest,
    Credentials,
    ExpiredTokenException,
    ForbiddenException,
    InvalidSignatureException,
    NameResolutionError,
    ResourceInUseException,
    RetryPolicy,
    ServiceUnavailableException,
    WorkflowsClient,
)
from aio_workflows.call import Caller
from aio_workflows.protocol.operations import CREATE_WORKFLOW
from tests.scripted_transport import Scripted
from tests.virtual_time import VirtualTime

REQUEST = CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="a")


async def create(
    transport: Scripted, hook: Callable[[AttemptEvent], object] | None = None, **policy: Any
) -> tuple[Any, VirtualTime]:
    async def make() -> Scripted:
        return transport

    time = VirtualTime()
    caller = Caller(
        make,
        timeout=60.0,
        policy=RetryPolicy(**policy),
        on_attempt=hook,
        clock=time.clock,
        sleep=time.sleep,
    )
    return await caller.call(CREATE_WORKFLOW, REQUEST), time


async def failure(transport: Scripted, **policy: Any) -> AioWorkflowsError:
    with pytest.raises(AioWorkflowsError) as caught:
        await create(transport, **policy)
    return caught.value


async def test_every_attempt_carries_the_same_bytes() -> None:
    """Token and body are frozen before the first one."""
    errors = [
        CallRateLimitExceededException("slow"),
        ConnectionLostError("gone"),
        ServiceUnavailableException("no"),
    ]
    transport = Scripted(errors)
    response, _ = await create(transport)
    assert len(transport.sent) == 4
    assert len({sent[4] for sent in transport.sent}) == 1
    assert [record.number for record in response.metadata.attempts] == [1, 2, 3, 4]


async def test_the_last_real_error_is_raised_with_the_story() -> None:
    """No error of the retrying library anywhere, and a limit is named."""
    error = await failure(
        Scripted([CallRateLimitExceededException("slow") for _ in range(3)]), max_attempts=3
    )
    assert type(error) is CallRateLimitExceededException
    assert (len(error.attempts), error.stop_reason, error.outcome) == (3, "attempts", "rejected")
    assert "RetryError" not in repr((error.__cause__, error.__context__))


async def test_a_wait_past_the_deadline_is_not_slept() -> None:
    """The service asks for an hour, the call has a minute."""
    error = await failure(Scripted([CallRateLimitExceededException("slow", retry_after=3600.0)]))
    assert (len(error.attempts), error.stop_reason) == (1, "deadline")


async def test_unknown_stays_unknown() -> None:
    """Whatever refused the call later, an earlier attempt may have done the work."""
    error = await failure(Scripted([ConnectionLostError("gone"), ForbiddenException("no")]))
    assert (type(error), error.outcome, error.stop_reason) == (ForbiddenException, "unknown", "not_retryable")
    assert error.client_token


@pytest.mark.parametrize(
    ("errors", "sends"),
    [
        ([ForbiddenException("no")], 1),
        ([CertificateError("no")], 1),
        ([ResourceInUseException("busy")], 1),
        ([NameResolutionError("what"), NameResolutionError("what")], 2),
        ([ExpiredTokenException("old"), ExpiredTokenException("old")], 2),
        ([InvalidSignatureException("skewed")], 1),
    ],
)
async def test_what_is_raised_after_so_many_sends(errors: Sequence[AioWorkflowsError], sends: int) -> None:
    """The rows of the design that end a call."""
    transport = Scripted(errors)
    error = await failure(transport)
    assert error.stop_reason == "not_retryable"
    assert len(transport.sent) == sends


@pytest.mark.parametrize(
    "errors",
    [
        [ConnectionLostError("gone"), ResourceInUseException("ours")],
        [ExpiredTokenException("old")],
        [InvalidSignatureException("skewed", server_date="Wed, 25 Nov 2026 07:00:00 GMT")],
        [ConnectError("refused")],
        [NameResolutionError("what")],
    ],
)
async def test_what_ends_well(errors: Sequence[AioWorkflowsError]) -> None:
    """The rows of the design that go on."""
    response, _ = await create(Scripted(errors))
    assert response.workflow_build_version_arn == "arn"


async def test_a_stale_connection_is_no_attempt() -> None:
    """It is sent again at once, and the record says so."""
    response, time = await create(Scripted([ConnectionLostError("stale", reused=True)]))
    assert [record.resent for record in response.metadata.attempts] == [True]
    assert sum(time.sleeps) == 0


async def test_the_wait_for_a_turn_does_not_hide_the_real_error() -> None:
    """An attempt that was never made leaves the one before it to be raised."""
    error = await failure(Scripted([ServiceUnavailableException("no"), CallTimeoutError("late")]))
    assert (type(error), error.stop_reason) == (ServiceUnavailableException, "deadline")


@pytest.mark.parametrize("leaving", [asyncio.CancelledError(), KeyboardInterrupt()])
async def test_cancellation_leaves_at_once(leaving: BaseException) -> None:
    """Also after a failed attempt, and nothing is sent afterwards."""
    transport = Scripted([ServiceUnavailableException("no"), leaving])
    with pytest.raises(type(leaving)):
        await create(transport)
    assert len(transport.sent) == 2


async def test_the_hook_sees_every_attempt_and_cannot_break_the_call() -> None:
    """It knows the token before anything is sent."""
    events: list[AttemptEvent] = []

    def hook(event: AttemptEvent) -> None:
        events.append(event)
        raise RuntimeError("of the user")

    response, _ = await create(Scripted([ServiceUnavailableException("no")]), hook)
    assert [(event.phase, event.number, event.will_retry) for event in events] == [
        ("begin", 1, False),
        ("end", 1, True),
        ("begin", 2, False),
        ("end", 2, False),
    ]
    assert all(event.client_token for event in events)
    assert response.workflow_build_version_arn == "arn"


async def test_the_user_may_decide() -> None:
    """retry_if goes before the rules, both ways."""
    response, _ = await create(Scripted([ForbiddenException("soon")]), retry_if=lambda error: True)
    assert response.workflow_build_version_arn == "arn"
    error = await failure(Scripted([ServiceUnavailableException("no")]), retry_if=lambda error: False)
    assert len(error.attempts) == 1


async def test_opening_is_bounded_by_the_call_and_goes_on_for_the_next_one() -> None:
    """A call with little time leaves; the one after it finds the transport half made, not begun anew."""
    begun = 0
    ready = asyncio.Event()

    async def make() -> Scripted:
        nonlocal begun
        begun += 1
        await ready.wait()
        return Scripted([])

    caller = Caller(make, timeout=60.0, policy=RetryPolicy())
    with pytest.raises(CallTimeoutError, match="the client to open") as caught:
        await caller.call(CREATE_WORKFLOW, REQUEST, timeout=0.05)
    assert (caught.value.operation, caught.value.outcome) == ("CreateWorkflow", "not_sent")
    asyncio.get_running_loop().call_later(0.05, ready.set)
    assert (await caller.call(CREATE_WORKFLOW, REQUEST)).workflow_build_version_arn == "arn"
    assert begun == 1
    await caller.aclose()


async def test_what_keeps_a_client_from_opening_is_told_to_each_call() -> None:
    """By an error of its own, with its own facts; the next call tries again."""
    tries = 0

    async def make() -> Scripted:
        nonlocal tries
        tries += 1
        await asyncio.sleep(0)
        raise ConfigurationError("nothing to open")

    caller = Caller(make, timeout=60.0, policy=RetryPolicy())
    calls = [caller.call(CREATE_WORKFLOW, REQUEST, client_token=token) for token in ("one", "two")]
    errors = await asyncio.gather(*calls, return_exceptions=True)
    assert [getattr(error, "client_token", None) for error in errors] == ["one", "two"]
    assert [type(error) for error in errors] == [ConfigurationError] * 2
    with pytest.raises(ConfigurationError):
        await caller.call(CREATE_WORKFLOW, REQUEST)
    assert tries == 2


def test_a_client_serves_one_loop_after_the_other() -> None:
    """A second asyncio.run works."""
    transport = Scripted([])
    client = WorkflowsClient("us-east-1", credentials=Credentials("a", "b"), transport=transport)
    for _ in range(2):
        assert asyncio.run(client.create_workflow(REQUEST)).workflow_build_version_arn == "arn"


async def test_opening_takes_no_more_time_than_the_call_has() -> None:
    """A call ends in time while the client is still being opened; the next one finds it open."""
    transport = Scripted([])
    ready = asyncio.Event()

    async def make() -> Scripted:
        await ready.wait()
        return transport

    caller = Caller(make, timeout=60.0, policy=RetryPolicy())
    calls = [caller.call(CREATE_WORKFLOW, REQUEST, timeout=1e-6) for _ in range(3)]
    for error in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(error, CallTimeoutError)
        assert (error.operation, error.outcome, error.stop_reason) == (
            "CreateWorkflow",
            "not_sent",
            "deadline",
        )
        assert error.client_token
    ready.set()
    assert (await caller.call(CREATE_WORKFLOW, REQUEST)).workflow_build_version_arn == "arn"
    assert len(transport.sent) == 1
