"""What a run asks its journal about an item, and what that says; without a journal it says the same."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from aio_workflows.bulk.outcome import BulkStatus


@frozen(kw_only=True)
class NewItem:
    """An item about to be sent: its content as a hash, and the token to use if it has none yet.

    ``is_state``: other content for its resource undoes what was done for this one.
    """

    digest: bytes
    resource: str
    position: int
    given_token: str | None
    fresh_token: str
    is_state: bool = False


@frozen(kw_only=True)
class Ticket:
    """What the journal says about an item that is about to be sent.

    ``"send"`` it with ``client_token``; ``"look_up"`` first whether it was done, since its token may
    be forgotten; ``"recall"`` it, for it is done, with ``status`` and ``data``; or it is ``"refused"``,
    since the item at ``position`` of this run is the same resource with another content.
    """

    action: Literal["send", "look_up", "recall", "refused"]
    number: int = 0
    client_token: str = ""
    status: BulkStatus = "created"
    data: object = None
    position: int = 0
