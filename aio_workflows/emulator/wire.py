"""What goes in and what comes out of the emulated service: one HTTP request, one answer, in plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Request(NamedTuple):
    """One HTTP request as it stood on the wire.

    ``path`` and ``query`` are still percent-encoded, since the signature is over that form;
    ``headers`` are in the order of the wire, their names in lower case.
    """

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def values(self, name: str) -> Iterator[str]:
        """All values of a header; ``name`` in lower case."""
        return (value for header, value in self.headers if header == name)

    def header(self, name: str) -> str | None:
        """The first value of a header, None if it is not there; ``name`` in lower case."""
        return next(self.values(name), None)


class Answer(NamedTuple):
    """One HTTP answer, before it is on the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
