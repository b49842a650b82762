"""``emulator``: Image Builder's workflows on this machine, for other programs to talk to."""

from __future__ import annotations

import asyncio

import click

from aio_workflows.cli.console import complain, say
from aio_workflows.errors import AioWorkflowsError


@click.command()
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="The port on 127.0.0.1; a free one if left out."
)
def emulator(port: int) -> None:
    """Run an emulator of Image Builder's workflows until it is interrupted.

    Prints its URL, which any AWS SDK takes as its endpoint (AWS_ENDPOINT_URL_IMAGEBUILDER). Keys of
    any kind are accepted, and all is forgotten at the end.
    """
    try:
        asyncio.run(_serve(port))
    except KeyboardInterrupt:
        complain("stopped")
    except (AioWorkflowsError, OSError) as error:
        complain(f"error: {error}")
        raise SystemExit(1) from None


async def _serve(port: int) -> None:
    from aio_workflows.emulator import Emulator

    async with Emulator(port=port) as running:
        say(running.url)
        await asyncio.Event().wait()
