"""Decides what follows from a failed attempt: the only place that does. Pure, a table and a lookup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from aio_workflows.errors import (
    AioWorkflowsError,
    CallTimeoutError,
    CertificateError,
    ClientClosedError,
    ConfigurationError,
    ConnectionLostError,
    EventLoopError,
    InvalidResponseError,
    NameResolutionError,
    RedirectError,
    TransportError,
)
from aio_workflows.errors.service import (
    AuthenticationError,
    ExpiredTokenException,
    InvalidSignatureException,
    RequestExpired,
    ResourceInUseException,
    ResourceNotFoundException,
    ServiceError,
    ThrottlingError,
    UnrecognizedClientException,
)
from aio_workflows.retry.policy import RetryPolicy

Action = Literal["raise", "retry", "resend", "renew_credentials", "correct_clock", "done"]
"""What follows: raise the error; wait and try again; send again at once, as part of the same
attempt; mend the cause first, then try again at once; or nothing, since the error tells that an
earlier attempt has done the work."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an error, and why. ``throttled`` tells that the shared pace must slow down."""

    action: Action
    reason: str
    throttled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened earlier in the same call, as far as it matters for a verdict."""

    outcome_unknown: bool = False
    """Whether an attempt before this one may have done the work."""
    resent: bool = False
    credentials_renewed: bool = False
    clock_corrected: bool = False
    name_failures: int = 0
    deletes: bool = False
    """Whether the call asks for something to be deleted."""

    def after(self, error: AioWorkflowsError, verdict: Verdict) -> History:
        """The history with one more failed attempt in it."""
        return History(
            outcome_unknown=self.outcome_unknown or error.outcome == "unknown",
            resent=self.resent or verdict.action == "resend",
            credentials_renewed=self.credentials_renewed or verdict.action == "renew_credentials",
            clock_corrected=self.clock_corrected or verdict.action == "correct_clock",
            name_failures=self.name_failures + isinstance(error, NameResolutionError),
            deletes=self.deletes,
        )


_NAME_ATTEMPTS: Final = 2
"""Attempts at a name that does not resolve: one more, for a resolver that had a bad moment."""


def classify(error: AioWorkflowsError, history: History, policy: RetryPolicy) -> Verdict:
    """The verdict on an error, given what went before it in the call."""
    wanted = policy.retry_if(error) if policy.retry_if is not None else None
    if wanted is not None:
        return Verdict("retry" if wanted else "raise", "decided by retry_if", is_throttle(error))
    for matches, verdict in _TABLE:
        if matches(error, history):
            return verdict
    return Verdict("raise", "the service rejected the request")


def tells_of_no_service(error: AioWorkflowsError) -> bool:
    """Whether the service seems to be down or out of reach: what the circuit breaker counts."""
    is_fault = isinstance(error, ServiceError) and error.outcome == "unknown"
    return is_fault or isinstance(error, TransportError | InvalidResponseError)


def is_throttle(error: AioWorkflowsError) -> bool:
    """Whether the service admitted the call's rate no longer: what the pace learns from."""
    return isinstance(error, ThrottlingError) or error.http_status == 429


def _is_stale_connection(error: AioWorkflowsError, history: History) -> bool:
    return isinstance(error, ConnectionLostError) and error.reused and not history.resent


def _credentials_may_be_renewed(error: AioWorkflowsError, history: History) -> bool:
    return isinstance(error, _RENEWABLE) and not history.credentials_renewed


def _clock_may_be_off(error: AioWorkflowsError, history: History) -> bool:
    return isinstance(error, _SKEWED) and not history.clock_corrected


def _is_first_name_failure(error: AioWorkflowsError, history: History) -> bool:
    return isinstance(error, NameResolutionError) and history.name_failures + 1 < _NAME_ATTEMPTS


def _is_in_use_by_ourselves(error: AioWorkflowsError, history: History) -> bool:
    return isinstance(error, ResourceInUseException) and history.outcome_unknown


def _is_deleted_by_ourselves(error: AioWorkflowsError, history: History) -> bool:
    return isinstance(error, ResourceNotFoundException) and history.deletes and history.outcome_unknown


def _any(*classes: type[AioWorkflowsError]) -> _Condition:
    return lambda error, _: isinstance(error, classes)


_RENEWABLE: Final = (ExpiredTokenException, UnrecognizedClientException)
_SKEWED: Final = (InvalidSignatureException, RequestExpired)

_Condition = Callable[[AioWorkflowsError, History], bool]

# The first row that matches counts.
_TABLE: Final[tuple[tuple[_Condition, Verdict], ...]] = (
    (
        lambda error, _: is_throttle(error),
        Verdict("retry", "the service throttles, nothing was done", throttled=True),
    ),
    (
        _credentials_may_be_renewed,
        Verdict("renew_credentials", "the credentials are expired or not yet valid"),
    ),
    (_clock_may_be_off, Verdict("correct_clock", "the signature's time may be off")),
    (_any(AuthenticationError), Verdict("raise", "the credentials or the signature are not accepted")),
    (
        _any(ConfigurationError, ClientClosedError, EventLoopError),
        Verdict("raise", "the client cannot send as it is"),
    ),
    (_any(CallTimeoutError), Verdict("raise", "the time limit of the call has passed")),
    (_any(CertificateError), Verdict("raise", "the host's certificate is not accepted")),
    (_any(RedirectError), Verdict("raise", "redirects are never followed")),
    (_is_stale_connection, Verdict("resend", "an idle connection had been closed by the server")),
    (_is_first_name_failure, Verdict("retry", "the name may resolve at a second try")),
    (_any(NameResolutionError), Verdict("raise", "the name of the host does not resolve")),
    (_any(TransportError), Verdict("retry", "no whole answer came")),
    (
        _any(InvalidResponseError),
        Verdict("retry", "the success cannot be used; the token makes it safe to ask again"),
    ),
    (_is_in_use_by_ourselves, Verdict("retry", "an earlier attempt of ours may still be at work")),
    (_is_deleted_by_ourselves, Verdict("done", "an earlier attempt of ours has deleted it")),
    (lambda error, _: tells_of_no_service(error), Verdict("retry", "the service failed, or gave up waiting")),
)
