"""What tests of clusters run beside themselves: an emulator in a process of its own, and where it is for workers."""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from aio_workflows import CreateWorkflowRequest
from aio_workflows.emulator import Delay, Emulator, Fault, Quotas, Secret
from aio_workflows.rollout import Target

T = TypeVar("T")

ACCOUNTS = {f"account{number}": f"{number}" * 12 for number in range(1, 5)}
REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-north-1", "ap-southeast-2"]
PATIENCE = 60.0  # seconds for what takes none


def targets(count: int) -> list[Target]:
    """Accounts times regions; each names the profile of its account, which only workers have."""
    names = [(account, region) for region in REGIONS for account in ACCOUNTS]
    return [
        Target(name=f"{account}/{region}", region=region, profile=account)
        for account, region in names[:count]
    ]


def requests(count: int, description: str | None = None) -> list[CreateWorkflowRequest]:
    return [
        CreateWorkflowRequest(
            name=f"flow-{number}",
            semantic_version="1.0.0",
            type="BUILD",
            data=f"number: {number}",
            description=description,
        )
        for number in range(count)
    ]


def environment(url: str, place: Path) -> dict[str, str]:
    """The environment of the workers: where the service is, and the keys of each account."""
    lines = [
        f"[profile {account}]\naws_access_key_id = key-of-{account}\naws_secret_access_key = secret-of-{account}\n"
        for account in ACCOUNTS
    ]
    (place / "config").write_text("".join(lines), encoding="utf-8")
    return {
        "AWS_CONFIG_FILE": str(place / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL_IMAGEBUILDER": url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Tripwires:
    """Tells when so many creates have come; the last of them and those behind it are answered some seconds later.

    They are done at once. ``release`` is for those that come after it: they are answered at once.
    """

    def __init__(self, places: Sequence[int], held: int, seconds: float, pipe: Connection) -> None:
        self._places = places
        self._held = held
        self._seconds = seconds
        self._pipe = pipe
        self._creates = 0

    def next(self, operation: str | None) -> Fault | None:
        if operation != "CreateWorkflow":
            return None
        self._creates += 1
        if self._creates in self._places:
            self._pipe.send(self._creates)
        is_held = any(place <= self._creates < place + self._held for place in self._places)
        return Delay(self._seconds if is_held else 0.01, done=True)

    def release(self) -> None:
        self._held = 0


class EmulatorProcess:
    """The emulator from the other end of its pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url = self.next(str)

    def next(self, kind: type[T]) -> T:
        assert self._pipe.poll(PATIENCE), "nothing comes from the emulator"
        message = self._pipe.recv()
        assert isinstance(message, kind)
        return message

    def builds(self) -> list[str]:
        """The ARN of every build, oldest first."""
        return self._answer_to("builds")

    def release(self) -> None:
        """Hold no more answers back, except for those that are held already."""
        self._answer_to("release")

    def _answer_to(self, question: str) -> list[str]:
        self._pipe.send(question)
        while not isinstance(message := self._pipe.recv(), list):
            pass  # a tripwire that nobody has waited for
        return message


@contextmanager
def emulator_process(
    tripwires: Sequence[int] = (), *, held: int = 20, seconds: float = 0.5
) -> Iterator[EmulatorProcess]:
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_run, args=(theirs, tripwires, held, seconds))
    process.start()
    theirs.close()
    try:
        yield EmulatorProcess(ours)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _run(pipe: Connection, tripwires: Sequence[int], held: int, seconds: float) -> None:
    asyncio.run(_serve(pipe, tripwires, held, seconds))


async def _serve(pipe: Connection, tripwires: Sequence[int], held: int, seconds: float) -> None:
    keys = {
        f"key-of-{account}": Secret(f"secret-of-{account}", account_id=account_id)
        for account, account_id in ACCOUNTS.items()
    }
    faults = Tripwires(tripwires, held, seconds, pipe) if tripwires else None
    quotas = Quotas(workflows=1_000_000)
    async with Emulator(credentials=keys, faults=faults, quotas=quotas, keep_requests=0) as emulator:
        pipe.send(emulator.url)
        while question := await asyncio.to_thread(_question, pipe):
            if question == "release" and faults is not None:
                faults.release()
            pipe.send(emulator.builds)


def _question(pipe: Connection) -> str | None:
    try:
        return str(pipe.recv())
    except EOFError:
        return None
