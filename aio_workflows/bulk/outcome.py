"""What became of one item of a bulk run."""

from __future__ import annotations

from typing import Final, Generic, Literal, TypeVar

from attrs import frozen

RequestT = TypeVar("RequestT")
ResultT = TypeVar("ResultT")

BulkStatus = Literal["created", "already_exists", "failed", "unknown", "cancelled", "not_started"]
"""What became of an item.

``created``: done. ``already_exists``: the service has this content already. ``failed``: it was
refused, or not sent; nothing was done. ``unknown``: it may have been done. ``cancelled``: it was
under way when the run was cancelled, and may have been done. ``not_started``: the run ended first.
"""

UNDONE: Final = frozenset[BulkStatus]({"failed", "unknown", "cancelled", "not_started"})
"""Every status that does not mean that the service has what was asked for."""


@frozen(kw_only=True)
class BulkOutcome(Generic[RequestT, ResultT]):
    """What became of one item.

    ``index`` is its position in the input, from 0. ``response`` is there when it was done, ``error``
    when the service or the run refused it; neither is for an item that was cancelled or not started.

    ``client_token`` is the token it was sent with, None if it was not sent: to ask again about one
    that is ``unknown`` or ``cancelled``, send it with this token. ``attempts`` counts the attempts of
    this run, 0 if none ended. ``duration`` is the time from reading the item to its end, in seconds,
    waits included. ``recalled`` is true when the journal knew the item as done, and nothing was sent;
    one that the journal knew as existing already has neither response nor error.
    """

    index: int
    request: RequestT
    status: BulkStatus
    response: ResultT | None = None
    error: Exception | None = None
    client_token: str | None = None
    attempts: int = 0
    duration: float = 0.0
    recalled: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the service has what was asked for: now, or from before."""
        return self.status not in UNDONE
