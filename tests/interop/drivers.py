"""The four clients that the contract is driven by: ours, boto3, the AWS CLI and capo-imagebuilder.

The last two live in environments of their own, which `nox -s interop` makes. Variables say where they
are: the program `aws`, and the Python that has capo-imagebuilder.
"""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from aio_workflows import RequestValidationError, ServiceError
from aio_workflows.emulator.base import Face
from aio_workflows.pagination import Paginator
from aio_workflows.protocol.wire import wire_structurer

from .calls import Answer, Call, Driver, NotSent, Refused, camel, snake

VARIABLES: Mapping[str, str] = {"aws-cli": "AIO_WORKFLOWS_AWS", "capo": "AIO_WORKFLOWS_CAPO"}
"""Client -> the variable that says where it is."""

PATIENCE = 120.0  # seconds; no call is meant to take them


@asynccontextmanager
async def ours(face: Face) -> AsyncIterator[Driver]:
    """Our own client: what its typed response holds, written back."""
    async with face.client() as client:

        async def ask(call: Call) -> Answer:
            members = {snake(name): value for name, value in call.members.items()}
            if "filters" in members:
                members["filters"] = {one["name"]: one["values"] for one in members["filters"]}
            dry_run: bool = members.pop("dry_run", False)
            method = getattr(client, ("dry_run_" if dry_run else "") + snake(call.operation))
            try:
                made = method(**members)
                response = await anext(made.pages()) if isinstance(made, Paginator) else await made
            except RequestValidationError:
                return NotSent()
            except ServiceError as error:
                return Refused(error.code or "", error.message)
            if dry_run:  # our client takes this refusal for what it means
                return Refused("DryRunOperationException", "Request would have succeeded")
            answer: dict[str, Any] = wire_structurer().unstructure(response)
            return answer

        yield ask


@asynccontextmanager
async def through_boto3(face: Face) -> AsyncIterator[Driver]:
    """boto3, with one attempt a call: what is refused must not be hidden by a second."""
    config = Config(retries={"total_max_attempts": 1})
    client: Any = boto3.client("imagebuilder", config=config, **face.boto_options())

    async def ask(call: Call) -> Answer:
        try:
            answer: dict[str, Any] = await asyncio.to_thread(
                getattr(client, snake(call.operation)), **call.members
            )
        except ClientError as error:
            return Refused(error.response["Error"]["Code"], error.response["Error"]["Message"])
        del answer["ResponseMetadata"]
        return answer

    try:
        yield ask
    finally:
        client.close()


@asynccontextmanager
async def aws_cli(face: Face) -> AsyncIterator[Driver]:
    """The program `aws`, started anew for each call."""
    program = os.environ[VARIABLES["aws-cli"]]
    options = face.boto_options()
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": options["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": options["aws_secret_access_key"],
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_MAX_ATTEMPTS": "1",
    }
    where = ["--endpoint-url", options["endpoint_url"], "--region", options["region_name"]]

    async def ask(call: Call) -> Answer:
        command = [
            "imagebuilder",
            snake(call.operation).replace("_", "-"),
            "--output",
            "json",
            "--no-paginate",
        ]
        members = ["--cli-input-json", json.dumps(call.members)]
        done = await asyncio.to_thread(_run, [program, *command, *where, *members], environment)
        if done.returncode == 0:
            answer: dict[str, Any] = json.loads(done.stdout or "{}")
            return answer
        said = re.search(r"\((\w+)\) when calling the \w+ operation: (.*)", done.stderr)
        assert said, done.stderr
        return Refused(said[1], said[2])

    yield ask


def _run(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@asynccontextmanager
async def capo(face: Face) -> AsyncIterator[Driver]:
    """capo-imagebuilder, in a program of its own that is asked line by line."""
    python = os.environ[VARIABLES["capo"]]
    options = face.boto_options()
    worker = await asyncio.create_subprocess_exec(
        python,
        str(Path(__file__).with_name("capo_worker.py")),
        options["endpoint_url"],
        options["region_name"],
        options["aws_access_key_id"],
        options["aws_secret_access_key"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    to_worker, from_worker = worker.stdin, worker.stdout

    async def ask(call: Call) -> Answer:
        members = {snake(name): value for name, value in call.members.items()}
        to_worker.write(json.dumps([snake(call.operation), members]).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            told = json.loads(await from_worker.readline())
        return Refused(**told["refused"]) if "refused" in told else _on_the_wire(told["answer"])

    try:
        yield ask
    finally:
        to_worker.close()
        await worker.wait()


def _on_the_wire(members: Any) -> Any:
    """capo's names of members as the wire has them; the keys of tags are the caller's."""
    if isinstance(members, list):
        return [_on_the_wire(one) for one in members]
    if isinstance(members, dict):
        return {
            camel(name): value if name == "tags" else _on_the_wire(value) for name, value in members.items()
        }
    return members


DRIVERS: Mapping[str, Callable[[Face], AbstractAsyncContextManager[Driver]]] = {
    "ours": ours,
    "boto3": through_boto3,
    "aws-cli": aws_cli,
    "capo": capo,
}


def place_of(client: str) -> str | None:
    """Where a client is, None if it is not installed for this run."""
    return os.environ.get(VARIABLES[client]) or None if client in VARIABLES else "here"
