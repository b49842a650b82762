"""The command group: what holds for all commands, and how errors are told."""

from __future__ import annotations

from typing import Any

import click

from aio_workflows.cli.advice import explained
from aio_workflows.cli.check import check
from aio_workflows.cli.console import complain
from aio_workflows.cli.create import create
from aio_workflows.cli.delete import delete
from aio_workflows.cli.emulator import emulator
from aio_workflows.cli.executions import executions, resume_step, stop_step
from aio_workflows.cli.listing import list_, show
from aio_workflows.cli.publish import publish
from aio_workflows.errors import AioWorkflowsError, ManifestError, RequestValidationError
from aio_workflows.version import VERSION


class Commands(click.Group):
    """A group whose errors are one line each, and a traceback only with ``--debug``."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("interrupted")
            status = 130
        except BrokenPipeError:
            raise  # whoever read our output has gone: click ends in silence
        except ManifestError as error:
            self._debug(ctx)
            for mistake in error.mistakes:
                complain(
                    f"{mistake.file}:{mistake.line}:{mistake.column}: error: "
                    f"{f'{mistake.field}: ' if mistake.field else ''}{mistake.text}"
                )
            status = 2
        except (AioWorkflowsError, OSError) as error:
            self._debug(ctx)
            complain(f"error: {explained(error)}")
            status = 2 if isinstance(error, RequestValidationError) else 1
        raise SystemExit(status)

    @staticmethod
    def _debug(ctx: click.Context) -> None:
        if ctx.params.get("debug"):
            raise  # noqa: PLE0704 - called while the error is handled


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="aio-workflows")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Publish EC2 Image Builder workflows.

    Exit status: 0 all done, 1 something failed, 2 wrong usage or a manifest with mistakes,
    130 interrupted.
    """


for _command in (
    publish,
    check,
    create,
    list_,
    show,
    delete,
    executions,
    resume_step,
    stop_step,
    emulator,
):
    cli.add_command(_command)
