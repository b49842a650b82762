"""Errors: complete against the service model, and whole after every kind of copy."""

import copy
import copyreg
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import botocore.session
import pytest

import aio_workflows
from aio_workflows import (
    AioWorkflowsError,
    AttemptRecord,
    CallRateLimitExceededException,
    ConnectError,
    ServiceError,
)
from aio_workflows.errors import base
from aio_workflows.errors.service import ERRORS_BY_CODE, ClientFaultError, ServerFaultError


def classes(cls: type[AioWorkflowsError] = AioWorkflowsError) -> Iterator[type[AioWorkflowsError]]:
    yield cls
    for sub in cls.__subclasses__():
        yield from classes(sub)


def test_every_exception_of_the_service_model_has_its_class() -> None:
    """Under its documented name, and on the side of the fault that the model gives."""
    model = botocore.session.get_session().get_service_model("imagebuilder")
    shapes = model.error_shapes
    assert len(shapes) >= 20
    for shape in shapes:
        cls = ERRORS_BY_CODE[shape.name]
        assert cls.__name__ == shape.name
        status = shape.metadata["error"]["httpStatusCode"]
        assert issubclass(cls, ServerFaultError if status >= 500 else ClientFaultError)


@pytest.mark.parametrize("cls", sorted(set(classes()), key=str))
def test_an_error_survives_every_copy(cls: type[AioWorkflowsError]) -> None:
    """All of its facts and notes come along."""
    error = cls.__new__(cls, "message")
    AioWorkflowsError.__init__(error, "message")
    error.operation, error.client_token, error.stop_reason = "CreateWorkflow", "token", "attempts"
    error.attempts = (AttemptRecord(number=1, request_id="r1"), AttemptRecord(number=2, request_id="r2"))
    error.add_note("a note")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is cls
        assert vars(again) == vars(error)
        assert again.request_ids == ("r1", "r2")


DRAWN = re.compile(r"^(?P<indent>[ |`-]*)(?P<name>\w+)(?: \(also a (?P<also>\w+)\))?(?: {2,}.*)?$")


def drawn_tree() -> dict[str, tuple[str | None, str | None]]:
    """Name -> parent and what else it is, as the docstring draws it."""
    drawing = (base.__doc__ or "").partition(".. code-block:: text\n\n")[2]
    found: dict[str, tuple[str | None, str | None]] = {}
    path: list[tuple[int, str]] = []
    for line in drawing.rstrip().splitlines():
        match = DRAWN.match(line)
        assert match is not None, line
        depth = len(match["indent"])
        path = [(indent, name) for indent, name in path if indent < depth]
        found[match["name"]] = (path[-1][1] if path else None, match["also"])
        path.append((depth, match["name"]))
    return found


def test_the_tree_is_as_it_is_drawn() -> None:
    """Every class but those named after an error code, below the same parent."""
    documented = {*ERRORS_BY_CODE.values()}
    real = {
        cls.__name__: (
            next((one.__name__ for one in cls.__bases__ if issubclass(one, AioWorkflowsError)), None),
            next((one.__name__ for one in cls.__bases__ if one in {ValueError, TimeoutError}), None),
        )
        for cls in {*classes()} - documented
        if cls.__module__.startswith("aio_workflows.")
    }
    assert drawn_tree() == real
    assert len(real) > 20


@pytest.mark.parametrize("cls", sorted({*ERRORS_BY_CODE.values()}, key=str))
def test_an_error_code_has_one_family(cls: type[ServiceError]) -> None:
    """To be caught by its name, by its kind, and by whose fault it is; it is an exception of the front door."""
    assert sum(issubclass(cls, family) for family in (ClientFaultError, ServerFaultError)) == 1
    assert getattr(aio_workflows, cls.__name__) is cls
    assert cls.__doc__


def fail() -> None:
    raise CallRateLimitExceededException("slow", http_status=429, request_id="r1")


def test_an_error_comes_back_from_another_process() -> None:
    """A process pool hands it on with its facts."""
    with ProcessPoolExecutor(1) as pool, pytest.raises(CallRateLimitExceededException) as caught:
        pool.submit(fail).result()
    assert (caught.value.request_id, caught.value.http_status) == ("r1", 429)


def test_the_text_of_an_error_names_the_facts() -> None:
    """Code, message, status, request id, operation, attempts and the token."""
    error = ServiceError("it broke", code="Odd", http_status=500, request_id="r1", outcome="unknown")
    error.operation, error.client_token, error.attempts = "CreateWorkflow", "t1", (AttemptRecord(number=1),)
    for fact in ("Odd", "it broke", "500", "r1", "CreateWorkflow", "1 attempt", "t1"):
        assert fact in str(error)


def test_a_copy_has_no_traceback_whatever_other_libraries_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some have every exception pickled, and so copied, together with its frames, which hold the request."""

    def with_traceback(error: ConnectError) -> tuple[object, ...]:
        return ConnectError(error.message).with_traceback, (error.__traceback__,)

    monkeypatch.setitem(copyreg.dispatch_table, ConnectError, with_traceback)
    with pytest.raises(ConnectError) as caught:
        raise ConnectError("m", host="here")
    copied = copy.copy(caught.value)
    assert copied.__traceback__ is None
    assert (str(copied), copied.host) == (str(caught.value), "here")
