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
OURS_BY_CALL = Contestant(title="aio_workflows", module="ours", python=Path(sys.executable))
BOTO3_STANDARD = Contestant(
    title="boto3, standard", module="through_boto3", python=Path(sys.executable), retries="standard"
)


LIMIT, AIOBOTOCORE, CAPO = "the limit", "aiobotocore", "capo-imagebuilder"
BOTO3 = "boto3, threads"
IN_BULK, LOOKED_UP = "aio_workflows, in bulk", "aio_workflows, told nothing"


def contestants_of_costs() -> list[Contestant]:
    """All that are installed, each once and with its defaults."""
    here = Path(sys.executable)
    found = [
        OURS_BY_CALL,
        Contestant(title=IN_BULK, module="ours", python=here, retries="in bulk"),
        Contestant(title=LIMIT, module="bare", python=here),
        Contestant(title=AIOBOTOCORE, module="through_aiobotocore", python=here, retries="legacy"),
        Contestant(title=BOTO3, module="through_boto3", python=here, retries="legacy"),
    ]
    if capo := os.environ.get(CAPO_VARIABLE):
        found.append(Contestant(title=CAPO, module="capo", python=Path(capo), retries="3"))
    return found


def told_nothing() -> Contestant:
    """Ours, where it looks everything up."""
    return Contestant(title=LOOKED_UP, module="ours", python=Path(sys.executable), retries="looked up")


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
