"""The tree of errors: who is whose kind, and what each of them tells. Checked by `nox -s typing`, never run."""

from typing import Literal, assert_type

from aio_workflows import (
    AccessDeniedException,
    AioWorkflowsError,
    AttemptRecord,
    AuthenticationError,
    CallRateLimitExceededException,
    CallTimeoutError,
    CertificateError,
    CircuitOpenError,
    ClientClosedError,
    ClientException,
    ClientFaultError,
    ClusterError,
    Collision,
    CollisionError,
    Complaint,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DryRunOperationException,
    EventLoopError,
    ExpiredTokenException,
    ForbiddenException,
    IdempotentParameterMismatchException,
    IncompleteRunError,
    IncompleteSignature,
    InternalFailure,
    InvalidInputError,
    InvalidPaginationTokenException,
    InvalidParameterCombinationException,
    InvalidParameterException,
    InvalidParameterValueException,
    InvalidRequestException,
    InvalidResponseError,
    InvalidSignatureException,
    InvalidVersionNumberException,
    JournalError,
    MalformedHttpRequestException,
    ManifestError,
    ManifestMistake,
    MissingAuthenticationTokenException,
    NameResolutionError,
    NotAuthorized,
    OptInRequired,
    PermissionDeniedError,
    ReadTimeoutError,
    RedirectError,
    RequestAbortedException,
    RequestEntityTooLargeException,
    RequestExpired,
    RequestTimeoutException,
    RequestValidationError,
    ResourceAlreadyExistsException,
    ResourceDependencyException,
    ResourceInUseException,
    ResourceNotFoundException,
    ResourceStateError,
    ServerFaultError,
    ServiceError,
    ServiceException,
    ServiceQuotaExceededException,
    ServiceUnavailable,
    ServiceUnavailableException,
    ThrottlingError,
    ThrottlingException,
    TooManyRequestsException,
    TransportError,
    UnknownOperationException,
    UnrecognizedClientException,
    ValidationError,
    WaitTimeoutError,
    WorkflowChangedError,
)

THROTTLING: tuple[type[ThrottlingError], ...] = (
    CallRateLimitExceededException,
    TooManyRequestsException,
    ThrottlingException,
)
AUTHENTICATION: tuple[type[AuthenticationError], ...] = (
    ExpiredTokenException,
    IncompleteSignature,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    RequestExpired,
    UnrecognizedClientException,
)
PERMISSION: tuple[type[PermissionDeniedError], ...] = (
    AccessDeniedException,
    ForbiddenException,
    NotAuthorized,
    OptInRequired,
)
INVALID_INPUT: tuple[type[InvalidInputError], ...] = (
    IdempotentParameterMismatchException,
    InvalidPaginationTokenException,
    InvalidParameterCombinationException,
    InvalidParameterException,
    InvalidParameterValueException,
    InvalidRequestException,
    InvalidVersionNumberException,
    MalformedHttpRequestException,
    RequestEntityTooLargeException,
    UnknownOperationException,
    ValidationError,
)
STATE: tuple[type[ResourceStateError], ...] = (
    ResourceAlreadyExistsException,
    ResourceDependencyException,
    ResourceInUseException,
    ResourceNotFoundException,
)
CLIENT_FAULTS: tuple[type[ClientFaultError], ...] = (
    *(ThrottlingError, AuthenticationError, PermissionDeniedError, InvalidInputError, ResourceStateError),
    ClientException,
    DryRunOperationException,
    ServiceQuotaExceededException,
    RequestAbortedException,
    RequestTimeoutException,
)
SERVER_FAULTS: tuple[type[ServerFaultError], ...] = (
    ServiceException,
    ServiceUnavailableException,
    InternalFailure,
    ServiceUnavailable,
)
SERVICE: tuple[type[ServiceError], ...] = (ClientFaultError, ServerFaultError)
TRANSPORT: tuple[type[TransportError], ...] = (
    ConnectError,
    ConnectionLostError,
    ReadTimeoutError,
    RedirectError,
)
CONNECT: tuple[type[ConnectError], ...] = (NameResolutionError, CertificateError, ConnectTimeoutError)
TIMEOUTS: tuple[type[TimeoutError], ...] = (
    CallTimeoutError,
    WaitTimeoutError,
    ConnectTimeoutError,
    ReadTimeoutError,
)
ALL: tuple[type[AioWorkflowsError], ...] = (
    *(RequestValidationError, ConfigurationError, ClientClosedError, EventLoopError, CallTimeoutError),
    *(CircuitOpenError, WaitTimeoutError, JournalError, IncompleteRunError, ClusterError, TransportError),
    *(InvalidResponseError, WorkflowChangedError, ServiceError),
)


def facts_of_every_error(error: AioWorkflowsError) -> None:
    assert_type(error.message, str)
    assert_type(error.outcome, Literal["not_sent", "rejected", "unknown"])
    assert_type(error.operation, str | None)
    assert_type(error.client_token, str | None)
    assert_type(error.attempts, tuple[AttemptRecord, ...])
    assert_type(error.stop_reason, Literal["not_retryable", "attempts", "deadline", "circuit_open"] | None)
    assert_type(error.code, str | None)
    assert_type(error.http_status, int | None)
    assert_type(error.request_id, str | None)
    assert_type(error.request_ids, tuple[str, ...])


def facts_of_some(
    refused: ServiceError,
    invalid: RequestValidationError,
    collision: CollisionError,
    manifest: ManifestError,
    lost: ConnectionLostError,
    waited: WaitTimeoutError,
    journal: JournalError,
    incomplete: IncompleteRunError,
    changed: WorkflowChangedError,
) -> None:
    assert_type(refused.retry_after, float | None)
    assert_type(invalid.complaints, tuple[Complaint, ...])
    assert_type(collision.collisions, tuple[Collision, ...])
    assert_type(manifest.mistakes, tuple[ManifestMistake, ...])
    assert_type((lost.host, lost.reused), tuple[str | None, bool])
    assert_type(waited.status, str | None)
    assert_type(journal.path, str | None)
    assert_type((incomplete.cancelled, incomplete.not_started), tuple[int, int])
    assert_type(changed.workflow_build_version_arn, str | None)
    assert_type(changed.differences, tuple[str, ...])
    for value_error in (invalid, collision, manifest):
        also: ValueError = value_error
        raise also
