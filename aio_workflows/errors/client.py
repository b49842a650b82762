"""What goes wrong on our side of the wire: the request, the settings, the connection, the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aio_workflows.errors.base import AioWorkflowsError, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One broken rule of a request.

    ``field`` is the Python name of the field (``"semantic_version"``, ``"tags['owner']"``),
    ``rule`` what kind of rule it breaks (``"length"``, ``"pattern"``, ``"type"``, ...),
    ``limit`` the documented limit and ``actual`` the size or form that was found, both as text.
    ``text`` is a whole sentence for people. Values themselves are not kept.
    """

    field: str
    rule: str
    text: str
    limit: str | None = None
    actual: str | None = None


class RequestValidationError(AioWorkflowsError, ValueError):
    """The input breaks documented rules; nothing was sent.

    ``complaints`` holds every broken rule, not just the first one.
    """

    def __init__(self, complaints: Sequence[Complaint], *, subject: str = "request") -> None:
        self.complaints: tuple[Complaint, ...] = tuple(complaints)
        count = len(self.complaints)
        head = f"{subject} breaks {count} rules: " if count > 1 else ""
        super().__init__(head + "; ".join(f"{c.field}: {c.text}" for c in self.complaints))


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Two items of one bulk run that the service would take for one resource.

    ``first`` and ``second`` are their positions in the input, from 0; ``resource`` is what both
    would be, such as ``build/harden-linux/1.0.0``.
    """

    first: int
    second: int
    resource: str


class CollisionError(RequestValidationError):
    """Items of one bulk run are one resource with different content; none of them was sent.

    Names that differ only in case, blanks and underscores are one resource, and so is a name given
    twice: which content would end as the latest build is left to chance. ``collisions`` holds every
    pair that was found.
    """

    def __init__(self, collisions: Sequence[Collision]) -> None:
        self.collisions: tuple[Collision, ...] = tuple(collisions)
        shown = self.collisions[:_COLLISIONS_SHOWN]
        complaints = [
            Complaint(
                field="name",
                rule="unique",
                text=f"items {one.first} and {one.second} are both {one.resource}, with different content; "
                "rename one, or run them one after the other",
                limit="one item for each type, name and version",
                actual=f"items {one.first} and {one.second}",
            )
            for one in shown
        ]
        super().__init__(complaints, subject="input")
        if hidden := len(self.collisions) - len(shown):
            self.message: str = f"{self.message}; and {hidden} more"


_COLLISIONS_SHOWN = 5


class ConfigurationError(AioWorkflowsError):
    """Region, credentials, endpoint or settings are missing or unusable; nothing was sent."""


class ClientClosedError(AioWorkflowsError):
    """The client was used after it had been closed; nothing was sent."""


class EventLoopError(AioWorkflowsError):
    """The client is open in another event loop that still runs; nothing was sent.

    Make one client for each event loop, or close this one in its own loop first.
    """


class CallTimeoutError(AioWorkflowsError, TimeoutError):
    """The call's time limit passed before an attempt could be made or could fail by itself.

    It passed while the call waited for a free connection, for credentials or for the client's pace.
    """


class CircuitOpenError(AioWorkflowsError):
    """The service has been down for longer than a time-out, so nothing more is sent for now.

    Down means that attempt after attempt of this client ended in a fault of the connection or of
    the service; ``__cause__`` is the last of them. One call at a time is still let through, to see
    whether the service is back.
    """


class WaitTimeoutError(AioWorkflowsError, TimeoutError):
    """The time limit of a wait passed; what was waited for goes on.

    ``status`` is the last one that was seen, as text, None if none was.
    """

    def __init__(self, message: str = "", *, status: str | None = None) -> None:
        super().__init__(message)
        self.status: str | None = status


class JournalError(AioWorkflowsError):
    """The journal of a bulk run cannot be used: broken, full, in use, or of another job.

    Nothing is sent that is not in the journal, so the run ends with it. ``path`` is the file.
    """

    def __init__(self, message: str = "", *, path: str | None = None) -> None:
        super().__init__(message)
        self.path: str | None = path


class IncompleteRunError(AioWorkflowsError):
    """A bulk run ended before all of its input was done.

    ``cancelled`` items were under way (whether they were done is not known), ``not_started`` ones
    were not sent.
    """

    def __init__(self, message: str = "", *, cancelled: int = 0, not_started: int = 0) -> None:
        super().__init__(message, outcome="unknown" if cancelled else "not_sent")
        self.cancelled: int = cancelled
        self.not_started: int = not_started


class ClusterError(AioWorkflowsError):
    """A cluster has lost a part of the work: a worker that did it, again and again, or its scheduler.

    What was under way may have been done. The same run id has it asked for again under the same tokens.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message, outcome="unknown")


class TransportError(AioWorkflowsError):
    """No usable HTTP answer came back. ``host`` is the one that was asked, as ``name:port``."""

    default_outcome: Outcome = "unknown"

    def __init__(
        self,
        message: str = "",
        *,
        host: str | None = None,
        outcome: Outcome | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, outcome=outcome, http_status=http_status, request_id=request_id)
        self.host: str | None = host


class ConnectError(TransportError):
    """No connection could be made (refused, unreachable, handshake cut): nothing was sent."""

    default_outcome: Outcome = "not_sent"


class NameResolutionError(ConnectError):
    """The host's name does not resolve: check the region's name, the endpoint and the DNS."""


class CertificateError(ConnectError):
    """The host's TLS certificate was refused (unknown authority, wrong host, expired)."""


class ConnectTimeoutError(ConnectError, TimeoutError):
    """The connection was not ready within ``connect_timeout`` seconds: nothing was sent."""


class ConnectionLostError(TransportError):
    """The connection was reset or closed, or the answer was cut short.

    ``reused`` is true when an idle connection of the pool was taken and closed without a single
    byte of an answer: most likely the server had closed it before the request arrived.
    """

    def __init__(
        self,
        message: str = "",
        *,
        host: str | None = None,
        outcome: Outcome | None = None,
        reused: bool = False,
    ) -> None:
        super().__init__(message, host=host, outcome=outcome)
        self.reused: bool = reused


class ReadTimeoutError(TransportError, TimeoutError):
    """The request was sent, and its answer did not end within ``read_timeout`` seconds."""


class RedirectError(TransportError):
    """The host answered with a redirect (3xx), which is never followed.

    Following it would carry the request and its credentials to another origin: check the endpoint.
    """


class InvalidResponseError(AioWorkflowsError):
    """The service reported success, yet the answer cannot be used.

    An empty body, HTML, broken JSON, or an answer without its required members. The work was
    probably done, so ``outcome`` is ``"unknown"``.
    """

    default_outcome: Outcome = "unknown"


class WorkflowChangedError(AioWorkflowsError):
    """A workflow is there with other content, and publishing was told to fail then; nothing was made.

    ``workflow_build_version_arn`` is the latest build, ``differences`` the fields in which the
    request differs from it: ``data``, ``description``, ``kms_key_id``.
    """

    def __init__(
        self,
        message: str = "",
        *,
        workflow_build_version_arn: str | None = None,
        differences: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.workflow_build_version_arn: str | None = workflow_build_version_arn
        self.differences: tuple[str, ...] = tuple(differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestMistake:
    """One mistake of a manifest: ``line`` and ``column`` count from 1, ``field`` is the path to it."""

    file: str
    line: int
    column: int
    field: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.field}: {self.text}" if self.field else f"{place}: {self.text}"


class ManifestError(ConfigurationError, ValueError):
    """A manifest cannot be used; nothing was sent. ``mistakes`` holds all that is wrong with it."""

    def __init__(self, mistakes: Sequence[ManifestMistake]) -> None:
        self.mistakes: tuple[ManifestMistake, ...] = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))
