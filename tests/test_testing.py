"""The fixtures, as the tests of somebody else's project meet them: each time a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASYNCIO = ("-o", "asyncio_default_fixture_loop_scope=function", "--asyncio-mode=auto")
PLAIN_PYTEST = ("-p", "no:asyncio")

IMPORT = "from aio_workflows.testing import *\n"
REAL_KEYS = {"AWS_ACCESS_KEY_ID": "AKIDREAL", "AWS_SECRET_ACCESS_KEY": "real"}


def run(
    place: Path, tests: str, *options: str, conftest: str = IMPORT, **environment: str
) -> tuple[int, str]:
    (place / "conftest.py").write_text(conftest, encoding="utf-8")
    (place / "test_theirs.py").write_text(tests, encoding="utf-8")
    (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *options],
        cwd=place,
        env={**os.environ, **REAL_KEYS, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return finished.returncode, finished.stdout


def passed(
    place: Path, tests: str, count: int, *options: str, conftest: str = IMPORT, **environment: str
) -> None:
    status, output = run(place, tests, *options, conftest=conftest, **environment)
    assert status == 0, output
    assert f"{count} passed" in output


COROUTINES = """
FIELDS = {"name": "abc", "semantic_version": "1.0.0", "type": "TEST", "data": "steps: []"}

async def test_one(image_builder, workflows_client):
    created = await workflows_client.create_workflow(**FIELDS)
    assert image_builder.builds == [created.workflow_build_version_arn]

async def test_another_finds_nothing_of_it(image_builder, workflows_client):
    assert image_builder.builds == []
    assert [version async for version in workflows_client.list_workflows()] == []
"""


def test_coroutines_have_an_emulator_of_their_own_each(tmp_path: Path) -> None:
    """And nothing is left open, though nobody closes the client."""
    passed(tmp_path, COROUTINES, 2, *ASYNCIO)


PLAIN = """
import asyncio
from aio_workflows import WorkflowsClient

FIELDS = {"name": "abc", "semantic_version": "1.0.0", "type": "TEST", "data": "steps: []"}

def test_it(image_builder):
    async def create():
        async with image_builder.client() as client:
            await client.create_workflow(**FIELDS)
    asyncio.run(create())
    assert len(image_builder.builds) == 1

def test_the_client(image_builder, workflows_client):
    asyncio.run(workflows_client.create_workflow(**FIELDS))
    asyncio.run(workflows_client.create_workflow(**FIELDS | {"data": "steps: [1]"}))
    assert len(image_builder.builds) == 2
"""


def test_plain_functions_need_no_other_plugin(tmp_path: Path) -> None:
    passed(tmp_path, PLAIN, 2, *PLAIN_PYTEST)


OWN_CLIENTS = """
import asyncio, os
import boto3
from aio_workflows import WorkflowsClient

def test_ours(image_builder_environment):
    async def create():
        async with WorkflowsClient() as client:
            await client.create_workflow(name="abc", semantic_version="1.0.0", type="TEST", data="steps: []")
    asyncio.run(create())
    (build,) = image_builder_environment.workflows
    assert f":{image_builder_environment.region}:" in build.arn

def test_boto3s(image_builder, image_builder_environment):
    client = boto3.client("imagebuilder")
    client.create_workflow(name="abc", semanticVersion="1.0.0", type="TEST", data="steps: []")
    client.close()
    assert len(image_builder.builds) == 1
    assert all("AKIDREAL" not in str(request.headers) for request in image_builder.requests)

def test_the_environment_is_restored():
    assert os.environ["AWS_PROFILE"] == "production"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIDREAL"
    assert "AWS_ENDPOINT_URL_IMAGEBUILDER" not in os.environ
"""


def test_clients_that_are_made_elsewhere_find_the_emulator(tmp_path: Path) -> None:
    """By an environment in which nothing is left of the real one."""
    passed(tmp_path, OWN_CLIENTS, 3, *PLAIN_PYTEST, AWS_PROFILE="production")


OWN_FIXTURE = """
import asyncio
import pytest
from aio_workflows import InvalidParameterValueException
from aio_workflows.emulator import Emulator
from aio_workflows.testing import running

@pytest.fixture(scope="module")
def strict():
    with running(Emulator(check_documents=True)) as emulator:
        yield emulator
    assert len(emulator.requests) == 1

def test_it(strict):
    async def create():
        async with strict.client() as client:
            await client.create_workflow(name="abc", semantic_version="1.0.0", type="TEST", data="steps: []")
    with pytest.raises(InvalidParameterValueException):
        asyncio.run(create())
"""


def test_a_fixture_of_ones_own(tmp_path: Path) -> None:
    passed(tmp_path, OWN_FIXTURE, 1, *PLAIN_PYTEST, conftest="")


def test_nothing_is_registered_by_itself(tmp_path: Path) -> None:
    status, output = run(tmp_path, "def test_it(image_builder): pass\n", *PLAIN_PYTEST, conftest="")
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "fixture 'image_builder' not found" in output


def test_naming_the_module_as_a_plugin_does_too(tmp_path: Path) -> None:
    passed(tmp_path, PLAIN, 2, *PLAIN_PYTEST, conftest='pytest_plugins = ["aio_workflows.testing"]\n')
