"""``check`` as a person, a program and a build server run it: as a process of its own, on files."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

from aio_workflows.document.rules import RULES

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "workflows"
BROKEN = """\
schemaVersion: 1.0
steps:
  - name: Launch
    action: LaunchInstance
    onFailure: abort
    inputs:
      waitFor: ssmAgent
"""
DOUBTFUL = BROKEN.replace("onFailure: abort", "timeoutInSeconds: 5")
GOOD = BROKEN.replace("abort", "Abort")
HOSTILE = 'é🚀\x1b[2J\r\n::error::%,: "\u202e'
"""What a document can hold in the name of a key, written with escapes."""


def check(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aio_workflows", "check", *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8", **options
    )


def on_a_terminal(*arguments: object, columns: int = 60) -> str:
    """What appears on a terminal of so many columns, without its colours."""
    parent, child = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "aio_workflows", "check", *map(str, arguments)]
    with subprocess.Popen(command, stdout=child, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(child)
        content = bytearray()
        while True:
            try:
                piece = os.read(parent, 4096)
            except OSError:  # how Linux says that the other side is closed
                break
            if not piece:
                break
            content += piece
        process.wait()
    os.close(parent)
    return re.sub(r"\x1b\[[0-9;]*m", "", content.decode().replace("\r\n", "\n"))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return written(tmp_path / "broken.yaml", BROKEN)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A document and a file name that would like to speak for themselves."""
    return written(tmp_path / "a,b: 100%\n::warning::c\x1b.yaml", GOOD + f"      {json.dumps(HOSTILE)}: 1\n")


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["build", "test", "distribution"])
def test_good_files_leave_with_0(kind: str) -> None:
    files = sorted((EXAMPLES / kind).glob("*.yaml"))
    done = check(*files, "--type", kind, "--strict")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"nothing found in {len(files)} file{'s' if len(files) > 1 else ''}\n"


@pytest.mark.parametrize(
    ("text", "options", "status"),
    [
        (GOOD, [], 0),
        (GOOD, ["--strict"], 0),
        (DOUBTFUL, [], 0),
        (DOUBTFUL, ["--strict"], 1),
        (BROKEN, [], 1),
        ("\ufeff\n" + GOOD, ["--strict"], 0),
        (GOOD + "# é" + "x" * 15_994, ["--strict"], 1),
        ("", [], 1),
    ],
)
def test_the_exit_status_tells_how_bad_it_is(
    text: str, options: list[str], status: int, tmp_path: Path
) -> None:
    done = check(written(tmp_path / "file.yaml", text), "--type", "BUILD", *options)
    assert done.returncode == status, done.stderr


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_the_exit_status_is_the_same_in_every_form(form: str, broken: Path) -> None:
    assert check(broken, "--type", "BUILD", "--format", form).returncode == 1


def test_a_finding_is_a_line_that_editors_know(broken: Path, tmp_path: Path) -> None:
    doubtful = written(tmp_path / "doubtful.yaml", DOUBTFUL)
    done = check(broken, doubtful, "--type", "build")
    assert done.stdout == (
        f"{broken}:5:16: error WF110: must be Abort or Continue, is 'abort': did you mean Abort? [steps[0].onFailure]\n"
        f"{doubtful}:5:5: warning WF103: timeoutInSeconds is of an older page of the guide; today it is timeoutSeconds"
        " [steps[0].timeoutInSeconds]\n"
    )
    assert done.stderr == "1 error, 1 warning in 2 files\n"


def test_a_file_that_cannot_be_read_fails_alone(broken: Path, tmp_path: Path) -> None:
    utf16, directory = tmp_path / "utf16.yaml", tmp_path / "directory"
    utf16.write_bytes(GOOD.encode("utf-16"))
    directory.mkdir()
    done = check(utf16, broken, "--type", "BUILD")
    assert done.returncode == 1
    assert "UTF-16" in done.stderr
    assert "WF110" in done.stdout
    assert check(utf16, "--type", "BUILD", "--format", "json").stdout == "[]\n"
    assert check(directory, "--type", "BUILD").returncode == 2


@pytest.mark.parametrize(
    "arguments", [[], ["--type", "BUILD"], ["--type", "DEPLOY"], ["--type", "BUILD", "--format", "xml"]]
)
def test_wrong_usage_leaves_with_2(arguments: list[str], broken: Path) -> None:
    files = [broken] if len(arguments) != 2 or "DEPLOY" in arguments else []
    assert check(*files, *arguments).returncode == 2


def test_a_terminal_shows_the_line_and_a_caret(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(broken.parent)
    assert on_a_terminal(broken.name, "--type", "BUILD", columns=200) == (
        "broken.yaml:5:16: error WF110: must be Abort or Continue, is 'abort': did you mean Abort? [steps[0].onFailure]\n"
        "        onFailure: abort\n"
        "                   ^\n"
    )


def test_the_caret_stands_under_its_column_whatever_stands_before_it(tmp_path: Path) -> None:
    """Wide characters take two columns, and escaped ones as many as their escapes."""
    file = written(tmp_path / "wide.yaml", GOOD + "    if: {'漢字\u200bü': a, onFailure: b}\n")
    lines = on_a_terminal(file, "--type", "BUILD", columns=200).splitlines()
    assert lines[1:3] == ["        if: {'漢字\\u200bü': a, onFailure: b}", "             ^"]
    flow = "schemaVersion: 1.0\nsteps: [{name: Wait, action: WaitForAction, description: '漢字\u200bü', onFailure: x}]\n"
    lines = on_a_terminal(written(tmp_path / "flow.yaml", flow), "--type", "BUILD", columns=200).splitlines()
    before = "    steps: [{name: Wait, action: WaitForAction, description: '漢字\\u200bü', onFailure: "
    assert lines[1] == f"{before}x}}]"
    assert lines[2] == " " * (len(before) + 2) + "^"


def test_a_long_line_is_shown_around_its_column(tmp_path: Path) -> None:
    text = f"schemaVersion: 1.0\nsteps: [{{name: Wait, description: '{'x' * 500}', action: WaitForActions, onFailure: Abort{' ' * 500}}}]\n"
    lines = on_a_terminal(written(tmp_path / "long.yaml", text), "--type", "BUILD", columns=60).splitlines()
    source, caret = lines[-2:]
    assert len(source) <= 60
    assert source[caret.index("^") :].startswith("WaitForActions")


def test_a_place_after_the_last_line_has_no_source(tmp_path: Path) -> None:
    file = written(tmp_path / "open.yaml", "")
    assert len(on_a_terminal(file, "--type", "BUILD", columns=200).splitlines()) == 3


def test_json_is_a_list_of_findings(broken: Path) -> None:
    (finding,) = json.loads(check(broken, "--type", "BUILD", "--format", "json").stdout)
    assert finding == {
        "file": str(broken),
        "severity": "error",
        "code": "WF110",
        "message": "must be Abort or Continue, is 'abort': did you mean Abort?",
        "line": 5,
        "column": 16,
        "path": "steps[0].onFailure",
    }


def test_sarif_has_the_structure_that_the_standard_asks_for(
    hostile: Path, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SARIF 2.1.0, section 3: what is required, and what the values may be."""
    monkeypatch.chdir(broken.parent)
    done = check(broken.name, hostile, "--type", "BUILD", "--format", "sarif")
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "aio-workflows"
    assert [rule["id"] for rule in driver["rules"]] == ["WF102", "WF110"]
    for rule in driver["rules"]:
        assert rule["shortDescription"] == {"text": RULES[rule["id"]].text}
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert [result["ruleId"] for result in run["results"]] == ["WF110", "WF102"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
    relative, absolute = (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    )
    assert relative == "broken.yaml"
    assert urlparse(absolute).scheme == "file"
    assert unquote(urlparse(absolute).path) == str(hostile)
    assert run["results"][0]["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "steps[0].onFailure"}
    ]


def test_a_finding_about_the_whole_document_has_no_logical_place(tmp_path: Path) -> None:
    log = json.loads(
        check(written(tmp_path / "empty.yaml", ""), "--type", "BUILD", "--format", "sarif").stdout
    )
    (result,) = log["runs"][0]["results"]
    assert "logicalLocations" not in result["locations"][0]


def test_a_workflow_command_for_each_finding(broken: Path, tmp_path: Path) -> None:
    doubtful = written(tmp_path / "doubtful.yaml", DOUBTFUL)
    long = written(tmp_path / "long.yaml", f"{GOOD}# {'é' * 8000}\n")
    done = check(broken, doubtful, long, "--type", "BUILD", "--format", "github")
    heads = [line.rpartition("::")[0] for line in done.stdout.splitlines()]
    assert heads == [
        f"::error file={broken},line=5,col=16,title=WF110",
        f"::warning file={doubtful},line=5,col=5,title=WF103",
        f"::notice file={long},line=1,col=1,title=WF004",
    ]


def test_nothing_in_a_document_or_a_name_writes_a_workflow_command(hostile: Path) -> None:
    (line,) = check(hostile, "--type", "BUILD", "--format", "github").stdout.splitlines()
    command, message = line.removeprefix("::warning ").split("::", 1)
    properties = dict(pair.split("=", 1) for pair in command.split(","))
    assert set(properties) == {"file", "line", "col", "title"}
    assert unquote(properties["file"]).replace("\\x1b", "\x1b") == str(hostile)
    assert "\\x1b[2J\\r\\n::error::%25,: " in message


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_nothing_in_a_document_or_a_name_steers_a_terminal(form: str, hostile: Path) -> None:
    done = check(hostile, "--type", "BUILD", "--format", form)
    shown = on_a_terminal(hostile, "--type", "BUILD", "--format", form, columns=500)
    for output in (done.stdout, done.stderr, shown):
        assert all(line.isprintable() for line in output.splitlines())


def test_a_file_name_that_is_no_text_can_be_checked(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_text(BROKEN)
    for form in ("text", "json", "sarif", "github"):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "aio_workflows",
                "check",
                b"\xff.yaml",
                "--type",
                "BUILD",
                "--format",
                form,
            ],
            capture_output=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == 1
        assert b"WF110" in done.stdout
        assert b"Traceback" not in done.stderr
