"""The tests of this room do not wait: one that waits in real time fails."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest

from tests.virtual_time import forbid_waiting

P = ParamSpec("P")
T = TypeVar("T")


@pytest.fixture(autouse=True)
async def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def here(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    # A thread takes real time too: what would be done there is done here.
    monkeypatch.setattr(asyncio, "to_thread", here)
    forbid_waiting(asyncio.get_running_loop())
