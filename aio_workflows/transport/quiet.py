"""Keeps botocore's log lines quiet while keys are fetched: they print whole answers, keys included."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_IS_QUIET: ContextVar[bool] = ContextVar("_IS_QUIET", default=False)


@contextmanager
def quiet() -> Generator[None]:
    """Drop what botocore and aiobotocore log in this context. Other tasks log as ever.

    At DEBUG they print STS's answers and signed requests, and at WARNING what a credential process
    said. What fails is raised, so nothing is lost that should be known.
    """
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in {"botocore", "aiobotocore"}:
            logging.getLogger(name).addFilter(_is_heard)  # adding it again does nothing
    token = _IS_QUIET.set(True)
    try:
        yield
    finally:
        _IS_QUIET.reset(token)


def _is_heard(_: logging.LogRecord) -> bool:
    return not _IS_QUIET.get()
