"""``emulator``: Image Builder's workflows on this machine, for other programs to talk to."""

from __future__ import annotations

from pathlib import Path

import click

from aio_workflows.cli.console import complain, say
from aio_workflows.errors import AioWorkflowsError


@click.command()
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="The port on 127.0.0.1; a free one if left out."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to keep everything in; without one all is forgotten at the end.",
)
def emulator(port: int, state: Path | None) -> None:
    """Run an emulator of Image Builder's workflows until it is interrupted.

    Prints its URL, which any AWS SDK takes as its endpoint (AWS_ENDPOINT_URL_IMAGEBUILDER). Keys of
    any kind are accepted.
    """
    from aio_workflows.emulator import Emulator, serve

    try:
        serve(Emulator(port=port, state=state), ready=lambda running: say(running.url))
    except (AioWorkflowsError, OSError, ValueError) as error:
        complain(f"error: {error}")
        raise SystemExit(1) from None
    complain("stopped")
