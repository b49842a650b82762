"""What to do next about an error, in one line: a table from the kind of error to the step."""

from __future__ import annotations

from typing import Final

from aio_workflows.errors import (
    AioWorkflowsError,
    CertificateError,
    ConnectError,
    NameResolutionError,
    WorkflowChangedError,
)
from aio_workflows.errors.service import (
    AuthenticationError,
    PermissionDeniedError,
    ResourceAlreadyExistsException,
    ResourceDependencyException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ThrottlingError,
)

# The first row that fits counts.
_STEPS: Final[tuple[tuple[type[AioWorkflowsError], str], ...]] = (
    (WorkflowChangedError, "raise its semanticVersion, or let onChange make a build or version"),
    (ServiceQuotaExceededException, "delete what is no longer used, or ask AWS for a higher quota"),
    (ThrottlingError, "run it again later, or with a lower --concurrency"),
    (AuthenticationError, "check the credentials and this machine's clock"),
    (PermissionDeniedError, "allow the operation in the policy of the role or user that asked"),
    (ResourceNotFoundException, "see what there is with 'aio-workflows list'"),
    (ResourceDependencyException, "take it out of the pipelines and images that refer to it first"),
    (ResourceAlreadyExistsException, "use 'aio-workflows publish', which leaves alone what is unchanged"),
    (CertificateError, "if a proxy has its own authority, name its file in AWS_CA_BUNDLE"),
    (NameResolutionError, "check the name of the region, and --endpoint-url"),
    (ConnectError, "check the network, proxies, and --endpoint-url"),
)


def next_step(error: BaseException) -> str | None:
    """What to do about an error, None if the error itself says it."""
    for kind, step in _STEPS:
        if isinstance(error, kind):
            return step
    if isinstance(error, AioWorkflowsError) and error.outcome == "unknown":
        return "run it again: publishing finds what was done"
    return None


def explained(error: BaseException) -> str:
    """An error with its next step, on one line."""
    text = " ".join(str(error).split("\n")) or type(error).__name__
    step = next_step(error)
    return f"{text}; {step}" if step is not None else text
