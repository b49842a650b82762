"""What every test may ask for, and what no test depends on: the machine's speed, and how the run was begun."""

import signal
from collections.abc import AsyncIterator

import hypothesis
import pytest

from aio_workflows import WorkflowsClient
from aio_workflows.emulator import Emulator

# A slow machine is no defect of ours.
hypothesis.settings.register_profile(
    "any speed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any speed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Begun in the background by a shell: the programs that tests interrupt would not notice.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full-size", action="store_true", help="run the tests that have a smaller size at their full size"
    )


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    """Whether to run at full size: 10,000 creates and the like."""
    return bool(request.config.getoption("--full-size"))


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """An emulator as it comes; tests that need another one make their own."""
    async with Emulator() as running:
        yield running


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[WorkflowsClient]:
    """A client of that emulator, as it comes."""
    async with emulator.client() as opened:
        yield opened
