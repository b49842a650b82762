"""``check``: mistakes in workflow documents, without asking the service."""

from __future__ import annotations

from pathlib import Path

import click

from aio_workflows.cli import options
from aio_workflows.cli.console import complain
from aio_workflows.cli.formats import FORMATS, CheckedFile
from aio_workflows.document.checker import check_document
from aio_workflows.document.findings import Severity
from aio_workflows.errors import RequestValidationError
from aio_workflows.models.document_text import decode


@click.command()
@options.files
@options.workflow_type
@click.option(
    "--format",
    "format",
    default="text",
    show_default=True,
    type=click.Choice([*FORMATS]),
    help="For people, for programs, for code scanning, or for the log of a GitHub workflow.",
)
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
def check(files: tuple[Path, ...], type: str, format: str, strict: bool) -> None:
    """Look for mistakes in the workflow document of each FILE; nothing is sent.

    The findings go to stdout. The exit status is 1 if there is an error, with --strict a warning,
    or if a file cannot be read.
    """
    checked, unread = list[CheckedFile](), False
    for file in files:
        try:
            text = decode(file.read_bytes(), file.name)
        except (RequestValidationError, OSError) as error:
            complain(f"{file}: error: {error}")
            unread = True
        else:
            checked.append(CheckedFile(file, text, check_document(text, type)))
    FORMATS[format](checked)
    grave = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if unread or any(finding.severity in grave for one in checked for finding in one.findings):
        raise SystemExit(1)
