"""Faults: what can go wrong between a program and the service, each a plain value.

Tell the emulator which request meets which, to see how a program of yours bears it:

    emulator.faults = [throttled(), Reset(done=True), None, Respond(503, form="html")]

Every fault has ``done``: whether the service does the work of the request before things go wrong.
The client cannot tell the two apart, and what it may do next depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Form = Literal["json", "html", "xml", "empty"]
"""How an error's body is written: the service's JSON, a proxy's HTML, another service's XML, not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What all faults have: whether the work is done before it shows."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class Respond(Fault):
    """An answer of your own in place of the service's.

    ``status`` alone is enough; with ``code`` alone the status is the one that goes with the code.
    ``body`` is sent as it is, otherwise code and ``message`` are written in ``form``. The code
    travels in the header ``x-amzn-errortype``, or with ``code_in="body"`` as ``__type``.
    ``retry_after`` is a number of seconds, a time, or any text; ``retry_after_ms`` is sent as
    ``x-amz-retry-after``.
    """

    status: int | None = None
    code: str | None = None
    message: str | None = None
    form: Form = "json"
    body: str | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    retry_after: float | str | datetime | None = None
    retry_after_ms: int | None = None
    code_in: Literal["header", "body"] = "header"


def throttled(retry_after: float | str | datetime | None = None) -> Respond:
    """The service's own refusal of calls that come too fast."""
    return Respond(code="CallRateLimitExceededException", message="Rate exceeded", retry_after=retry_after)


def redirect(location: str, status: int = 307) -> Respond:
    """An answer that sends the client elsewhere."""
    return Respond(status, form="empty", headers={"location": location})


@dataclass(frozen=True, slots=True)
class Delay(Fault):
    """Some seconds of silence, and then the answer, or another fault.

    With ``done`` the work is done before the wait, otherwise after it.
    """

    seconds: float
    then: Fault | None = None

    def __post_init__(self) -> None:
        _hold(self.seconds >= 0, "seconds must be 0 or more")


@dataclass(frozen=True, slots=True)
class Reset(Fault):
    """The connection is reset: the client's system says "connection reset by peer".

    After the request was read, or with ``unread`` as soon as its head has come; nothing can have
    been done then.
    """

    unread: bool = False

    def __post_init__(self) -> None:
        _hold(not (self.unread and self.done), "a request that was not read cannot be done")


@dataclass(frozen=True, slots=True)
class Close(Fault):
    """The connection is closed in good order, without an answer."""


@dataclass(frozen=True, slots=True)
class HalfAnswer(Fault):
    """The first part of an answer, then the end of the connection.

    ``keep`` is the share of the body that arrives; with ``reset`` the end is a reset. What is cut
    is the service's answer if the work is done, otherwise a success without content.
    """

    keep: float = 0.5
    reset: bool = False

    def __post_init__(self) -> None:
        _hold(0 <= self.keep <= 1, "keep must be a share from 0 to 1")


@dataclass(frozen=True, slots=True)
class Drip(Fault):
    """An answer whose body comes ``size`` bytes at a time, ``interval`` seconds apart.

    It is the service's answer if the work is done, otherwise a success without content.
    """

    interval: float = 0.05
    size: int = 1

    def __post_init__(self) -> None:
        _hold(self.interval >= 0 and self.size >= 1, "interval must be 0 or more, and size 1 or more")


@dataclass(frozen=True, slots=True)
class Garbage(Fault):
    """Bytes that are no HTTP, then the end of the connection."""

    data: bytes = b"\x15\x03\x01\x00\x02\x02\x46 this is not HTTP\r\n\r\n"


@dataclass(frozen=True, slots=True)
class CloseAfter(Fault):
    """The service's answer, promising to keep the connection, which is closed ``seconds`` later.

    The work is always done.
    """

    seconds: float = 0.0
    done: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        _hold(self.seconds >= 0, "seconds must be 0 or more")


@dataclass(frozen=True, slots=True)
class GoStale(Fault):
    """The service's answer, and the connection is closed without a word when it is used again.

    That is a pooled connection whose end the client has not noticed yet, at the moment that
    matters and never a moment earlier. The work is always done.
    """

    done: bool = field(default=True, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many calls are admitted: ``burst`` at once, and ``rate`` a second in the long run.

    A call over it is answered with ``refusal``; nothing is done, and no fault is used up.
    """

    rate: float
    burst: float = 1.0
    refusal: Respond = field(default_factory=throttled)

    def __post_init__(self) -> None:
        _hold(self.rate >= 0 and self.burst >= 1, "rate must be 0 or more, and burst 1 or more")


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)
