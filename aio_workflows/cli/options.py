"""The options that commands share: where to connect, and in which form to print."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

import click
from attrs import frozen

from aio_workflows.client import WorkflowsClient

F = TypeVar("F", bound=Callable[..., Any])


class CommandOption(Protocol):
    """Gives a command one more option."""

    def __call__(self, command: F, /) -> F:
        """The command with it."""
        ...


region: CommandOption = click.option(
    "--region", metavar="REGION", help="Such as eu-west-1; looked up as AWS tools do if left out."
)
profile: CommandOption = click.option(
    "--profile", metavar="PROFILE", help="The profile of the shared configuration files."
)
endpoint_url: CommandOption = click.option(
    "--endpoint-url", metavar="URL", help="Another endpoint than the region's."
)
output: CommandOption = click.option(
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the results: for people, or for programs.",
)


@frozen
class Connection:
    """Where a command connects to."""

    region: str | None
    profile: str | None
    endpoint_url: str | None

    def client(self, **options: Any) -> WorkflowsClient:
        """A client for it."""
        return WorkflowsClient(self.region, profile=self.profile, endpoint_url=self.endpoint_url, **options)


def connection(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the three options, as one :class:`Connection`. Stands next to the function."""

    @wraps(command)
    def connected(
        *, region: str | None, profile: str | None, endpoint_url: str | None, **options: Any
    ) -> None:
        command(connection=Connection(region, profile, endpoint_url), **options)

    return region(profile(endpoint_url(connected)))
