"""What the service answers when it refuses or fails: one class per documented exception, in one table."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from aio_workflows.errors.base import AioWorkflowsError, Outcome


class ServiceError(AioWorkflowsError):
    """The service answered with an error.

    ``code`` is the error code as it came (by default the documented one that the class is named
    after, if there is one) and ``message`` the service's own text, untouched.
    ``http_status``, ``request_id`` and ``retry_after`` (seconds, from the answer's headers) are
    None where the answer had none; so is ``server_date``, its ``Date`` header as it came.
    """

    default_outcome: Outcome = "rejected"

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        server_date: str | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        super().__init__(message, outcome=outcome, http_status=http_status, request_id=request_id)
        name = type(self).__name__
        self.code: str | None = name if code is None and name in ERRORS_BY_CODE else code
        self.retry_after: float | None = retry_after
        self.server_date: str | None = server_date

    def __str__(self) -> str:
        head = self.code or type(self).__name__
        return f"{head}: {super().__str__()}" if self.message else f"{head}{super().__str__()}"


class ClientFaultError(ServiceError):
    """The service rejected the request (HTTP 4xx). Codes without a class of their own arrive as this."""


class ServerFaultError(ServiceError):
    """The service failed (HTTP 5xx). Whether the work was done is unknown."""

    default_outcome: Outcome = "unknown"


class ThrottlingError(ClientFaultError):
    """Requests came faster than is admitted. Nothing was done; the client slows down and tries again."""


class AuthenticationError(ClientFaultError):
    """The service could not establish who is asking: keys, session token, signature or clock."""


class PermissionDeniedError(ClientFaultError):
    """The caller is known, but is not allowed to do this."""


class InvalidInputError(ClientFaultError):
    """The service found fault with the parameters or the document."""


class ResourceStateError(ClientFaultError):
    """The resource is not in a state that allows this: it exists already, is in use, or is missing."""


# --- The exceptions of the service model -----------------------------------------------------------


class AccessDeniedException(PermissionDeniedError):
    """You do not have permission to perform the operation (HTTP 403)."""


class CallRateLimitExceededException(ThrottlingError):
    """The permitted request rate was exceeded (HTTP 429).

    The 2025 reference speaks of the rate of the operation, the present one of the EC2 calls that
    Image Builder makes for you; both pass with time. No rate is published.
    """


class ClientException(ClientFaultError):
    """A client error of a general kind, such as an invalid resource identifier (HTTP 400)."""


class DryRunOperationException(ClientFaultError):
    """The request would have succeeded, but the dry run flag is set (HTTP 412).

    ``dry_run_create_workflow`` turns it into a normal return, so it is not met in practice.
    """


class ForbiddenException(PermissionDeniedError):
    """You are not authorized to perform the requested operation (HTTP 403)."""


class IdempotentParameterMismatchException(InvalidInputError):
    """The client token was used before with other parameters (HTTP 400). Use a new token."""


class InvalidPaginationTokenException(InvalidInputError):
    """The ``nextToken`` is not valid (HTTP 400): begin the listing anew."""


class InvalidParameterCombinationException(InvalidInputError):
    """Parameters exclude each other, or one lacks its companion (HTTP 400)."""


class InvalidParameterException(InvalidInputError):
    """A parameter is not valid (HTTP 400)."""


class InvalidParameterValueException(InvalidInputError):
    """A parameter's value is not valid (HTTP 400); also what a faulty document gives."""


class InvalidRequestException(InvalidInputError):
    """The service does not support the requested action (HTTP 400)."""


class InvalidVersionNumberException(InvalidInputError):
    """The version number is out of bounds or malformed (HTTP 400)."""


class ResourceAlreadyExistsException(ResourceStateError):
    """The resource exists already: for a workflow, its latest build has this very content (HTTP 400)."""


class ResourceDependencyException(ResourceStateError):
    """Other resources depend on this one, so it cannot be deleted (HTTP 400)."""


class ResourceInUseException(ResourceStateError):
    """The resource is in use at the moment (HTTP 400). Try again later."""


class ResourceNotFoundException(ResourceStateError):
    """The resource does not exist (HTTP 404)."""


class ServiceException(ServerFaultError):
    """The service met an unrecoverable exception (HTTP 500)."""


class ServiceQuotaExceededException(ClientFaultError):
    """A quota of the account is used up (HTTP 402). Ask for more in Service Quotas, or delete something."""


class ServiceUnavailableException(ServerFaultError):
    """The service cannot process the request at the moment (HTTP 503)."""


class TooManyRequestsException(ThrottlingError):
    """Too many requests at the same time (HTTP 429)."""


# --- Errors common to all AWS services --------------------------------------------------------------


class ExpiredTokenException(AuthenticationError):
    """The security token of the credentials has expired (HTTP 403)."""


class IncompleteSignature(AuthenticationError):
    """The signature does not conform to AWS standards (HTTP 403)."""


class InternalFailure(ServerFaultError):
    """The request failed because of an unknown error inside AWS (HTTP 500)."""


class InvalidSignatureException(AuthenticationError):
    """The signature does not match or is out of its time: wrong secret key, or a clock that is off (HTTP 403)."""


class MalformedHttpRequestException(InvalidInputError):
    """The HTTP request is malformed (HTTP 400)."""


class MissingAuthenticationTokenException(AuthenticationError):
    """The request carries no valid access key (HTTP 403)."""


class NotAuthorized(PermissionDeniedError):
    """You do not have permission to perform this action (HTTP 401)."""


class OptInRequired(PermissionDeniedError):
    """The access key needs a subscription to the service (HTTP 403)."""


class RequestAbortedException(ClientFaultError):
    """The request was aborted before an answer was sent (HTTP 400), so its outcome is unknown."""

    default_outcome: Outcome = "unknown"


class RequestEntityTooLargeException(InvalidInputError):
    """The request is too large (HTTP 413)."""


class RequestExpired(AuthenticationError):
    """The request was signed too long ago or with a time in the future (HTTP 400): check the clock."""


class RequestTimeoutException(ClientFaultError):
    """The service gave up waiting for the request (HTTP 408), so its outcome is unknown."""

    default_outcome: Outcome = "unknown"


class ServiceUnavailable(ServerFaultError):
    """The request failed because of a temporary failure of the server (HTTP 503)."""


class ThrottlingException(ThrottlingError):
    """The request was denied due to request throttling (HTTP 400, and 429 too)."""


class UnknownOperationException(InvalidInputError):
    """The service does not know the action (HTTP 404)."""


class UnrecognizedClientException(AuthenticationError):
    """The access key or the security token is not valid (HTTP 403)."""


class ValidationError(InvalidInputError):
    """The input does not satisfy the constraints of the service (HTTP 400)."""


_CLASSES: Final[tuple[type[ServiceError], ...]] = (
    # The service model.
    AccessDeniedException,
    CallRateLimitExceededException,
    ClientException,
    DryRunOperationException,
    ForbiddenException,
    IdempotentParameterMismatchException,
    InvalidPaginationTokenException,
    InvalidParameterCombinationException,
    InvalidParameterException,
    InvalidParameterValueException,
    InvalidRequestException,
    InvalidVersionNumberException,
    ResourceAlreadyExistsException,
    ResourceDependencyException,
    ResourceInUseException,
    ResourceNotFoundException,
    ServiceException,
    ServiceQuotaExceededException,
    ServiceUnavailableException,
    TooManyRequestsException,
    # The API reference's page of common errors, and the front end that all AWS services share.
    ExpiredTokenException,
    IncompleteSignature,
    InternalFailure,
    InvalidSignatureException,
    MalformedHttpRequestException,
    MissingAuthenticationTokenException,
    NotAuthorized,
    OptInRequired,
    RequestAbortedException,
    RequestEntityTooLargeException,
    RequestExpired,
    RequestTimeoutException,
    ServiceUnavailable,
    ThrottlingException,
    UnknownOperationException,
    UnrecognizedClientException,
    ValidationError,
)

# Other spellings under which the shared front end of AWS sends the same errors.
_SPELLINGS: Final[dict[str, type[ServiceError]]] = {
    "AccessDenied": AccessDeniedException,
    "AuthFailure": UnrecognizedClientException,
    "BandwidthLimitExceeded": ThrottlingException,
    "EC2ThrottledException": ThrottlingException,
    "ExpiredToken": ExpiredTokenException,
    "IncompleteSignatureException": IncompleteSignature,
    "InternalError": InternalFailure,
    "InternalFailureException": InternalFailure,
    "InternalServerError": InternalFailure,
    "InternalServerException": InternalFailure,
    "InvalidClientTokenId": UnrecognizedClientException,
    "LimitExceededException": ThrottlingException,
    "MissingAuthenticationToken": MissingAuthenticationTokenException,
    "NotAuthorizedException": NotAuthorized,
    "OptInRequiredException": OptInRequired,
    "PriorRequestNotComplete": ThrottlingException,
    "ProvisionedThroughputExceededException": ThrottlingException,
    "RequestExpiredException": RequestExpired,
    "RequestInTheFuture": RequestExpired,
    "RequestLimitExceeded": ThrottlingException,
    "RequestThrottled": ThrottlingException,
    "RequestThrottledException": ThrottlingException,
    "RequestTimeTooSkewed": RequestExpired,
    "RequestTimeout": RequestTimeoutException,
    "SignatureDoesNotMatch": InvalidSignatureException,
    "SlowDown": ThrottlingException,
    "Throttling": ThrottlingException,
    "ThrottledException": ThrottlingException,
    "TransactionInProgressException": ThrottlingException,
    "UnauthorizedOperation": AccessDeniedException,
    "UnknownOperation": UnknownOperationException,
    "ValidationException": ValidationError,
}

ERRORS_BY_CODE: Final = MappingProxyType({cls.__name__: cls for cls in _CLASSES} | _SPELLINGS)
"""Error code -> exception class. Any known code may arrive on any operation."""

_ERRORS_BY_STATUS: Final[dict[int, type[ServiceError]]] = {
    401: AuthenticationError,
    402: ServiceQuotaExceededException,
    403: PermissionDeniedError,
    404: ClientFaultError,
    408: RequestTimeoutException,
    413: RequestEntityTooLargeException,
    429: ThrottlingError,
    503: ServiceUnavailableException,
}


def error_class(code: str | None, http_status: int) -> type[ServiceError]:
    """The class for an answer: by its code where that is known, else by its status.

    A status is a weaker witness than a code, so it leads to a family rather than to a documented
    exception, except where the status has just one meaning in this service.
    """
    if code is not None and (known := ERRORS_BY_CODE.get(code)) is not None:
        return known
    by_status = _ERRORS_BY_STATUS.get(http_status)
    if by_status is not None:
        return by_status
    return ServerFaultError if http_status >= 500 else ClientFaultError


def error_outcome(cls: type[ServiceError], http_status: int) -> Outcome:
    """Whether the work may have been done, by the class and the status of an answer.

    A throttle rejects, by its code or by its status. Any 5xx and a 408 leave it open.
    """
    if issubclass(cls, ThrottlingError) or http_status == 429:
        return "rejected"
    if http_status >= 500 or http_status == 408:
        return "unknown"
    return cls.default_outcome
