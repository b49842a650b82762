"""The tests of this room do not wait: one that waits in real time fails."""

import asyncio

import pytest

from aio_workflows.retry.strategy import warm_up
from tests.virtual_time import forbid_waiting

warm_up()  # else the first call waits for the thread that does it


@pytest.fixture(autouse=True)
async def nobody_waits() -> None:
    forbid_waiting(asyncio.get_running_loop())
