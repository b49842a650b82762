"""The command line as a person runs it: as processes of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "workflows"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aio_workflows", *arguments], capture_output=True, text=True, check=False
    )


def test_real_documents_become_workflows() -> None:
    """Every file gets a line with its ARN."""
    files = sorted(map(str, (EXAMPLES / "build").glob("*.yaml")))
    done = run("create", *files, "--type", "BUILD", "--semantic-version", "1.0.0", "--emulator")
    assert done.returncode == 0, done.stderr
    assert [line.partition(": arn:")[0] for line in done.stdout.splitlines()] == files
    assert all(line.endswith("/1.0.0/1") for line in done.stdout.splitlines())


def test_one_bad_file_fails_alone(tmp_path: Path) -> None:
    """A faulty file is an error line and an exit status; the others are created."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("schemaVersion: 1.0\n")
    bad.write_bytes(b"\xff\xfea\x00")
    done = run("create", str(bad), str(good), "--type", "test", "--semantic-version", "1.0.0", "--emulator")
    assert done.returncode == 1
    assert "workflow/test/good/1.0.0/1" in done.stdout
    assert "UTF-16" in done.stderr


def test_one_name_for_two_files_is_refused(tmp_path: Path) -> None:
    """Names that differ only in case are one workflow, so nothing is created."""
    first, second = tmp_path / "My_File.yaml", tmp_path / "my-file.yaml"
    for file in (first, second):
        file.write_text("schemaVersion: 1.0\n")
    done = run(
        "create", str(first), str(second), "--type", "TEST", "--semantic-version", "1.0.0", "--emulator"
    )
    assert done.returncode == 2
    assert "the same workflow name" in done.stderr


def test_a_name_is_for_one_file(tmp_path: Path) -> None:
    """--name with several files is wrong usage, and so is an emulator with an endpoint."""
    for options in (["--name", "one-name"], ["--endpoint-url", "http://127.0.0.1:9"]):
        files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
        for file in files:
            file.write_text("schemaVersion: 1.0\n")
        done = run(
            "create",
            *map(str, files),
            "--type",
            "TEST",
            "--semantic-version",
            "1.0.0",
            "--emulator",
            *options,
        )
        assert done.returncode == 2


def test_results_for_programs(tmp_path: Path) -> None:
    """One JSON document on stdout; the error is on stderr as well."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("schemaVersion: 1.0\n")
    bad.write_bytes(b"\xff\xfea\x00")
    options = ["--type", "test", "--semantic-version", "1.0.0", "--emulator", "--output", "json"]
    done = run("create", str(bad), str(good), *options)
    failed, created = json.loads(done.stdout)
    assert done.returncode == 1
    assert "UTF-16" in failed["error"]
    assert created["workflowBuildVersionArn"].endswith("workflow/test/good/1.0.0/1")


def test_the_emulator_serves_until_it_is_interrupted() -> None:
    """Its first line is its URL; Ctrl-C is its regular end."""
    running = subprocess.Popen(
        [sys.executable, "-m", "aio_workflows", "emulator"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("http://127.0.0.1:")
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=60)
    assert (running.returncode, stderr) == (0, "stopped\n")


def test_shell_completion_is_clicks() -> None:
    """The script for bash names the command."""
    done = subprocess.run(
        [sys.executable, "-m", "aio_workflows"],
        env={**os.environ, "_AIO_WORKFLOWS_COMPLETE": "bash_source"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "complete -o nosort -F _aio_workflows_completion aio-workflows" in done.stdout
