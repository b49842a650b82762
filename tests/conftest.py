"""What every test may use."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full-size", action="store_true", help="run the long tests at their full size, not at a tenth of it"
    )


@pytest.fixture(scope="session")
def full_size(pytestconfig: pytest.Config) -> bool:
    """Whether the long tests run at their full size."""
    return bool(pytestconfig.getoption("--full-size"))
