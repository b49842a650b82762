"""The transport's contract: one attempt at one HTTP exchange, in plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class HttpResponse(NamedTuple):
    """An HTTP answer as it came: header names in lower case, the body whole and undecoded.

    ``host`` is the one that gave it, as ``name:port``, if the transport tells.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    host: str | None = None


class Transport(Protocol):
    """Sends signed requests to one regional endpoint of the service.

    Give an object of your own as ``WorkflowsClient(transport=...)`` to replace the network, in
    tests for example.
    """

    async def send(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
        deadline: float,
    ) -> HttpResponse:
        """Make one attempt and return whatever answer comes, of any status.

        ``path`` is percent-encoded already, ``query`` is not. ``deadline`` is a reading of
        :func:`time.monotonic` by which the attempt must have ended. Never sends a request twice
        and never follows a redirect.

        :raises TransportError: no whole answer came; ``outcome`` tells whether it was sent.
        :raises ConfigurationError: there are no usable credentials.
        :raises CallTimeoutError: the deadline passed before the request could be sent.
        :raises ClientClosedError: the transport was closed.
        """
        ...

    async def renew_credentials(self) -> bool:
        """Have the credentials fetched anew, since the service called them expired or unknown.

        Called by the task that made the attempt, after it; several may call at a time whose keys were
        the same. False if there is nothing to fetch: they were given as they are.
        """
        ...

    def correct_clock(self, server_date: str | None) -> bool:
        """Sign with the server's time from now on, read from an answer's ``Date`` header.

        False if the date cannot be read, or is so close to ours that the clock is not at fault.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection. Calling it again does nothing."""
        ...
