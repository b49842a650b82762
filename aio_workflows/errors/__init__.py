"""The exceptions of the package: what each one carries is in :mod:`aio_workflows.errors.base`."""

from aio_workflows.errors.base import AioWorkflowsError, AttemptRecord, Outcome, StopReason
from aio_workflows.errors.client import (
    CallTimeoutError,
    CertificateError,
    ClientClosedError,
    Complaint,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    EventLoopError,
    InvalidResponseError,
    NameResolutionError,
    ReadTimeoutError,
    RedirectError,
    RequestValidationError,
    TransportError,
    WaitTimeoutError,
)

__all__ = [
    "AioWorkflowsError",
    "AttemptRecord",
    "CallTimeoutError",
    "CertificateError",
    "ClientClosedError",
    "Complaint",
    "ConfigurationError",
    "ConnectError",
    "ConnectTimeoutError",
    "ConnectionLostError",
    "EventLoopError",
    "InvalidResponseError",
    "NameResolutionError",
    "Outcome",
    "ReadTimeoutError",
    "RedirectError",
    "RequestValidationError",
    "StopReason",
    "TransportError",
    "WaitTimeoutError",
]
