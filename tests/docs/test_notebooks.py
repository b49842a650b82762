"""The documentation's build runs the notebooks: one that raises ends it."""

import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*"))
CELL = "```{{code-cell}} ipython3\n{}\n```\n"


def build(place: Path, cell: str) -> "subprocess.CompletedProcess[str]":
    """Build a page with the project's settings: the head of a notebook of ours, and one cell."""
    pytest.importorskip("myst_nb", reason="the documentation's tools are not installed")
    source = place / "source"
    source.mkdir()
    _, head, _ = NOTEBOOKS[0].read_text(encoding="utf-8").split("---\n", maxsplit=2)
    (source / "index.md").write_text(f"---\n{head}---\n\n# Title\n\n{CELL.format(cell)}", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx"]
    return subprocess.run(
        [*command, "-T", "-W", "-b", "html", "-c", str(DOCS), str(source), str(place / "built")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_cell_that_raises_fails_the_build(tmp_path: Path) -> None:
    done = build(tmp_path, "1 / 0")
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stderr


def test_a_cell_is_run_in_a_kernel_that_runs_a_loop(tmp_path: Path) -> None:
    done = build(tmp_path, "import asyncio\nawait asyncio.sleep(0)\nprint('4' + '2')")
    assert done.returncode == 0, done.stderr
    assert "42" in (tmp_path / "built" / "index.html").read_text(encoding="utf-8")


def test_notebooks_are_kept_as_text_without_what_they_show() -> None:
    """A notebook in JSON would hold what it showed when it was saved last."""
    assert len(NOTEBOOKS) == 3
    assert {notebook.suffix for notebook in NOTEBOOKS} == {".md"}
