"""The loop around the attempts of one call, under tenacity."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from aio_workflows.errors import (
    AioWorkflowsError,
    AttemptRecord,
    CallTimeoutError,
    CircuitOpenError,
    StopReason,
)
from aio_workflows.errors.service import ServiceError
from aio_workflows.retry.attempts import AttemptHook, AttemptLog
from aio_workflows.retry.backoff import Random, wait_before_next
from aio_workflows.retry.classifier import History, Verdict, classify, is_throttle, tells_of_no_service
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.retry.rate_limiter import Ending, RateLimiter, Ticket
from aio_workflows.retry.time_limit import TimeLimit

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from aio_workflows.models.responses import Response

ResponseT = TypeVar("ResponseT", bound="Response")


class Remedies(Protocol):
    """What can be mended between two attempts."""

    async def renew_credentials(self) -> bool:
        """Fetch the credentials anew; False if there is nothing to fetch."""
        ...

    def correct_clock(self, server_date: str | None) -> bool:
        """Take over the server's time; False if the clock is not at fault."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[ResponseT]):
    """What the loop has to know of a call: its names, its limit, and what can be mended.

    ``deadline`` is a reading of the strategy's clock, ``timeout`` the seconds that it was set for.
    A call that ``is_queued`` is one of many (see :class:`TimeLimit`); its throttled attempts do not
    count while the service admits others. ``when_gone``, for a call that deletes, makes the
    response from the error that tells that an earlier attempt has done it.
    """

    operation: str
    client_token: str | None
    deadline: float
    timeout: float
    remedies: Remedies
    is_queued: bool = False
    when_gone: Callable[[AioWorkflowsError], ResponseT] | None = None


class RetryStrategy:
    """Repeats the attempts of calls as a policy says. One for each client.

    ``patience`` is how long calls are kept waiting while the service is down, in seconds. ``clock``
    gives seconds that only grow, ``sleep`` waits for seconds, ``random`` draws the jitter.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        *,
        patience: float = 60.0,
        on_attempt: AttemptHook | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Random = random.random,
    ) -> None:
        self.policy = policy
        self.on_attempt = on_attempt
        self.clock = clock
        self.sleep = sleep
        self.random = random
        self.limiter: RateLimiter = RateLimiter(rate=policy.rate, patience=patience, clock=clock, sleep=sleep)

    async def run(
        self, call: Call[ResponseT], send: Callable[[float], Awaitable[ResponseT]]
    ) -> tuple[ResponseT, tuple[AttemptRecord, ...]]:
        """The response of the first attempt that succeeds, and a record of every attempt.

        ``send`` makes one attempt, which must end by the deadline that it is given.

        :raises AioWorkflowsError: the last real error of an attempt, with the facts of the call.
        """
        run = _Run(self, call, send)
        try:
            # Most calls succeed at once, and tenacity's part of them costs as much as ours.
            result = await run.attempt()
            if run.goes_on:
                result = await self._repeat(run)
            if isinstance(result, AioWorkflowsError):
                result = run.last_real_error(result)
        finally:
            run.let_go()
        try:
            if isinstance(result, AioWorkflowsError):
                raise result
            return result, tuple(run.log.records)
        finally:
            del result  # the exception holds this frame, which must not hold the exception

    async def _repeat(self, run: _Run[ResponseT]) -> ResponseT | AioWorkflowsError:
        """Make the attempts after the first one."""
        # Imported here, since most calls do without.
        from tenacity import AsyncRetrying

        await self.sleep(run.wait)
        retrying = AsyncRetrying(retry=run.wants_another, wait=lambda _: run.wait, sleep=self.sleep)
        return await retrying(run.attempt)


class _Run(Generic[ResponseT]):
    """One call under way. ``goes_on`` and ``wait`` (seconds) say what follows the last attempt.

    Errors of attempts are handed on as values and without their tracebacks, whose frames hold the
    document; what is raised within the loop ends the call, as a cancellation does.
    """

    def __init__(
        self, strategy: RetryStrategy, call: Call[ResponseT], send: Callable[[float], Awaitable[ResponseT]]
    ) -> None:
        self.log = AttemptLog(call.operation, call.client_token, strategy.on_attempt)
        self.wait = 0.0
        self.goes_on = False
        self._loop_state: RetryCallState | None = None
        self._strategy = strategy
        self._call = call
        self._send = send
        self._history = History(deletes=call.when_gone is not None)
        self._error: AioWorkflowsError | None = None
        self._resending = False
        self._throttles = 0
        self._uncounted = 0  # attempts that count for nothing
        self._limit = TimeLimit(
            call.deadline,
            call.timeout,
            is_queued=call.is_queued,
            limiter=strategy.limiter,
            clock=strategy.clock,
        )
        self._stop_reason: StopReason = "not_retryable"

    def wants_another(self, state: RetryCallState) -> bool:
        """Whether another attempt follows, as tenacity asks for it."""
        self._loop_state = state
        return self.goes_on

    def let_go(self) -> None:
        """Drop what the call held, for the loop and its exceptions hold one another in circles."""
        del self._send, self._error, self._call
        if self._loop_state is not None:
            self._loop_state.outcome = None

    async def attempt(self) -> ResponseT | AioWorkflowsError:
        """Make one attempt; when it fails, settle what follows and return the error."""
        self.goes_on = False  # an exception that is not ours, such as a cancellation, ends the call
        try:
            ticket = await self._limit.wait_for_turn()
        except (CallTimeoutError, CircuitOpenError) as obstacle:
            self._stop_reason = "circuit_open" if isinstance(obstacle, CircuitOpenError) else "deadline"
            return obstacle.with_traceback(None)
        if not self._resending:
            self.log.begin()
        started = self._strategy.clock()
        result = await self._exchange(ticket)
        duration = self._strategy.clock() - started
        if isinstance(result, AioWorkflowsError):
            verdict = await self._settle(result, duration)
            if verdict.action == "done" and self._call.when_gone is not None:
                return self._call.when_gone(result)
            return result
        self.log.succeeded(result.metadata, duration=duration, resent=self._resending)
        return result

    async def _exchange(self, ticket: Ticket) -> ResponseT | AioWorkflowsError:
        """Send once, and tell the limiter how that ended."""
        ending: Ending = "abandoned"
        failure: AioWorkflowsError | None = None
        try:
            response = await self._send(self._limit.deadline)
        except AioWorkflowsError as error:
            failure = error.with_traceback(None)
            failure.__context__ = None  # its frames hold the document too; a cause that is told stays
            ending = _ending(failure)
            return failure
        else:
            ending = "admitted"
            return response
        finally:
            self._strategy.limiter.settle(ticket, ending, failure)

    def last_real_error(self, error: AioWorkflowsError) -> AioWorkflowsError:
        """The error to raise, with the facts of the whole call."""
        if isinstance(error, CallTimeoutError | CircuitOpenError) and self._error is not None:
            error = self._error  # the last attempt was never sent: this is what ended the one before
        if self._history.outcome_unknown:
            error.outcome = "unknown"  # whatever refused the call later
        error.operation = self._call.operation
        error.client_token = self._call.client_token
        error.attempts = tuple(self.log.records)
        error.stop_reason = self._stop_reason
        return error

    async def _settle(self, error: AioWorkflowsError, duration: float) -> Verdict:
        """Settle what follows from an error, and record it; the verdict says why."""
        verdict = classify(error, self._history, self._strategy.policy)
        if verdict.throttled:
            self._throttles += 1
            self._uncounted += self._limit.service_admits_calls
        wait = self._wait_after(error, verdict)
        goes_on = (
            verdict.action not in {"raise", "done"}
            and self._is_within_limits(verdict, wait)
            and await self._mend(error, verdict)
        )
        self.wait = wait if goes_on else 0.0
        if isinstance(error, CallTimeoutError):
            self._stop_reason = "deadline"
        else:
            self._error = error
        resent, self._resending = self._resending, goes_on and verdict.action == "resend"
        self._history = self._history.after(error, verdict)
        self.goes_on = goes_on
        if self._resending:
            return verdict  # it goes on as the same attempt
        self.log.failed(
            error,
            duration=duration,
            resent=resent,
            wait=self.wait,
            reason=verdict.reason,
            will_retry=goes_on,
        )
        return verdict

    def _wait_after(self, error: AioWorkflowsError, verdict: Verdict) -> float:
        if verdict.action != "retry":
            return 0.0  # the cause is mended, or was an idle connection: no reason to wait
        asked = error.retry_after if isinstance(error, ServiceError) else None
        # The pace spaces calls that are throttled, so the first throttle of a call asks for no more.
        number = self._throttles - 1 if verdict.throttled else self.log.number
        return wait_before_next(number, asked, self._strategy.policy, self._strategy.random)

    def _is_within_limits(self, verdict: Verdict, wait: float) -> bool:
        """Whether another attempt is allowed. A wait that would pass the deadline is not begun."""
        if (
            verdict.action != "resend"
            and self.log.number - self._uncounted >= self._strategy.policy.max_attempts
        ):
            self._stop_reason = "attempts"
        elif self._strategy.clock() + wait >= self._limit.deadline:
            self._stop_reason = "deadline"
        else:
            return True
        return False

    async def _mend(self, error: AioWorkflowsError, verdict: Verdict) -> bool:
        """Do what the verdict asks for before another attempt; False if it cannot be done."""
        match verdict.action:
            case "renew_credentials":
                return await self._renew_credentials(error)
            case "correct_clock":
                server_date = error.server_date if isinstance(error, ServiceError) else None
                return self._call.remedies.correct_clock(server_date)
            case _:
                return True

    async def _renew_credentials(self, error: AioWorkflowsError) -> bool:
        try:
            async with asyncio.timeout(self._limit.deadline - self._strategy.clock()):
                return await self._call.remedies.renew_credentials()
        except AioWorkflowsError as obstacle:
            error.__cause__ = obstacle.with_traceback(None)
            if isinstance(obstacle, CallTimeoutError):
                self._stop_reason = "deadline"
        except TimeoutError:
            self._stop_reason = "deadline"
        return False


def _ending(error: AioWorkflowsError) -> Ending:
    """What an attempt that failed tells the limiter."""
    if is_throttle(error):
        return "throttled"
    if tells_of_no_service(error):
        return "failed"
    return "admitted" if isinstance(error, ServiceError) else "abandoned"
