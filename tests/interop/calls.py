"""What the contract asks of a client: one call, by the names of the wire, and an answer or a refusal."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One call of an operation, both by the names that they have in the API."""

    operation: str
    members: Mapping[str, Any]


@dataclass(frozen=True)
class Refused:
    """The service said no."""

    code: str
    message: str


@dataclass(frozen=True)
class NotSent:
    """The client said no by itself, before anything was sent."""


Answer = dict[str, Any] | Refused | NotSent

Driver = Callable[[Call], Awaitable[Answer]]
"""A client, driven: makes the call, once, and tells what it has read of the answer."""


def snake(name: str) -> str:
    """A name of the API as Python clients have it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """A member as the wire has it."""
    first, *more = name.split("_")
    return first + "".join(part.title() for part in more)
