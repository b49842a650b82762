"""Every Python and shell block of README and docs runs, and prints what the page says it prints.

The blocks of a page share one namespace, from top to bottom. A `text` block right behind another block is its
output; `...` in it stands for anything. They run in a folder of their own that has the examples of the documentation.
Clients made without an emulator of their own find one in the environment, where a reader's environment leads to AWS.
Blocks of other languages are parsed.
"""

import ast
import asyncio
import configparser
import contextlib
import doctest
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2
import pytest
import yaml

from aio_workflows.emulator import Emulator
from aio_workflows.emulator.service import DUMMY_KEYS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def sections(text: str) -> list[str]:
    """The sections of a file of AWS's configuration."""
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return parser.sections()


PARSERS: dict[str, Callable[[str], object]] = {
    "hcl": hcl2.loads,
    "ini": sections,
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
}

# These two set up the environment in which the tests run; `.ci/run` runs the second.
BOOTSTRAP = {("README.md", "Run it"), ("README.md", "Test it")}

BLOCK = re.compile(
    r"^## (?P<heading>.+)$|^(?P<fence>`{3,})(?P<language>.*)\n(?P<text>(?s:.*?))^(?P=fence)$", re.MULTILINE
)


@dataclass(frozen=True)
class Example:
    """One block of a page, with what it prints if the page says so."""

    page: Path
    line: int
    language: str
    text: str
    output: str | None


def examples(page: Path) -> Iterator[Example]:
    content = page.read_text(encoding="utf-8")
    heading = ""
    blocks = list(BLOCK.finditer(content))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block["heading"]:
            heading = block["heading"]
        if block["fence"] is None or (page.name, heading) in BOOTSTRAP:
            continue
        is_output = (
            following is not None
            and following["language"] == "text"
            and not content[block.end() : following.start()].strip()
        )
        line = content.count("\n", 0, block.start("text"))
        output = following["text"] if following is not None and is_output else None
        yield Example(page, line, block["language"], block["text"], output)


def runnable(page: Path) -> list[Example]:
    return [example for example in examples(page) if example.language in {"python", "sh"}]


def run_python(example: Example, namespace: dict[str, Any], runner: asyncio.Runner) -> str:
    """Run a block as a notebook would, with `await` at the top level; give what it prints."""
    source = "\n" * example.line + example.text  # so that a traceback names the page's own lines
    code = compile(source, str(example.page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if code.co_flags & inspect.CO_COROUTINE:
            runner.run(eval(code, namespace))
        else:
            exec(code, namespace)
    return printed.getvalue()


def run_shell(example: Example) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example.text],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    return finished.stdout


@pytest.fixture
def service() -> Iterator[str]:
    """The URL of an emulator in a thread of its own: the examples bring their own event loops."""
    loop = asyncio.new_event_loop()
    emulator = Emulator()
    loop.run_until_complete(emulator.__aenter__())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield emulator.url
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(emulator.__aexit__(None, None, None))
        loop.close()


@pytest.fixture
def surroundings(service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    key_id, secret = DUMMY_KEYS  # the ones whose signatures the emulator verifies
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_IMAGEBUILDER", service)
    monkeypatch.setenv("HOME", str(tmp_path))
    place = tmp_path / "project"
    shutil.copytree(ROOT / "docs" / "examples", place / "docs" / "examples")
    monkeypatch.chdir(place)


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize(
    "page", [page for page in PAGES if runnable(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_examples_of_a_page_do_what_it_says(page: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with asyncio.Runner() as runner:
        for example in runnable(page):
            printed = (
                run_shell(example) if example.language == "sh" else run_python(example, namespace, runner)
            )
            if example.output is not None:
                same = doctest.OutputChecker().check_output(example.output, printed, doctest.ELLIPSIS)
                assert same, f"{page}:{example.line}\nprinted:\n{printed}\nthe page says:\n{example.output}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_other_blocks_of_a_page_are_what_they_say(page: Path) -> None:
    for example in examples(page):
        language = example.language
        if language.startswith("{") or language in {"python", "sh", "text"}:
            continue  # Sphinx's own, those that run, and what is printed
        assert language in PARSERS, f"{page}:{example.line}: nothing here reads {language!r}"
        assert PARSERS[language](example.text), f"{page}:{example.line}"


def test_the_first_pages_have_examples() -> None:
    """Nothing would fail if the blocks were no longer found."""
    for page in ("README.md", "docs/why.md", "docs/quickstart.md"):
        assert any(example.language == "python" for example in examples(ROOT / page))


@pytest.mark.parametrize("section", ["Run it", "Test it"])
def test_readme_sets_up_with_one_line(section: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (body,) = re.findall(rf"^## {section}$\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    (block,) = re.findall(r"^```sh\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)
    assert block.count("\n") == 1
