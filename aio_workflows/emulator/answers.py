"""How the service answers: the table of its error codes, and the envelope of errors and successes.

The table is the emulator's own, not the client's: what they shared, a mistake could hide in. A test
holds it against the service model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from aio_workflows.emulator.wire import Answer

STATUS_OF_CODE: Final[Mapping[str, int]] = MappingProxyType(
    {
        # The exceptions of the service model.
        "AccessDeniedException": 403,
        "CallRateLimitExceededException": 429,
        "ClientException": 400,
        "DryRunOperationException": 412,
        "ForbiddenException": 403,
        "IdempotentParameterMismatchException": 400,
        "InvalidPaginationTokenException": 400,
        "InvalidParameterCombinationException": 400,
        "InvalidParameterException": 400,
        "InvalidParameterValueException": 400,
        "InvalidRequestException": 400,
        "InvalidVersionNumberException": 400,
        "ResourceAlreadyExistsException": 400,
        "ResourceDependencyException": 400,
        "ResourceInUseException": 400,
        "ResourceNotFoundException": 404,
        "ServiceException": 500,
        "ServiceQuotaExceededException": 402,
        "ServiceUnavailableException": 503,
        "TooManyRequestsException": 429,
        # What the common front end of AWS answers before the service is asked.
        "ExpiredTokenException": 403,
        "IncompleteSignature": 403,
        "InternalFailure": 500,
        "InvalidSignatureException": 403,
        "MalformedHttpRequestException": 400,
        "MissingAuthenticationTokenException": 403,
        "RequestEntityTooLargeException": 413,
        "RequestTimeoutException": 408,
        "SerializationException": 400,
        "ServiceUnavailable": 503,
        "ThrottlingException": 400,
        "UnknownOperationException": 404,
        "UnrecognizedClientException": 403,
    }
)
"""Error code -> HTTP status."""

REQUEST_ID: Final = "x-amzn-requestid"
ERROR_TYPE: Final = "x-amzn-errortype"
JSON: Final = "application/json"


class RefusalError(Exception):
    """The service does not do what it was asked for; ``code`` and ``message`` are the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def not_found(kind: str, name: str) -> RefusalError:
    """The refusal to look at what is not there: a ``Workflow``, a ``WorkflowExecution``, ... of this name."""
    return RefusalError(
        "ResourceNotFoundException", f"The following resource '{kind}' cannot be found: '{name}'."
    )


def present(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that have a value: what is not set is not in an answer, not even as null."""
    return {name: value for name, value in members.items() if value is not None}


def success(members: Mapping[str, Any], request_id: str) -> Answer:
    """The answer that carries the members of an operation's output."""
    return Answer(200, {"content-type": JSON, REQUEST_ID: request_id}, json.dumps(members).encode())


def refusal(error: RefusalError, request_id: str) -> Answer:
    """The answer that reports an error: its code in a header, its text in the body."""
    headers = {"content-type": JSON, REQUEST_ID: request_id, ERROR_TYPE: error.code}
    return Answer(STATUS_OF_CODE[error.code], headers, json.dumps({"message": error.message}).encode())
