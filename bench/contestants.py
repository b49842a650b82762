"""Who is compared: the clients, each with one setting of its retrying."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

CAPO_VARIABLE = "AIO_WORKFLOWS_CAPO"
"""Says where the Python is that has capo-imagebuilder; `nox -s bench` makes one."""


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """A client: what the tables call it, its module, its setting of retrying, the Python that has it."""

    title: str
    module: str
    python: Path
    retries: str = ""


OURS = Contestant(title="aio_workflows", module="ours", python=Path(sys.executable), retries="in bulk")
BOTO3_STANDARD = Contestant(
    title="boto3, standard", module="through_boto3", python=Path(sys.executable), retries="standard"
)


def contestants() -> list[Contestant]:
    """All that are installed."""
    here = Path(sys.executable)
    found = [
        OURS,
        BOTO3_STANDARD,
        Contestant(title="boto3, legacy", module="through_boto3", python=here, retries="legacy"),
        Contestant(title="aiobotocore, legacy", module="through_aiobotocore", python=here, retries="legacy"),
    ]
    if capo := os.environ.get(CAPO_VARIABLE):
        found += [
            Contestant(
                title=f"capo-imagebuilder, {attempts} attempts",
                module="capo",
                python=Path(capo),
                retries=str(attempts),
            )
            for attempts in (3, 10)  # its default, and ours
        ]
    return found
