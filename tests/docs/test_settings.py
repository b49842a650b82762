"""The page of settings lists what there is, with the defaults that hold."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import botocore
import pytest

from aio_workflows import PollingPace, RetryPolicy, WorkflowsClient

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")

POSITIONAL = {"self", "requests"}
OF_PUBLISHING = {"on_change", "dry_run"}  # what is done, not how


def rows(heading: str) -> list[list[str]]:
    (section,) = re.findall(rf"^## {heading}$\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^\| `.*\|$", section, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def options(function: Callable[..., object]) -> dict[str, str]:
    parameters = inspect.signature(function).parameters.values()
    return {one.name: default(one) for one in parameters if one.name not in POSITIONAL | OF_PUBLISHING}


def default(parameter: inspect.Parameter) -> str:
    return "RetryPolicy()" if parameter.default == RetryPolicy() else repr(parameter.default)


@pytest.mark.parametrize(
    ("heading", "function"),
    [
        ("WorkflowsClient", WorkflowsClient.__init__),
        ("RetryPolicy", RetryPolicy),
        ("Bulk runs", WorkflowsClient.create_workflows),
        ("Bulk runs", WorkflowsClient.publish_workflows),
        ("PollingPace", PollingPace),
    ],
)
def test_every_option_is_listed_with_its_default(heading: str, function: Callable[..., object]) -> None:
    listed = {names(row[0])[0]: names(row[1])[0] for row in rows(heading)}
    assert listed == options(function)


def test_variables_and_keys_are_ones_that_botocore_or_the_package_reads() -> None:
    sources = [*Path(botocore.__file__).parent.glob("*.py"), *(ROOT / "aio_workflows").rglob("*.py")]
    read = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    variables = [name for row in rows("Environment variables") for name in names(row[0]) if "$" not in name]
    keys = [name for row in rows("Configuration keys") for name in names(row[0])]
    assert len(variables) > 20
    assert len(keys) > 20
    # Those of endpoints and of proxies are composed of parts; other tests set them.
    composed = {"AWS_ENDPOINT_URL_IMAGEBUILDER", "AWS_ENDPOINT_URL", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"}
    missing = {name for name in {*variables, *keys} - composed if name.partition("=")[0] not in read}
    assert missing == set()
