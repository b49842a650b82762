"""The command group, and the options that commands share."""

from __future__ import annotations

import importlib.metadata

import click

from aio_workflows.cli.check import check
from aio_workflows.cli.create import create
from aio_workflows.cli.emulator import emulator


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(importlib.metadata.version("aio-workflows"), prog_name="aio-workflows")
def cli() -> None:
    """Publish EC2 Image Builder workflows.

    Exit status: 0 all done, 1 something failed, 2 wrong usage, 130 interrupted.
    """


cli.add_command(check)
cli.add_command(create)
cli.add_command(emulator)
