"""Nothing that is secret leaves a call: no log line, no error and no cause of one holds it, at any level."""

import asyncio
import copy
import logging
import multiprocessing
import pickle
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
from reports.reliability import READ_TIMEOUT, SEQUENCES, Always, answers, connections, refusals

from aio_workflows import AioWorkflowsError, Credentials, RetryPolicy
from aio_workflows.emulator import Emulator, Fault

KEYS = Credentials("AKIDOFTHETEST", "key-that-is-secret", "token-that-is-secret")
DOCUMENT = "document-that-is-secret: 1\n"
SECRETS = ("AKIDOFTHETEST", "that-is-secret", "Signature=", "AWS4-HMAC-SHA256", "Credential=")

SCRIPTS: list[tuple[str, Sequence[Fault] | Always]] = [
    (f"{row.name}, done={row.fault.done}, {times}", script)
    for row in (*answers(), *connections(), *refusals())
    for times, script in (("once", [row.fault]), ("always", Always(row.fault)))
] + list(SEQUENCES)


async def outcome(script: Sequence[Fault] | Always) -> AioWorkflowsError | None:
    """The error of a create that meets the faults, if it ends in one."""
    policy = RetryPolicy(max_attempts=2, base_delay=0.001, max_delay=0.01)
    async with (
        Emulator(faults=script) as emulator,
        emulator.client(retry=policy, read_timeout=READ_TIMEOUT, credentials=KEYS) as client,
    ):
        try:
            await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data=DOCUMENT)
        except AioWorkflowsError as error:
            return error
    return None


async def errors() -> dict[str, AioWorkflowsError]:
    """The error of each script that ends in one."""
    asyncio.get_running_loop().set_debug(True)
    found: dict[str, AioWorkflowsError] = {}
    for start in range(0, len(SCRIPTS), 48):
        part = SCRIPTS[start : start + 48]
        for (name, _), error in zip(
            part, await asyncio.gather(*(outcome(script) for _, script in part)), strict=True
        ):
            if error is not None:
                found[name] = error
    return found


@pytest.fixture(scope="module")
def matrix() -> Iterator[tuple[str, dict[str, AioWorkflowsError]]]:
    """What every logger said at DEBUG while the fault matrix ran, and the errors by script."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.getMessage()} {vars(record)}")  # type: ignore[method-assign]
    loggers = [logging.root, *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
    levels = [logger.level for logger in loggers]
    logging.root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        found = asyncio.run(errors())
        yield "\n".join(lines), found
    finally:
        logging.root.removeHandler(handler)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def inside(thing: object, depth: int = 6) -> Iterator[str]:
    """The text of a thing, and of all that hangs on it."""
    yield repr(thing)
    if depth == 0:
        return
    if isinstance(thing, BaseException):
        yield str(thing)
        yield from inside(thing.args, depth - 1)
        for other in (thing.__cause__, thing.__context__):
            if other is not None:
                yield from inside(other, depth - 1)
    if isinstance(thing, dict):
        for pair in thing.items():
            yield from inside(pair, depth - 1)
    elif isinstance(thing, list | tuple | set):
        for part in thing:
            yield from inside(part, depth - 1)
    for value in getattr(thing, "__dict__", {}).values() if not isinstance(thing, type) else ():
        yield from inside(value, depth - 1)


def test_the_matrix_is_loud_enough_to_mean_something(
    matrix: tuple[str, dict[str, AioWorkflowsError]],
) -> None:
    """Our own lines are among those looked through, and so are those of the libraries."""
    logged, found = matrix
    assert "CreateWorkflow, attempt 2" in logged
    assert "'name': 'asyncio'" in logged
    assert len(found) > 60
    assert len({type(error) for error in found.values()}) > 15


def test_no_secret_is_logged(matrix: tuple[str, dict[str, AioWorkflowsError]]) -> None:
    logged, _ = matrix
    assert [secret for secret in SECRETS if secret in logged] == []


def test_no_secret_hangs_on_an_error(matrix: tuple[str, dict[str, AioWorkflowsError]]) -> None:
    """Neither on its causes, whichever library they come from, nor in what is printed of it."""
    for name, error in matrix[1].items():
        text = "".join(inside(error)) + "".join(traceback.format_exception(error))
        assert [secret for secret in SECRETS if secret in text] == [], name


def same(one: BaseException, other: BaseException) -> bool:
    return (type(one), str(one), one.args, vars(one)) == (type(other), str(other), other.args, vars(other))


def test_every_error_survives_being_copied(matrix: tuple[str, dict[str, AioWorkflowsError]]) -> None:
    for name, error in matrix[1].items():
        for twin in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
            assert same(error, twin), name


def raise_again(error: AioWorkflowsError) -> Any:
    raise error


def test_every_error_survives_another_process(matrix: tuple[str, dict[str, AioWorkflowsError]]) -> None:
    """Raised in a worker, it arrives as it was."""
    kinds = {type(error): error for error in matrix[1].values()}
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        for error in kinds.values():
            raised = pool.submit(raise_again, error).exception()
            assert raised is not None
            assert same(error, raised)
