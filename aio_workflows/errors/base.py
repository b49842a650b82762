"""The root of every exception of this package, and the plain facts that each one carries.

.. code-block:: text

    AioWorkflowsError
    |-- RequestValidationError (also a ValueError)   the request breaks a documented rule; nothing was sent
    |   `-- CollisionError                           items of one bulk run are one resource
    |-- ConfigurationError                           region, credentials, endpoint or settings; nothing was sent
    |   `-- ManifestError (also a ValueError)        the manifest has mistakes; all of them are told
    |-- ClientClosedError                            the client was used after ``aclose()``
    |-- EventLoopError                               the client is in use by another running event loop
    |-- CallTimeoutError (also a TimeoutError)       the time limit passed while the call waited for its turn
    |-- CircuitOpenError                             the service has been down for too long; nothing more is sent
    |-- WaitTimeoutError (also a TimeoutError)       the time limit of a wait passed; the execution goes on
    |-- JournalError                                 the journal of a bulk run cannot be used
    |-- IncompleteRunError                           a bulk run ended before its input was done
    |-- ClusterError                                 a cluster has lost workers, or its scheduler
    |-- WorkflowChangedError                         there with other content, and told to fail then
    |-- TransportError                               no usable HTTP answer
    |   |-- ConnectError                             no connection: nothing was sent
    |   |   |-- NameResolutionError
    |   |   |-- CertificateError
    |   |   `-- ConnectTimeoutError (also a TimeoutError)
    |   |-- ConnectionLostError                      reset, closed or cut short
    |   |-- ReadTimeoutError (also a TimeoutError)   sent, and no whole answer in time
    |   `-- RedirectError                            a 3xx answer; redirects are never followed
    |-- InvalidResponseError                         a success that cannot be used
    `-- ServiceError                                 the service answered with an error
        |-- ClientFaultError                         the request was at fault (4xx)
        |   |-- ThrottlingError
        |   |-- AuthenticationError
        |   |-- PermissionDeniedError
        |   |-- InvalidInputError
        |   `-- ResourceStateError
        `-- ServerFaultError                         the service was at fault (5xx)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, Self, TypeVar

Outcome = Literal["not_sent", "rejected", "unknown"]
"""What is known of the work that a failed call asked for: it was not sent, the service
rejected it, or nobody can tell whether it was done."""

StopReason = Literal["not_retryable", "attempts", "deadline", "circuit_open"]
"""Which limit ended a call: the error is not worth another attempt, the attempts were used
up, another attempt would have passed the deadline, or the service is down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """What happened in one attempt of a call, as plain values.

    ``number`` counts from 1. ``error`` is the class name of the exception, None for a success;
    ``outcome`` is None for a success too. ``code``, ``http_status`` and ``request_id`` are what
    the service answered, None where it did not. ``duration`` is the time of the attempt and
    ``wait`` the time waited after it, besides the wait for the client's pace, both in seconds.
    ``resent`` is true when the attempt was sent a second time at once, since the connection it had
    reused turned out to be closed.
    """

    number: int
    error: str | None = None
    code: str | None = None
    http_status: int | None = None
    request_id: str | None = None
    outcome: Outcome | None = None
    duration: float = 0.0
    wait: float = 0.0
    resent: bool = False


class AioWorkflowsError(Exception):
    """Everything that this package raises on purpose, except cancellation.

    ``message`` says what is wrong; ``str(error)`` adds the facts of the call. ``operation`` is
    the API operation's name (``"CreateWorkflow"``), ``client_token`` the idempotency token of the
    call, ``attempts`` one :class:`AttemptRecord` per attempt. ``outcome`` tells whether the work
    may have been done: ``"not_sent"``, ``"rejected"`` or ``"unknown"``. ``stop_reason`` names the
    limit that ended the call: ``"not_retryable"``, ``"attempts"``, ``"deadline"`` or
    ``"circuit_open"``.
    ``code``, ``http_status`` and ``request_id`` are what the last answer said, None without one.

    Instances hold plain values only, so they survive pickle, copy and deepcopy.
    """

    default_outcome: Outcome = "not_sent"
    """The outcome of an instance for which none is given."""

    def __init__(
        self,
        message: str = "",
        *,
        outcome: Outcome | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message: str = message
        self.outcome: Outcome = outcome if outcome is not None else self.default_outcome
        self.operation: str | None = None
        self.client_token: str | None = None
        self.attempts: tuple[AttemptRecord, ...] = ()
        self.stop_reason: StopReason | None = None
        self.code: str | None = None
        self.http_status: int | None = http_status
        self.request_id: str | None = request_id

    def __reduce__(self) -> tuple[Any, ...]:
        # Rebuilt without __init__, so that subclasses may take what they like.
        return _rebuild, (type(self), self.args), self.__dict__

    def __copy__(self) -> Self:
        # Without the traceback, whose frames hold the request, and not by __reduce__: libraries such as
        # Dask register a way of their own to pickle every exception, which takes the traceback along.
        copied = _rebuild(type(self), self.args)
        copied.__dict__.update(self.__dict__)
        return copied

    @property
    def request_ids(self) -> tuple[str, ...]:
        """The service's request ids of all attempts that got one, in order: what AWS Support asks for."""
        return tuple(record.request_id for record in self.attempts if record.request_id)

    def _repr_html_(self) -> str:
        from aio_workflows.errors.view import error_view
        from aio_workflows.views import to_html

        return to_html(error_view(self))

    def __str__(self) -> str:
        facts = self._facts()
        return f"{self.message} [{', '.join(facts)}]" if facts else self.message

    def _facts(self) -> list[str]:
        """The parts of the bracket behind the message."""
        facts = list[str]()
        if self.http_status is not None:
            facts.append(f"HTTP {self.http_status}")
        if self.request_id:
            facts.append(f"request id {self.request_id}")
        if self.operation:
            facts.append(self.operation)
        if self.attempts:
            count = len(self.attempts)
            facts.append(f"{count} attempt{'s' if count != 1 else ''}")
        if self.stop_reason in _STOP_TEXT:
            facts.append(_STOP_TEXT[self.stop_reason])
        if self.outcome == "unknown":
            facts.append("outcome unknown")
            if self.client_token:
                facts.append(f"client token {self.client_token}")
        return facts


_STOP_TEXT: Final = {"attempts": "no attempts left", "deadline": "no time left"}


ErrorT = TypeVar("ErrorT", bound=AioWorkflowsError)


def _rebuild(cls: type[ErrorT], args: tuple[Any, ...]) -> ErrorT:
    """Make an exception for unpickling: its facts follow as its ``__dict__``."""
    error = cls.__new__(cls, *args)
    error.args = args
    return error
