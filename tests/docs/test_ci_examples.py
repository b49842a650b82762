"""The CI examples call commands with options that there are, and the manifests of the pages can be read."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from aio_workflows.cli.main import cli
from aio_workflows.rollout.manifest import read_manifest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[str]:
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


def commands(value: Any) -> list[str]:
    """Every text in it that calls us."""
    if isinstance(value, dict):
        return [found for entry in value.values() for found in commands(entry)]
    if isinstance(value, list):
        return [found for entry in value for found in commands(entry)]
    return [value] if isinstance(value, str) and value.startswith("aio-workflows ") else []


@pytest.mark.parametrize("number", [0, 1])
def test_the_ci_examples_call_what_there_is(number: int) -> None:
    pages = blocks("how-to/ci.md")
    assert len(pages) == 2
    found = commands(yaml.safe_load(pages[number]))
    assert {line.split()[1] for line in found} == {"check", "publish"}
    for line in found:
        _, name, *arguments = shlex.split(line)
        command = cli.commands[name]
        known = {option for one in command.params if isinstance(one, click.Option) for option in one.opts}
        assert {argument for argument in arguments if argument.startswith("--")} <= known


def test_the_manifest_beside_terraform_is_one(tmp_path: Path) -> None:
    (text,) = blocks("how-to/from-terraform.md")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "golden-linux.yaml").write_text("schemaVersion: 1.0\n")
    (tmp_path / "workflows.yaml").write_text(text)
    (workflow,) = read_manifest(tmp_path).workflows
    request = workflow.request()
    assert (request.name, request.description) == ("golden-linux", "Our Linux base image")


def test_the_manifest_of_the_page_is_one(tmp_path: Path) -> None:
    (text,) = blocks("how-to/rollout.md")
    for name in ("build/golden-linux", "build/golden-windows", "test/smoke-test"):
        file = tmp_path / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text((DOCS / "examples" / "workflows" / f"{name}.yaml").read_text())
    (tmp_path / "workflows.yaml").write_text(text)
    manifest = read_manifest(tmp_path, {"STAGE": "test"})
    assert [one.name for one in manifest.workflows] == ["golden-linux", "golden-windows", "smoke-test"]
    assert [one.name for one in manifest.targets] == [
        "production/eu-west-1",
        "production/us-east-1",
        "sandbox/eu-west-1",
    ]
