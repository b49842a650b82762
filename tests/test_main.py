"""The command line without its extra: a hint in one line, and no traceback."""

import subprocess
import sys

import pytest

# Stands for an installation without the library: it is found nowhere.
PROGRAM = """
import importlib.abc, runpy, sys

class Without(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == {library!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Without())
sys.argv = ["aio_workflows", *{arguments!r}]
runpy.run_module("aio_workflows", run_name="__main__")
"""


def run_without(library: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(library=library, arguments=arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("library", ["click", "rich"])
@pytest.mark.parametrize("arguments", [(), ("--help",), ("create", "x.yaml"), ("emulator",)])
def test_the_hint_is_one_line(library: str, arguments: tuple[str, ...]) -> None:
    """That says what to install; the exit status tells that nothing was done."""
    finished = run_without(library, *arguments)
    assert (
        finished.stderr
        == "aio-workflows: the command line needs its extra: pip install 'aio-workflows[cli]'\n"
    )
    assert (finished.stdout, finished.returncode) == ("", 1)


def test_another_missing_library_is_no_missing_extra() -> None:
    """A broken installation is not explained away."""
    finished = run_without("attrs", "--help")
    assert "ModuleNotFoundError: No module named 'attrs'" in finished.stderr
    assert "extra" not in finished.stderr
    assert finished.returncode == 1


def test_with_its_extra_it_runs() -> None:
    """The test of the test: what stands in the way is only what was taken away."""
    finished = run_without("no_such_library", "--help")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "create" in finished.stdout
