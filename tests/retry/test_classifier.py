"""The table "What is retried", row by row."""

from typing import Any

import pytest

from aio_workflows.errors import (
    AioWorkflowsError,
    CallTimeoutError,
    CertificateError,
    ClientClosedError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    EventLoopError,
    InvalidResponseError,
    NameResolutionError,
    ReadTimeoutError,
    RedirectError,
    TransportError,
)
from aio_workflows.errors.service import ERRORS_BY_CODE, ServiceError, error_class, error_outcome
from aio_workflows.retry.classifier import History, classify
from aio_workflows.retry.policy import RetryPolicy

POLICY = RetryPolicy()
FIRST = History()
AFTER_UNKNOWN = History(outcome_unknown=True)


def answered(status: int, code: str | None = None) -> ServiceError:
    """The error that the deserializer makes of such an answer."""
    cls = error_class(code, status)
    return cls("m", code=code or str(status), http_status=status, outcome=error_outcome(cls, status))


THROTTLES = [
    (429, None),
    (429, "SomethingNew"),
    (429, "ResourceInUseException"),
    (429, "ExpiredTokenException"),
    *(
        (status, code)
        for status in (400, 403, 429, 500, 503)
        for code in (
            "CallRateLimitExceededException",
            "TooManyRequestsException",
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "RequestLimitExceeded",
            "RequestThrottledException",
            "SlowDown",
            "BandwidthLimitExceeded",
            "PriorRequestNotComplete",
        )
    ),
]
UNKNOWN_SERVER = [
    (500, None),
    (500, "SomethingNew"),
    (502, None),
    (503, None),
    (504, None),
    (408, None),
    (500, "ServiceException"),
    (503, "ServiceUnavailableException"),
    (503, "ServiceUnavailable"),
    (500, "InternalFailure"),
    (400, "ServiceException"),
    (408, "RequestTimeoutException"),
    (400, "RequestAbortedException"),
    (500, "InvalidParameterValueException"),
]
REJECTED = [
    (402, "ServiceQuotaExceededException"),
    (402, None),
    (400, "IdempotentParameterMismatchException"),
    (403, "ForbiddenException"),
    (403, "AccessDeniedException"),
    (403, None),
    (400, "ClientException"),
    (400, "InvalidRequestException"),
    (400, "InvalidParameterException"),
    (400, "InvalidParameterValueException"),
    (400, "InvalidParameterCombinationException"),
    (400, "InvalidVersionNumberException"),
    (400, "InvalidPaginationTokenException"),
    (400, "ResourceAlreadyExistsException"),
    (400, "ResourceDependencyException"),
    (404, "ResourceNotFoundException"),
    (400, "ValidationError"),
    (404, "UnknownOperationException"),
    (412, "DryRunOperationException"),
    (413, None),
    (400, None),
    (404, None),
    (418, None),
    (400, "SomethingNew"),
    (401, None),
    (403, "IncompleteSignature"),
    (403, "MissingAuthenticationTokenException"),
]

ROWS: list[tuple[AioWorkflowsError, History, str]] = [
    # Not sent.
    (ConnectError(), FIRST, "retry"),
    (ConnectTimeoutError(), FIRST, "retry"),
    (TransportError(outcome="not_sent"), FIRST, "retry"),
    (ConnectionLostError(outcome="not_sent"), FIRST, "retry"),
    (NameResolutionError(), FIRST, "retry"),
    (NameResolutionError(), History(name_failures=1), "raise"),
    # The host.
    (CertificateError(), FIRST, "raise"),
    (RedirectError(http_status=307), FIRST, "raise"),
    # A reused connection.
    (ConnectionLostError(reused=True), FIRST, "resend"),
    (ConnectionLostError(reused=True), History(resent=True), "retry"),
    (ConnectionLostError(reused=True), AFTER_UNKNOWN, "resend"),
    # Sent, and no usable answer.
    (ConnectionLostError(), FIRST, "retry"),
    (ReadTimeoutError(), FIRST, "retry"),
    (TransportError(), FIRST, "retry"),
    (InvalidResponseError(http_status=200), FIRST, "retry"),
    # In use by an attempt of ours, or by someone else.
    (answered(400, "ResourceInUseException"), FIRST, "raise"),
    (answered(400, "ResourceInUseException"), AFTER_UNKNOWN, "retry"),
    # Deleted by an attempt of ours, or never there.
    (answered(404, "ResourceNotFoundException"), History(deletes=True), "raise"),
    (answered(404, "ResourceNotFoundException"), AFTER_UNKNOWN, "raise"),
    (answered(404, "ResourceNotFoundException"), History(deletes=True, outcome_unknown=True), "done"),
    # Credentials and clock.
    (answered(403, "ExpiredTokenException"), FIRST, "renew_credentials"),
    (answered(400, "ExpiredToken"), FIRST, "renew_credentials"),
    (answered(403, "UnrecognizedClientException"), FIRST, "renew_credentials"),
    (answered(403, "ExpiredTokenException"), History(credentials_renewed=True), "raise"),
    (answered(403, "ExpiredTokenException"), History(clock_corrected=True), "renew_credentials"),
    (answered(403, "InvalidSignatureException"), FIRST, "correct_clock"),
    (answered(403, "SignatureDoesNotMatch"), FIRST, "correct_clock"),
    (answered(403, "RequestTimeTooSkewed"), FIRST, "correct_clock"),
    (answered(400, "RequestExpired"), FIRST, "correct_clock"),
    (answered(403, "InvalidSignatureException"), History(clock_corrected=True), "raise"),
    (answered(403, "InvalidSignatureException"), History(credentials_renewed=True), "correct_clock"),
    # The client itself.
    (ConfigurationError(), FIRST, "raise"),
    (ClientClosedError(), FIRST, "raise"),
    (EventLoopError(), FIRST, "raise"),
    (CallTimeoutError(), FIRST, "raise"),
    *((answered(*one), FIRST, "retry") for one in THROTTLES + UNKNOWN_SERVER),
    *((answered(*one), FIRST, "raise") for one in REJECTED),
    *((answered(*one), AFTER_UNKNOWN, "raise") for one in REJECTED),
]


@pytest.mark.parametrize(
    ("error", "history", "action"),
    ROWS,
    ids=[f"{type(error).__name__}-{error.http_status}-{error.code}-{action}" for error, _, action in ROWS],
)
def test_the_table(error: AioWorkflowsError, history: History, action: str) -> None:
    """Each row gives its verdict, with a reason."""
    verdict = classify(error, history, POLICY)
    assert verdict.action == action
    assert verdict.reason


@pytest.mark.parametrize(("status", "code"), THROTTLES)
def test_a_throttle_slows_the_shared_pace(status: int, code: str | None) -> None:
    """Any 429, and the throttling codes whatever their status, tell the pace; nothing was done."""
    error = answered(status, code)
    assert classify(error, FIRST, POLICY).throttled
    assert error.outcome == "rejected"


@pytest.mark.parametrize(("status", "code"), UNKNOWN_SERVER + REJECTED)
def test_nothing_else_slows_the_pace(status: int, code: str | None) -> None:
    """A failing service is no throttling service."""
    assert not classify(answered(status, code), FIRST, POLICY).throttled


@pytest.mark.parametrize(("status", "code"), UNKNOWN_SERVER)
def test_a_failing_service_leaves_the_outcome_open(status: int, code: str | None) -> None:
    """What the table repeats as unknown says so."""
    assert answered(status, code).outcome == "unknown"


@pytest.mark.parametrize(("status", "code"), REJECTED)
def test_a_refusal_is_a_rejection(status: int, code: str | None) -> None:
    """What the table raises at once did nothing."""
    assert answered(status, code).outcome == "rejected"


def test_every_code_has_a_verdict_with_a_reason() -> None:
    """No known code falls out of the table."""
    for code in ERRORS_BY_CODE:
        assert classify(answered(400, code), FIRST, POLICY).reason


SOME: list[Any] = [
    answered(400, "InvalidParameterValueException"),
    answered(500),
    ConnectError(),
    CertificateError(),
]


@pytest.mark.parametrize("error", SOME, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("answer", "action"), [(True, "retry"), (False, "raise")])
def test_retry_if_decides(error: AioWorkflowsError, answer: bool, action: str) -> None:
    """True repeats what the table would raise, False raises what it would repeat."""
    verdict = classify(error, FIRST, RetryPolicy(retry_if=lambda _: answer))
    assert verdict.action == action
    assert verdict.reason


@pytest.mark.parametrize(("error", "history", "action"), ROWS[:20])
def test_retry_if_may_leave_it_to_the_table(error: AioWorkflowsError, history: History, action: str) -> None:
    """None is the default verdict."""
    assert classify(error, history, RetryPolicy(retry_if=lambda _: None)) == classify(error, history, POLICY)


def test_retry_if_sees_the_error() -> None:
    """It is asked with the very exception."""
    seen = list[AioWorkflowsError]()
    error = answered(400, "InvalidParameterValueException")
    classify(error, FIRST, RetryPolicy(retry_if=seen.append))
    assert seen == [error]


def test_a_throttle_that_retry_if_repeats_still_slows_the_pace() -> None:
    """Who decides about the retry does not decide about the pace."""
    assert classify(answered(429), FIRST, RetryPolicy(retry_if=lambda _: True)).throttled
