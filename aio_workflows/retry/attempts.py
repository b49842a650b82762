"""The story of a call's attempts: kept as records, told to the hook, written to the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal

from aio_workflows.errors import AioWorkflowsError, AttemptRecord

if TYPE_CHECKING:
    from aio_workflows.models.responses import ResponseMetadata

_logger: Final = logging.getLogger("aio_workflows.retry")
_logger.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEvent:
    """What ``on_attempt`` is told: an attempt begins, or it has ended.

    ``operation`` and ``client_token`` name the call, so that the outcome of one that is cancelled
    can still be asked about. ``number`` counts the attempts from 1. ``record`` is what happened,
    None while ``phase`` is ``"begin"``; its ``wait`` is the time until the next attempt in seconds,
    and ``will_retry`` tells whether there is one.
    """

    phase: Literal["begin", "end"]
    operation: str
    client_token: str | None
    number: int
    record: AttemptRecord | None = None
    will_retry: bool = False


AttemptHook = Callable[[AttemptEvent], object]
"""``on_attempt(event)``: called before and after each attempt, on the event loop, so it must be
quick. An exception that it raises is logged and goes no further."""


class AttemptLog:
    """What happened so far in one call."""

    def __init__(self, operation: str, client_token: str | None, hook: AttemptHook | None) -> None:
        self.records: list[AttemptRecord] = []
        self._operation = operation
        self._client_token = client_token
        self._hook = hook

    @property
    def number(self) -> int:
        """The number of the attempt under way, from 1."""
        return len(self.records) + 1

    def begin(self) -> None:
        """An attempt begins."""
        if self._hook is not None:
            self._tell(self._hook, "begin", None, will_retry=False)

    def succeeded(self, metadata: ResponseMetadata | None, *, duration: float, resent: bool) -> None:
        """The attempt has ended with a response."""
        record = AttemptRecord(
            number=self.number,
            http_status=metadata.http_status if metadata is not None else None,
            request_id=metadata.request_id if metadata is not None else None,
            duration=duration,
            resent=resent,
        )
        self._end(record, reason="", will_retry=False)

    def failed(
        self,
        error: AioWorkflowsError,
        *,
        duration: float,
        resent: bool,
        wait: float,
        reason: str,
        will_retry: bool,
    ) -> None:
        """The attempt has ended with an error; ``reason`` tells why another one follows or does not."""
        record = AttemptRecord(
            number=self.number,
            error=type(error).__name__,
            code=error.code,
            http_status=error.http_status,
            request_id=error.request_id,
            outcome=error.outcome,
            duration=duration,
            wait=wait,
            resent=resent,
        )
        self._end(record, reason=reason, will_retry=will_retry)

    def _end(self, record: AttemptRecord, *, reason: str, will_retry: bool) -> None:
        if _logger.isEnabledFor(logging.DEBUG):
            _logger.debug(
                "%s, attempt %d: %s%s",
                self._operation,
                record.number,
                record.error or "success",
                f"; again in {record.wait:.2f} s, as {reason}" if will_retry else "",
                extra={"operation": self._operation, "client_token": self._client_token, **asdict(record)},
            )
        if self._hook is not None:
            self._tell(self._hook, "end", record, will_retry=will_retry)
        self.records.append(record)

    def _tell(
        self,
        hook: AttemptHook,
        phase: Literal["begin", "end"],
        record: AttemptRecord | None,
        *,
        will_retry: bool,
    ) -> None:
        event = AttemptEvent(
            phase=phase,
            operation=self._operation,
            client_token=self._client_token,
            number=self.number,
            record=record,
            will_retry=will_retry,
        )
        try:
            hook(event)
        except Exception as error:  # a hook of the user's must not break the call
            _logger.warning("on_attempt raised %s, which was ignored", type(error).__name__, exc_info=error)
