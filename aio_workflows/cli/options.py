"""The arguments and options that commands share: what to read, where to connect, in which form to print."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from attrs import frozen

from aio_workflows.client import WorkflowsClient
from aio_workflows.models.enums import WorkflowType

F = TypeVar("F", bound=Callable[..., Any])


class CommandOption(Protocol):
    """Gives a command one more option or argument."""

    def __call__(self, command: F, /) -> F:
        """The command with it."""
        ...


files: CommandOption = click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
workflow_type: CommandOption = click.option(
    "--type",
    "type",
    required=True,
    type=click.Choice([*WorkflowType], case_sensitive=False),
    help="The phase of image building that the workflows are for.",
)
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
