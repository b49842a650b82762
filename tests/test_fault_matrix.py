"""What a caller is left with after every fault of the matrix: an error that tells its story, and no secret anywhere."""

import asyncio
import copy
import logging
import pickle
import traceback
from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType, ModuleType, TracebackType

import pytest
from reports.reliability import answers, connections, refusals

from aio_workflows import AioWorkflowsError, AttemptEvent, Credentials, RetryPolicy
from aio_workflows.emulator import Emulator, Secret
from aio_workflows.emulator.service import DUMMY_KEYS
from tests.error_chain import chain

KEY, SECRET, TOKEN = "AKIDEXAMPLE", "hunter2+secret", "token/of/the/session=="
DOCUMENT = "password: correct-horse-battery-staple\r\n"
HIDDEN = (SECRET, TOKEN, "correct-horse", "Signature=", "AWS4-HMAC-SHA256")
FAULTS = [row.fault for row in (*answers(), *connections(), *refusals())]

# What is not looked into: it is the program's, not the error's.
_BEYOND = (
    type,
    ModuleType,
    FunctionType,
    MethodType,
    TracebackType,
    asyncio.AbstractEventLoop,
    logging.Logger,
)


def texts(value: object, seen: set[int]) -> Iterator[str]:
    """Every text that can be reached from a value by its attributes, entries and items."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes | bytearray):
        yield value.decode("latin-1")
    elif id(value) not in seen and not isinstance(value, _BEYOND):
        seen.add(id(value))
        for part in parts(value):
            yield from texts(part, seen)


def parts(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
    else:
        yield from getattr(value, "__dict__", {}).values()
        names = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
        yield from (getattr(value, name, None) for name in names)
    if isinstance(value, BaseException):
        yield value.args
        yield repr(value)
        yield str(value)


class Keeper(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def every_record() -> Iterator[list[logging.LogRecord]]:
    """What is logged anywhere, at any level."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, root.manager.loggerDict)]
    before = [(logger, logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
    keeper = Keeper()
    root.addHandler(keeper)
    yield keeper.records
    root.removeHandler(keeper)
    for logger, level, disabled in before:
        logger.setLevel(level)
        logger.disabled = disabled


async def failures(
    emulator: Emulator, told: list[AttemptEvent], credentials: Credentials | None
) -> list[AioWorkflowsError]:
    """What a create raises for every fault of the matrix, met in both of its attempts."""
    errors = list[AioWorkflowsError]()
    policy = RetryPolicy(max_attempts=2, base_delay=0.001, max_delay=0.001)
    for number, fault in enumerate(FAULTS):
        emulator.faults = [fault] * 4  # a stale connection is used once more for nothing
        # A client for each: one that met all of them would slow down, and take the service to be down.
        async with emulator.client(
            credentials=credentials, retry=policy, read_timeout=0.2, on_attempt=told.append
        ) as client:
            try:
                await client.create_workflow(
                    name=f"number-{number}", semantic_version="1.0.0", type="BUILD", data=DOCUMENT
                )
            except AioWorkflowsError as error:
                errors.append(error)
    return errors


async def test_the_error_tells_the_story() -> None:
    """Of both attempts, with the reason why there was no third; whole after every kind of copy."""
    told = list[AttemptEvent]()
    async with Emulator() as emulator:
        errors = await failures(emulator, told, credentials=Credentials(*DUMMY_KEYS))
    tokens = {event.client_token for event in told}
    for error in errors:
        assert error.operation == "CreateWorkflow"
        assert error.client_token in tokens
        if len({one.error for one in error.attempts}) == 1:  # on a slow machine a fault may come too late
            assert error.stop_reason == ("attempts" if len(error.attempts) == 2 else "not_retryable")
        last = error.attempts[-1]
        assert (last.error, last.code, last.http_status, last.request_id) == (
            type(error).__name__,
            error.code,
            error.http_status,
            error.request_id,
        )
        assert [one.number for one in error.attempts] == [*range(1, len(error.attempts) + 1)]
        assert all(one.duration > 0 for one in error.attempts)
        is_open = any(one.outcome == "unknown" or one.resent for one in error.attempts)
        assert error.outcome == ("unknown" if is_open else last.outcome)
        for again in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
            assert type(again) is type(error)
            assert vars(again) == vars(error)
            assert str(again) == str(error)
        assert not any(type(link).__module__.startswith("tenacity") for link in chain(error))
    assert {len(error.attempts) for error in errors} == {1, 2}


async def test_nothing_secret_shows(
    every_record: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the whole matrix of faults, with every logger at DEBUG."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    told = list[AttemptEvent]()
    async with Emulator(credentials={KEY: Secret(SECRET, TOKEN)}) as emulator:
        # The keys come from the environment: their way through the libraries is looked at too.
        errors = await failures(emulator, told, credentials=None)
    assert len(errors) >= len(FAULTS) - 1  # an idle connection that was closed is no failure

    formatter = logging.Formatter()
    logged = [formatter.format(record) for record in every_record]
    logged += [text for record in every_record for text in texts(vars(record), set())]
    hold(logged)
    assert any("CreateWorkflow, attempt 2" in text for text in logged)

    hold([repr(event) for event in told])
    hold([text for event in told for text in texts(event, set())])
    for error in errors:
        hold(traceback.format_exception(error))
        hold([pickle.dumps(error).decode("latin-1")])
        for link in chain(error):
            hold([*texts(link, set())])


def hold(shown: list[str]) -> None:
    for text in shown:
        for hidden in HIDDEN:
            assert hidden not in text


def test_the_search_finds_what_is_hidden_deep() -> None:
    """The test of the test: in attributes, in slots, in a mapping, in bytes, in the arguments of a cause."""

    class Slotted:
        __slots__ = ("held",)

        def __init__(self, held: object) -> None:
            self.held = held

    error = ValueError({"a": [Slotted(DOCUMENT.encode())]})
    with pytest.raises(AssertionError):
        hold([*texts(error, set())])
    outer = ValueError("fine")
    outer.__cause__ = error
    hold([*texts(outer, set())])
    with pytest.raises(AssertionError):
        hold([text for link in chain(outer) for text in texts(link, set())])
