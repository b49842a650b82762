"""The front door: what the package offers, and how little comes along before it is used."""

import importlib
import importlib.metadata
import subprocess
import sys

import pytest

import aio_workflows
import aio_workflows.document
import aio_workflows.emulator
from aio_workflows import version

NEIGHBOURS = (
    "aiobotocore",
    "aiohttp",
    "botocore",
    "cattrs",
    "click",
    "rich",
    "tenacity",
    "tqdm",
    "yaml",
)
ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/abc/1.0.0/1"
DOORS = ["aio_workflows", "aio_workflows.document", "aio_workflows.emulator"]


@pytest.mark.parametrize("door", DOORS)
def test_every_name_can_be_imported(door: str) -> None:
    """And is listed once, in order."""
    module = importlib.import_module(door)
    assert list(module.__all__) == sorted(set(module.__all__))
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


def test_what_is_listed_is_what_shows() -> None:
    """`dir` has the public names and nothing of how they are found."""
    assert dir(aio_workflows) == aio_workflows.__all__
    assert all(not name.startswith("_") for name in dir(aio_workflows))


def test_a_star_import_brings_what_is_listed() -> None:
    """Nothing more, nothing less."""
    found: dict[str, object] = {}
    exec("from aio_workflows import *", found)
    assert set(found) - {"__builtins__"} == set(aio_workflows.__all__)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["create_workflow", "Workflowsclient", "_secret", "__wrapped__"])
def test_an_unknown_name_is_an_attribute_error(door: str, name: str) -> None:
    """That names the module and the name, and is an ImportError in an import."""
    module = importlib.import_module(door)
    with pytest.raises(AttributeError, match=rf"module '{door}' has no attribute '{name}'"):
        getattr(module, name)
    assert not hasattr(module, name)
    with pytest.raises(ImportError, match=name):
        exec(f"from {door} import {name}", {})


def loaded_by(program: str) -> set[str]:
    """The libraries that a program of its own has loaded in the end."""
    ask = f"import sys; print(*({{name.partition('.')[0] for name in sys.modules}} & set({NEIGHBOURS!r})))"
    finished = subprocess.run(
        [sys.executable, "-c", f"{program}\n{ask}"], capture_output=True, text=True, check=True
    )
    return set(finished.stdout.split())


@pytest.mark.parametrize(
    "program",
    [
        "import aio_workflows",
        "from aio_workflows import WorkflowsClient, CreateWorkflowRequest; WorkflowsClient(region='eu-west-1')",
        "from aio_workflows import GetWorkflowRequest as R; R(workflow_build_version_arn='" + ARN + "')",
        "from aio_workflows import AioWorkflowsError, CallRateLimitExceededException",
        "import aio_workflows.emulator",
    ],
)
def test_a_cold_start_loads_no_library(program: str) -> None:
    """Making a client and a request needs none of the neighbours; the first call loads what it needs."""
    assert loaded_by(program) == set()


def test_the_libraries_would_be_seen() -> None:
    """The test of the test: what is imported shows."""
    assert loaded_by("import yaml, tenacity") == {"yaml", "tenacity"}


def test_the_version_is_that_of_the_installation() -> None:
    """It stands in the package once; its build reads it there."""
    assert importlib.metadata.version("aio-workflows") == version.VERSION
