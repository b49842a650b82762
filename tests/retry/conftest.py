"""The tests of this room do not wait: one that waits in real time fails."""

import asyncio

import pytest

from tests.virtual_time import forbid_waiting


@pytest.fixture(autouse=True)
async def nobody_waits() -> None:
    forbid_waiting(asyncio.get_running_loop())
