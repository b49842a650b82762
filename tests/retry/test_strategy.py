"""The loop around the attempts, on a scripted `send` under virtual time."""

import asyncio
import gc
import logging
import random
import traceback
import weakref
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from aio_workflows.errors import (
    AioWorkflowsError,
    AttemptRecord,
    CallTimeoutError,
    CertificateError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    InvalidResponseError,
    NameResolutionError,
    ReadTimeoutError,
    RedirectError,
)
from aio_workflows.errors.service import (
    CallRateLimitExceededException,
    ExpiredTokenException,
    InvalidParameterValueException,
    InvalidSignatureException,
    RequestExpired,
    ResourceInUseException,
    ResourceNotFoundException,
    ServiceException,
    ServiceUnavailableException,
)
from aio_workflows.models.responses import CreateWorkflowResponse, ResponseMetadata
from aio_workflows.retry.attempts import AttemptEvent
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.retry.strategy import Call, RetryStrategy
from tests.error_chain import chain
from tests.virtual_time import VirtualTime

TOKEN = "11111111-2222-4333-8444-555555555555"
Response = CreateWorkflowResponse


def created(request_id: str = "rid-ok") -> Response:
    metadata = ResponseMetadata(http_status=200, request_id=request_id)
    return Response(workflow_build_version_arn="arn", metadata=metadata)


def throttled(request_id: str | None = None, *, retry_after: float | None = None) -> AioWorkflowsError:
    return CallRateLimitExceededException(
        "Rate exceeded", http_status=429, request_id=request_id, retry_after=retry_after
    )


def unavailable(request_id: str | None = None) -> AioWorkflowsError:
    return ServiceUnavailableException("m", http_status=503, request_id=request_id)


def expired() -> AioWorkflowsError:
    return ExpiredTokenException("m", http_status=403)


def skewed(date: str | None = "Wed, 09 Sep 2026 19:55:00 GMT") -> AioWorkflowsError:
    return InvalidSignatureException("m", http_status=403, server_date=date)


class Remedies:
    """What can be mended: answers as told, and counts."""

    def __init__(self, renewal: bool | BaseException | Callable[[], Awaitable[bool]] = True) -> None:
        self.renewal = renewal
        self.clock_is_off = True
        self.renewals = 0
        self.dates: list[str | None] = []

    async def renew_credentials(self) -> bool:
        self.renewals += 1
        if isinstance(self.renewal, BaseException):
            raise self.renewal
        return self.renewal if isinstance(self.renewal, bool) else await self.renewal()

    def correct_clock(self, server_date: str | None) -> bool:
        self.dates.append(server_date)
        return self.clock_is_off


Step = Response | BaseException | Callable[[], Awaitable[Response]]


class World:
    """One call: its strategy, its virtual time, and a script of what each sending brings; its last step repeats unless it is played once."""

    def __init__(
        self,
        *script: Step,
        timeout: float = 60.0,
        seconds_per_attempt: float = 0.0,
        is_played_once: bool = False,
        **policy: Any,
    ) -> None:
        self.time = VirtualTime()
        self.remedies = Remedies()
        self.events: list[AttemptEvent] = []
        self.sent = 0
        self.when_gone: Callable[[AioWorkflowsError], Response] | None = None
        self.strategy = RetryStrategy(
            RetryPolicy(**policy),
            on_attempt=self.events.append,
            clock=self.time.clock,
            sleep=self.time.sleep,
            random=random.Random(1).random,
        )
        self._script = [*script]
        self._is_played_once = is_played_once
        self._seconds_per_attempt = seconds_per_attempt
        self._timeout = timeout

    async def send(self, deadline: float) -> Response:
        self.sent += 1
        await self.time.pass_by(self._seconds_per_attempt)
        step = self._script.pop(0) if len(self._script) > 1 or self._is_played_once else self._script[0]
        if isinstance(step, BaseException):
            try:
                raise step
            finally:
                del step  # or the exception and this frame would hold each other
        return step if isinstance(step, Response) else await step()

    async def run(
        self, send: Callable[[float], Awaitable[Response]] | None = None
    ) -> tuple[Response, tuple[AttemptRecord, ...]]:
        call = Call(
            operation="CreateWorkflow",
            client_token=TOKEN,
            deadline=self.time.now + self._timeout,
            timeout=self._timeout,
            remedies=self.remedies,
            when_gone=self.when_gone,
        )
        return await self.strategy.run(call, send or self.send)

    async def failure(self) -> AioWorkflowsError:
        with pytest.raises(AioWorkflowsError) as caught:
            await self.run()
        return caught.value


# --- Attempts and records ---------------------------------------------------------------------------


async def test_the_first_success_is_the_result() -> None:
    """One attempt, no wait, one record of a success."""
    world = World(created(), seconds_per_attempt=0.25)
    response, attempts = await world.run()
    assert response == created()
    assert attempts == (AttemptRecord(number=1, http_status=200, request_id="rid-ok", duration=0.25),)
    assert world.time.sleeps == []


async def test_a_success_tells_of_the_failures_before_it() -> None:
    """Each attempt has its record: number, error, code, ids, outcome, duration and the wait after it."""
    world = World(
        unavailable("r1"), unavailable("r2"), ConnectError(), created("r4"), seconds_per_attempt=0.5
    )
    _, attempts = await world.run()
    first, second, third, last = attempts
    assert [one.number for one in attempts] == [1, 2, 3, 4]
    assert [one.wait for one in attempts[:-1]] == world.time.sleeps
    assert [one.duration for one in attempts] == [0.5] * 4
    assert [one.request_id for one in attempts] == ["r1", "r2", None, "r4"]
    assert (first.error, first.code, first.http_status, first.outcome) == (
        "ServiceUnavailableException",
        "ServiceUnavailableException",
        503,
        "unknown",
    )
    assert (second.http_status, second.outcome) == (503, "unknown")
    assert (third.error, third.code, third.http_status, third.outcome) == (
        "ConnectError",
        None,
        None,
        "not_sent",
    )
    assert (last.error, last.outcome, last.wait) == (None, None, 0.0)
    assert not any(one.resent for one in attempts)


async def test_the_last_error_itself_is_raised() -> None:
    """The very exception of the last attempt, with the facts of the call and no RetryError near it."""
    last = unavailable("r3")
    world = World(throttled("r1"), unavailable("r2"), last, max_attempts=3)
    error = await world.failure()
    assert error is last
    assert (error.operation, error.client_token, error.stop_reason) == ("CreateWorkflow", TOKEN, "attempts")
    assert [one.number for one in error.attempts] == [1, 2, 3]
    assert error.request_ids == ("r1", "r2", "r3")
    at_once, wait = world.time.sleeps
    assert [one.wait for one in error.attempts] == [at_once, wait, 0.0]
    assert (at_once, wait > 0) == (0, True)
    assert [*chain(error)] == [error]
    assert "tenacity" not in "".join(traceback.format_exception(error))
    assert world.sent == 3


async def test_the_cause_of_the_last_error_stays() -> None:
    """What the transport named as the cause is still there."""
    cause = OSError("refused")
    error = ConnectError()
    error.__cause__ = cause
    assert (await World(error, max_attempts=2).failure()).__cause__ is cause


@pytest.mark.parametrize(
    "error",
    [
        InvalidParameterValueException("m", http_status=400),
        CertificateError(),
        RedirectError(),
        ConfigurationError(),
    ],
)
async def test_an_error_that_is_not_retryable_is_raised_at_once(error: AioWorkflowsError) -> None:
    """One attempt, no wait, and the reason is named."""
    world = World(error)
    assert await world.failure() is error
    assert (world.sent, world.time.sleeps, error.stop_reason) == (1, [], "not_retryable")
    assert len(error.attempts) == 1


async def test_one_attempt_means_one() -> None:
    """max_attempts counts the first one."""
    world = World(unavailable(), max_attempts=1)
    assert (await world.failure()).stop_reason == "attempts"
    assert world.sent == 1


async def test_an_unusable_success_is_asked_for_again() -> None:
    """And raised, with its outcome unknown, only when the attempts are spent."""
    world = World(InvalidResponseError(http_status=200), InvalidResponseError(http_status=200), created())
    assert len((await world.run())[1]) == 3
    error = await World(InvalidResponseError(http_status=200), max_attempts=4).failure()
    assert (error.outcome, len(error.attempts), error.stop_reason) == ("unknown", 4, "attempts")


async def test_a_name_that_does_not_resolve_is_tried_twice() -> None:
    """A resolver may have a bad moment, not a bad minute."""
    world = World(NameResolutionError())
    error = await world.failure()
    assert (world.sent, error.stop_reason, error.outcome) == (2, "not_retryable", "not_sent")
    _, attempts = await World(NameResolutionError(), created()).run()
    assert len(attempts) == 2


async def test_retry_if_extends_the_table() -> None:
    """What the service would not be asked again is asked again."""
    world = World(
        InvalidParameterValueException("role does not exist"),
        created(),
        retry_if=lambda e: "exist" in e.message or None,
    )
    assert len((await world.run())[1]) == 2


async def test_an_exception_that_is_not_ours_ends_the_call_untouched() -> None:
    """A defect in a transport is no reason to try again, nor to hide it."""
    world = World(unavailable(), ZeroDivisionError("a bug"), created())
    with pytest.raises(ZeroDivisionError, match="a bug"):
        await world.run()
    assert world.sent == 2


# --- Outcomes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "last", [throttled(), ConnectError(), InvalidParameterValueException("m", http_status=400)]
)
async def test_one_unknown_attempt_leaves_the_call_unknown(last: AioWorkflowsError) -> None:
    """Whatever refused it later; the records keep what was known of each attempt."""
    own = last.outcome
    error = await World(ReadTimeoutError(), last, max_attempts=2).failure()
    assert error is last
    assert error.outcome == "unknown"
    assert [one.outcome for one in error.attempts] == ["unknown", own]
    assert "outcome unknown" in str(error)
    assert TOKEN in str(error)


@pytest.mark.parametrize("last", [throttled(), ConnectError()])
async def test_without_one_the_outcome_is_the_last_errors(last: AioWorkflowsError) -> None:
    """Refused and not sent, in any number, did nothing."""
    own = last.outcome
    assert (await World(throttled(), ConnectError(), last, max_attempts=3).failure()).outcome == own


async def test_in_use_is_repeated_only_after_an_unknown_attempt() -> None:
    """It may be an attempt of ours that is at work; at first it is someone else's."""
    busy = ResourceInUseException("m", http_status=400)
    assert len((await World(unavailable(), busy, created()).run())[1]) == 3
    assert len((await World(busy, created()).failure()).attempts) == 1
    assert len((await World(throttled(), busy, created()).failure()).attempts) == 2


async def test_a_delete_that_finds_nothing_after_an_unknown_attempt_is_done() -> None:
    """An earlier attempt of ours has deleted it: the response says so, and so do the records."""
    gone = ResourceNotFoundException("m", http_status=404, request_id="r2")
    world = World(ReadTimeoutError(), gone)
    world.when_gone = lambda error: created(str(error.request_id))
    response, attempts = await world.run()
    assert response.metadata is not None
    assert response.metadata.request_id == "r2"
    assert [one.error for one in attempts] == ["ReadTimeoutError", "ResourceNotFoundException"]
    world = World(gone)
    world.when_gone = lambda error: created()
    assert await world.failure() is gone


# --- Deadlines --------------------------------------------------------------------------------------


async def test_a_wait_past_the_deadline_is_not_slept() -> None:
    """Retry-After of an hour with ten seconds left raises the throttle at once."""
    last = throttled(retry_after=3600)
    world = World(last, timeout=10)
    error = await world.failure()
    assert error is last
    assert (error.stop_reason, world.time.sleeps, len(error.attempts)) == ("deadline", [], 1)


async def test_what_the_service_asks_for_is_waited() -> None:
    """Retry-After is a lower bound for the wait, and the record shows it."""
    world = World(throttled(retry_after=7), created())
    _, attempts = await world.run()
    assert world.time.sleeps == [attempts[0].wait]
    assert 7 <= attempts[0].wait <= 7.5


@pytest.mark.parametrize("seconds_per_attempt", [0.0, 0.3, 2.0])
async def test_no_call_goes_past_its_deadline(seconds_per_attempt: float) -> None:
    """A service that never recovers is given up in time, for the right reason."""
    world = World(unavailable(), timeout=8, max_attempts=1000, seconds_per_attempt=seconds_per_attempt)
    error = await world.failure()
    assert error.stop_reason == "deadline"
    assert world.time.now <= 1000 + 8 + seconds_per_attempt
    assert world.sent == len(error.attempts) > 1


async def test_a_time_out_while_waiting_raises_the_real_error_before_it() -> None:
    """That the last attempt never got its turn is in the records; what had gone wrong is raised."""
    real = unavailable("r1")
    world = World(real, CallTimeoutError("waited for a connection"))
    error = await world.failure()
    assert error is real
    assert (error.stop_reason, error.outcome) == ("deadline", "unknown")
    assert [one.error for one in error.attempts] == ["ServiceUnavailableException", "CallTimeoutError"]
    assert [*chain(error)] == [error]


async def test_a_time_out_without_a_real_error_is_raised() -> None:
    """Nothing else went wrong: the call waited all its time."""
    error = await World(CallTimeoutError()).failure()
    assert isinstance(error, CallTimeoutError)
    assert (error.stop_reason, error.outcome, len(error.attempts)) == ("deadline", "not_sent", 1)


# --- An idle connection that the server had closed --------------------------------------------------


async def test_a_stale_connection_costs_nothing_visible() -> None:
    """One attempt, sent twice at once; it does not count even if there is only one."""
    world = World(ConnectionLostError(reused=True), created(), max_attempts=1)
    _, (record,) = await world.run()
    assert (record.number, record.resent, record.error, world.sent) == (1, True, None, 2)
    assert sum(world.time.sleeps) == 0
    assert [(event.phase, event.number) for event in world.events] == [("begin", 1), ("end", 1)]


async def test_a_second_stale_connection_counts() -> None:
    """Once is bad luck; twice is a lost connection like any other, with a wait."""
    world = World(ConnectionLostError(reused=True), ConnectionLostError(reused=True), created())
    _, attempts = await world.run()
    assert [(one.error, one.resent) for one in attempts] == [("ConnectionLostError", True), (None, False)]
    assert sum(world.time.sleeps) == attempts[0].wait > 0


async def test_a_stale_connection_may_have_done_the_work() -> None:
    """So what refuses the second sending leaves the call unknown."""
    error = await World(
        ConnectionLostError(reused=True), InvalidParameterValueException("m", http_status=400)
    ).failure()
    assert (error.outcome, len(error.attempts), error.attempts[0].resent) == ("unknown", 1, True)


# --- Credentials and clock --------------------------------------------------------------------------


async def test_credentials_are_renewed_once() -> None:
    """At once, and a second refusal is raised."""
    world = World(expired(), created())
    _, attempts = await world.run()
    assert (world.remedies.renewals, sum(world.time.sleeps), len(attempts)) == (1, 0, 2)
    world = World(expired())
    error = await world.failure()
    assert (world.remedies.renewals, world.sent, error.stop_reason) == (1, 2, "not_retryable")
    assert isinstance(error, ExpiredTokenException)


async def test_the_clock_is_corrected_once_from_the_answers_date() -> None:
    """At once, and a second refusal is raised."""
    world = World(skewed("the date"), created())
    await world.run()
    assert (world.remedies.dates, sum(world.time.sleeps)) == (["the date"], 0)
    world = World(skewed(), RequestExpired("m", http_status=400))
    error = await world.failure()
    assert isinstance(error, RequestExpired)
    assert (len(world.remedies.dates), world.sent, error.outcome) == (1, 2, "rejected")


async def test_both_remedies_may_be_needed_in_one_call() -> None:
    """The one does not use up the other."""
    world = World(skewed(), expired(), created())
    await world.run()
    assert (world.remedies.renewals, len(world.remedies.dates)) == (1, 1)


async def test_a_remedy_that_cannot_help_ends_the_call() -> None:
    """Keys that were given as they are, and a clock that is right, make another attempt pointless."""
    world = World(expired())
    world.remedies.renewal = False
    error = await world.failure()
    assert (world.sent, error.stop_reason, len(error.attempts)) == (1, "not_retryable", 1)
    world = World(skewed())
    world.remedies.clock_is_off = False
    error = await world.failure()
    assert (world.sent, error.stop_reason, len(error.attempts)) == (1, "not_retryable", 1)


async def test_what_stood_in_the_way_of_a_renewal_is_the_cause() -> None:
    """The service's refusal is raised with its record, and tells why the keys were not renewed."""
    obstacle = ConfigurationError("the credential process failed")
    world = World(expired())
    world.remedies.renewal = obstacle
    error = await world.failure()
    assert isinstance(error, ExpiredTokenException)
    assert error.__cause__ is obstacle
    assert [one.error for one in error.attempts] == ["ExpiredTokenException"]
    assert [event.phase for event in world.events] == ["begin", "end"]


async def test_a_renewal_is_given_no_more_time_than_the_call() -> None:
    """A credential process that hangs does not outlive the deadline."""
    world = World(expired(), timeout=1e-6)
    world.remedies.renewal = asyncio.Event().wait  # never ends
    error = await world.failure()
    assert isinstance(error, ExpiredTokenException)
    assert (error.stop_reason, world.sent) == ("deadline", 1)


async def test_a_time_out_of_the_renewal_stops_at_the_deadline() -> None:
    """The remedy's own time-out is no other error."""
    world = World(expired())
    world.remedies.renewal = CallTimeoutError()
    assert (await world.failure()).stop_reason == "deadline"


async def test_no_remedy_is_tried_for_an_attempt_that_may_not_follow() -> None:
    """With the attempts used up there is nothing to renew for."""
    world = World(expired(), max_attempts=1)
    error = await world.failure()
    assert (world.remedies.renewals, error.stop_reason) == (0, "attempts")


# --- Cancellation -----------------------------------------------------------------------------------

INTERRUPTIONS = [asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit]


@pytest.mark.parametrize("kind", INTERRUPTIONS)
@pytest.mark.parametrize("before", [(), (unavailable(),), (ConnectionLostError(reused=True),)])
async def test_an_interruption_in_an_attempt_leaves_at_once(
    kind: type[BaseException], before: tuple[Step, ...]
) -> None:
    """Itself, not wrapped, after failed attempts too, and nothing is sent afterwards."""
    interruption = kind()
    world = World(*before, interruption, created())
    with pytest.raises(kind) as caught:
        await world.run()
    assert caught.value is interruption
    assert world.sent == len(before) + 1


@pytest.mark.parametrize("kind", INTERRUPTIONS)
async def test_an_interruption_in_a_wait_leaves_at_once(kind: type[BaseException]) -> None:
    """The wait between two attempts is no shelter."""
    world = World(unavailable(), created())

    async def interrupted(_: float) -> None:
        raise kind

    world.strategy.sleep = interrupted
    with pytest.raises(kind):
        await world.run()
    assert world.sent == 1


@pytest.mark.parametrize("kind", INTERRUPTIONS)
@pytest.mark.parametrize("before", [(), (unavailable(),)])
async def test_an_interruption_in_a_remedy_leaves_at_once(
    kind: type[BaseException], before: tuple[Step, ...]
) -> None:
    """The fetching of credentials neither."""
    world = World(*before, expired(), created())
    world.remedies.renewal = kind()
    with pytest.raises(kind):
        await world.run()
    assert world.sent == len(before) + 1


@pytest.mark.parametrize("place", ["send", "sleep", "renewal"])
async def test_a_cancelled_task_ends_where_it_waits(place: str) -> None:
    """asyncio's own cancellation goes through from every place where a call can wait."""
    waiting = asyncio.Event()

    async def wait_for_ever(*_: object) -> Any:
        waiting.set()
        await asyncio.Event().wait()

    world = World(
        *{"send": (unavailable(), wait_for_ever), "sleep": (unavailable(),), "renewal": (expired(),)}[place]
    )
    world.remedies.renewal = wait_for_ever
    if place == "sleep":
        world.strategy.sleep = wait_for_ever
    task = asyncio.create_task(world.run())
    await waiting.wait()
    sent = world.sent
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.sent == sent
    assert asyncio.all_tasks() == {asyncio.current_task()}


# --- The hook and the log ---------------------------------------------------------------------------


async def test_the_hook_is_told_of_every_attempt() -> None:
    """A begin and an end for each, with the token, what happened, and what follows."""
    world = World(unavailable("r1"), expired(), created())
    _, attempts = await world.run()
    assert [(event.phase, event.number) for event in world.events] == [
        (phase, number) for number in (1, 2, 3) for phase in ("begin", "end")
    ]
    assert {(event.operation, event.client_token) for event in world.events} == {("CreateWorkflow", TOKEN)}
    assert [event.record for event in world.events if event.phase == "begin"] == [None] * 3
    ends = [event for event in world.events if event.phase == "end"]
    assert tuple(event.record for event in ends) == attempts
    assert [event.will_retry for event in ends] == [True, True, False]
    assert ends[0].record is not None
    assert ends[0].record.wait == world.time.sleeps[0] > 0


async def test_the_hook_is_told_when_no_attempt_follows() -> None:
    """The last failure says so, and has no wait."""
    world = World(unavailable(), max_attempts=2)
    await world.failure()
    assert [event.will_retry for event in world.events if event.phase == "end"] == [True, False]
    assert world.events[-1].record is not None
    assert world.events[-1].record.wait == 0


async def test_the_hook_hears_of_the_attempt_before_it_is_sent() -> None:
    """So that the token of a call that is cancelled is known."""
    world = World(created())
    sent_at_begin = list[int]()
    world.strategy.on_attempt = lambda event: (
        sent_at_begin.append(world.sent) if event.phase == "begin" else None
    )
    await world.run()
    assert sent_at_begin == [0]


async def test_a_hook_that_raises_does_not_break_the_call(caplog: pytest.LogCaptureFixture) -> None:
    """Its exception is logged and goes no further."""

    def broken(_: AttemptEvent) -> None:
        raise ValueError("of the hook")

    world = World(unavailable(), created())
    world.strategy.on_attempt = broken
    _, attempts = await world.run()
    assert len(attempts) == 2
    assert len([one for one in caplog.records if "on_attempt raised ValueError" in one.message]) == 4


async def test_the_log_has_structured_extra(caplog: pytest.LogCaptureFixture) -> None:
    """Each attempt is one record with the fields of its AttemptRecord, for whoever collects them."""
    caplog.set_level(logging.DEBUG, "aio_workflows")
    world = World(throttled("r1", retry_after=2), created())
    await world.run()
    first, second = (vars(record) for record in caplog.records if record.name.startswith("aio_workflows"))
    assert (first["operation"], first["client_token"], first["number"]) == ("CreateWorkflow", TOKEN, 1)
    assert (first["error"], first["http_status"], first["request_id"]) == (
        "CallRateLimitExceededException",
        429,
        "r1",
    )
    assert first["wait"] == world.time.sleeps[0]
    assert "again in 2." in first["message"]
    assert "throttles" in first["message"]
    assert (second["error"], second["number"]) == (None, 2)
    assert "success" in second["message"]


async def test_the_package_is_silent_by_default(capfd: pytest.CaptureFixture[str]) -> None:
    """Without a logging configuration nothing reaches the terminal, not even a warning."""

    def broken(_: AttemptEvent) -> None:
        raise ValueError("of the hook")

    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    try:
        world = World(unavailable(), max_attempts=2)
        world.strategy.on_attempt = broken
        await world.failure()
    finally:
        root.handlers = handlers
    assert capfd.readouterr() == ("", "")


# --- Nothing is held --------------------------------------------------------------------------------


class Document:
    """Stands for what a request holds."""


@contextmanager
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def run_and_forget(world: World) -> "weakref.ref[Document]":
    """Run the call with a document that its attempts and its `when_gone` hold, and drop how it ended."""
    document = Document()

    async def send(deadline: float) -> Response:
        assert isinstance(document, Document)
        return await world.send(deadline)

    world.when_gone = lambda _: created(str(document))
    with suppress(AioWorkflowsError, asyncio.CancelledError):
        await world.run(send)
    return weakref.ref(document)


@pytest.mark.parametrize(
    "script",
    [
        (created,),
        (unavailable, created),
        (unavailable, throttled),
        (unavailable, CallTimeoutError),
        (lambda: ConnectionLostError(reused=True), created),
        (expired, expired),
        (asyncio.CancelledError,),
        (unavailable, asyncio.CancelledError),
        (unavailable, lambda: ResourceNotFoundException(http_status=404)),
    ],
)
async def test_no_circle_of_references_keeps_the_request(script: tuple[Callable[[], Step], ...]) -> None:
    """What the request holds dies with the call and its error, without the garbage collector."""
    with no_collector():
        document = await run_and_forget(
            World(*[make() for make in script], max_attempts=len(script), is_played_once=True)
        )
        assert document() is None


async def test_the_error_that_is_raised_holds_no_frame_of_an_attempt() -> None:
    """Its traceback begins at the strategy: the frames below hold the document."""

    async def fail() -> Response:
        raise ServiceException("m", http_status=500)

    error = await World(fail, max_attempts=2).failure()
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names[-1] == "run"
    assert not {"fail", "send", "attempt"} & {*names}
