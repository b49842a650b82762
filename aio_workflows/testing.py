"""Fixtures for pytest: an Image Builder on this machine, a client of it, and an environment that leads to it.

Nothing is registered by itself. Import what you need in ``conftest.py``::

    from aio_workflows.testing import image_builder, image_builder_environment, workflows_client

The emulator runs on an event loop in a thread of its own, so the fixtures serve every kind of test: plain
functions, coroutines under any plugin, code that calls ``asyncio.run``, boto3.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from aio_workflows.client import WorkflowsClient
from aio_workflows.emulator import Emulator

__all__ = ["image_builder", "image_builder_environment", "running", "workflows_client"]


@contextmanager
def running(emulator: Emulator) -> Generator[Emulator, None, None]:
    """Run an emulator in a thread, for a fixture of your own.

    ::

        with running(Emulator(check_documents=True)) as emulator:
            yield emulator

    It listens when the block begins and is stopped at its end; what it holds can be looked at after that.

    :raises OSError: the port that was asked for is taken.
    """
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        runner.run(emulator.start())
        thread = threading.Thread(target=loop.run_forever, name="aio_workflows.testing", daemon=True)
        thread.start()
        try:
            yield emulator
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            runner.run(emulator.stop())


@pytest.fixture
def image_builder() -> Iterator[Emulator]:
    """An :class:`~aio_workflows.emulator.Emulator` that runs, new and empty for each test."""
    with running(Emulator()) as emulator:
        yield emulator


@pytest.fixture
def workflows_client(image_builder: Emulator) -> WorkflowsClient:
    """A client of ``image_builder``. The event loop of the test closes it."""
    return image_builder.client()


@pytest.fixture
def image_builder_environment(image_builder: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """``image_builder``, found by every client that the code under test makes itself, boto3's too.

    For the time of the test the environment has its endpoint, its Region and its keys, and nothing else
    of AWS: no profile, no file and no instance is asked for others.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    options = image_builder.boto_options()
    settings = {
        "AWS_ACCESS_KEY_ID": options["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": options["aws_secret_access_key"],
        "AWS_REGION": options["region_name"],
        "AWS_DEFAULT_REGION": options["region_name"],
        "AWS_ENDPOINT_URL_IMAGEBUILDER": options["endpoint_url"],
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return image_builder
