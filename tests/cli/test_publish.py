"""`publish`: manifests and folders, in this process against an emulator, and as processes that are ended."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aio_workflows.cli.main import cli
from aio_workflows.emulator import Delay, Emulator, Respond

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "workflows"
DOCUMENT = "schemaVersion: 1.0\nsteps: []\n"


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["publish", *arguments], prog_name="aio-workflows", **options)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(DOCUMENT + f"# {name}\n")
    path = tmp_path / "workflows.yaml"
    path.write_text(
        "defaults: {semanticVersion: 1.0.0, type: BUILD}\n"
        "workflows:\n  - {file: one.yaml}\n  - {file: two.yaml, onChange: patch, tags: {owner: x}}\n"
        "targets:\n  - {name: own, regions: [us-east-1, eu-west-1]}\n"
    )
    return path


def test_a_manifest_is_made_so(emulator: Emulator, manifest: Path) -> None:
    done = run(str(manifest))
    assert done.exit_code == 0, done.output
    assert [line.split(" arn:")[0] for line in done.stdout.splitlines()] == [
        "own/us-east-1  one.yaml: created ",
        "own/us-east-1  two.yaml: created ",
        "own/eu-west-1  one.yaml: created ",
        "own/eu-west-1  two.yaml: created ",
    ]
    assert done.stderr == "4 created\n"
    (manifest.parent / "two.yaml").write_text(DOCUMENT)
    planned = run(str(manifest.parent), "--dry-run")
    assert planned.stderr == "dry run: 2 unchanged, 2 new version\n"
    assert "\n-# two\n" in planned.stdout
    assert len(emulator.builds) == 4
    done = run(str(manifest), "--target", "*/eu-west-1")
    assert done.stderr == "1 unchanged, 1 new version\n"
    assert done.stdout.splitlines()[1].endswith("eu-west-1:123456789012:workflow/build/two/1.0.1/1")


def test_json_is_for_programs(emulator: Emulator, manifest: Path) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(code="ForbiddenException", message="no")]}
    done = run(str(manifest), "--output", "json", "--target", "own/us-east-1", "--concurrency", "1")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    failed, created = report["outcomes"]
    assert report["dryRun"] is False
    assert (failed["status"], failed["source"], failed["error"]["code"]) == (
        "failed",
        "one.yaml",
        "ForbiddenException",
    )
    assert created["workflowBuildVersionArn"] == emulator.builds[0]
    assert (created["semanticVersion"], created["raced"], created["addedTags"]) == ("1.0.0", False, {})
    planned = json.loads(run(str(manifest), "--output", "json", "--dry-run").stdout)
    assert planned["outcomes"][0]["diff"].startswith("--- /dev/null")


def test_failures_go_to_stderr_with_their_next_step(emulator: Emulator, manifest: Path) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(code="ForbiddenException", message="no\x1b")]}
    done = run(str(manifest), "--target", "own/us-east-1", "--concurrency", "1")
    first, summary = done.stderr.splitlines()
    assert first.startswith("own/us-east-1  one.yaml: failed: ForbiddenException: no\\x1b [HTTP 403")
    assert first.endswith("allow the operation in the policy of the role or user that asked")
    assert summary == "1 failed, 1 created"


def test_added_tags_and_races_are_told(emulator: Emulator, manifest: Path) -> None:
    run(str(manifest))
    text = manifest.read_text().replace("{owner: x}", "{owner: y, more: z}")
    manifest.write_text(text)
    done = run(str(manifest), "--target", "own/us-east-1")
    assert done.stdout.splitlines()[1].endswith("/two/1.0.0/1 (tags added: owner, more)")
    emulator.faults = {
        "GetWorkflow": [Respond(code="ResourceNotFoundException")] * 5,
    }
    (manifest.parent / "two.yaml").write_text(DOCUMENT)
    done = run(str(manifest), "--target", "own/us-east-1")
    assert done.stderr.endswith("; 1 raced with another publisher\n")


def test_every_mistake_of_a_manifest_is_a_line(manifest: Path) -> None:
    manifest.write_text("workflows:\n  - file: missing.yaml\n  - {file: one.yaml, typ: BUILD}\n")
    done = run(str(manifest))
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        f"{manifest}:2:5: error: workflows[0].file: 'missing.yaml' cannot be read: No such file or directory",
        f"{manifest}:3:22: error: workflows[1].typ: is nothing that a manifest has here",
    ]
    assert run(str(manifest.parent / "nothing")).exit_code == 2


def test_a_target_that_is_not_there_is_told(manifest: Path) -> None:
    done = run(str(manifest), "--target", "nowhere")
    assert done.exit_code == 2
    assert "no target is called 'nowhere'; there are own/us-east-1, own/eu-west-1\n" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--emulator", "--profile", "x"],
        ["--emulator", "--endpoint-url", "x"],
        ["--dry-run", "--journal", "x"],
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(manifest: Path, options: list[str]) -> None:
    assert run(str(manifest), *options).exit_code == 2
    assert not (Path.cwd() / "x").exists()


def test_the_region_is_for_targets_without_one(tmp_path: Path) -> None:
    done = run(str(many(tmp_path, 1)), "--emulator", "--region", "eu-west-1")
    assert ":imagebuilder:eu-west-1:" in done.stdout


def test_the_emulator_stands_in_for_every_account(tmp_path: Path) -> None:
    """No role is assumed and no key read; long documents find a place."""
    (tmp_path / "one.yaml").write_text(DOCUMENT + "#" * 16_000)
    path = tmp_path / "workflows.yaml"
    path.write_text(
        "workflows: [{file: one.yaml, semanticVersion: 1.0.0, type: TEST}]\n"
        "documents: {uri: 's3://docs-{region}', bucketOwner: '123456789012'}\n"
        "targets:\n"
        "  - {regions: [eu-west-1, us-west-2], roleArn: 'arn:aws:iam::111122223333:role/publisher'}\n"
        "  - {region: us-west-2, profile: mine}\n"
    )
    done = run(str(path), "--emulator")
    assert done.exit_code == 0, done.output
    assert [line.partition("imagebuilder:")[2] for line in done.stdout.splitlines()] == [
        "eu-west-1:111122223333:workflow/test/one/1.0.0/1",
        "us-west-2:111122223333:workflow/test/one/1.0.0/1",
        "us-west-2:123456789012:workflow/test/one/1.0.0/1",
    ]
    assert run(str(path), "--emulator", "--dry-run").stderr == "dry run: 3 created\n"


def test_a_folder_of_examples_is_published() -> None:
    done = run(str(EXAMPLES), "--emulator")
    assert done.exit_code == 0, done.output
    assert all(":workflow/" in line for line in done.stdout.splitlines())
    assert len(done.stdout.splitlines()) == 7


def test_a_role_that_cannot_be_assumed_fails_its_target_alone(
    emulator: Emulator, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setattr("aio_workflows.rollout.aws.TIME_LIMIT", 3.0)
    manifest.write_text(
        manifest.read_text()
        + "  - {region: eu-west-1, roleArn: 'arn:aws:iam::111122223333:role/publisher'}\n"
    )
    done = run(str(manifest))
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert lines[-1] == "4 created, 2 failed"
    assert "the role arn:aws:iam::111122223333:role/publisher cannot be assumed: no connection" in lines[0]


# --- As processes -------------------------------------------------------------------------------------


def process(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "aio_workflows", "publish", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def many(folder: Path, size: int) -> Path:
    (folder / "build").mkdir()
    for number in range(size):
        (folder / "build" / f"flow-{number}.yaml").write_text(DOCUMENT + f"# {number}\n")
    return folder


def wait_for_requests(emulator: Emulator, count: int, running: subprocess.Popen[str]) -> None:
    """Until so many have come; the end of the process ends the wait too."""
    while running.poll() is None and len(emulator.requests) < count:
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.02)


def test_ctrl_c_leaves_a_report_and_a_journal(emulator: Emulator, tmp_path: Path) -> None:
    folder, journal = many(tmp_path, 8), tmp_path / "run.sqlite"
    emulator.faults = {"CreateWorkflow": [None, None, None, *[Delay(60)] * 20]}
    running = process(str(folder), "--journal", str(journal), "--concurrency", "2")
    wait_for_requests(emulator, 5, running)  # the last two hang, so the first three are in the journal
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=60)
    assert running.returncode == 130, stderr
    assert stdout.count(": created ") == 3
    assert "3 created, 2 cancelled, 3 not started" in stderr
    assert stderr.endswith("interrupted; give the same --journal again to resume\n")
    assert "Traceback" not in stderr
    emulator.faults = None
    done = run(str(folder), "--journal", str(journal))
    assert done.stderr == "8 created\n"
    assert len(emulator.builds) == 8


def test_a_run_that_was_killed_is_resumed(emulator: Emulator, tmp_path: Path) -> None:
    """SIGKILL in the middle: the journal and the tokens in it bring it to the same end."""
    folder, journal = many(tmp_path, 40), tmp_path / "run.sqlite"
    emulator.faults = {"CreateWorkflow": [*[None] * 12, *[Delay(60)] * 8]}
    running = process(str(folder), "--journal", str(journal), "--concurrency", "4")
    wait_for_requests(emulator, 15, running)  # a client that begins has no more than three under way
    running.kill()
    running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL
    assert len(emulator.builds) == 12
    emulator.faults = None
    done = run(str(folder), "--journal", str(journal), "--output", "json")
    outcomes = json.loads(done.stdout)["outcomes"]
    assert {one["status"] for one in outcomes} == {"created"}
    assert {one["workflowBuildVersionArn"] for one in outcomes} == set(emulator.builds)
    # The kill may come before the last answers are noted; their tokens were noted before they were sent.
    assert 8 <= sum(one["resumed"] for one in outcomes) <= 12
    assert len(emulator.builds) == 40


def test_create_is_a_bulk_run_with_a_journal(emulator: Emulator, tmp_path: Path) -> None:
    """Ctrl-C leaves a report; with the same journal the rest is created, and nothing twice."""
    folder, journal = many(tmp_path, 6), tmp_path / "run.sqlite"
    emulator.faults = {"CreateWorkflow": [None, None, *[Delay(60)] * 2]}
    files = [str(folder / "build" / f"flow-{number}.yaml") for number in range(6)]
    command = ["create", *files, "--type", "BUILD", "--semantic-version", "1.0.0"]
    command += ["--journal", str(journal), "--concurrency", "2"]
    running = subprocess.Popen(
        [sys.executable, "-m", "aio_workflows", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_requests(emulator, 4, running)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=60)
    assert running.returncode == 130, stderr
    assert stdout.count(": arn:") == 2
    *_, summary, hint = stderr.splitlines()
    assert summary == "2 created, 2 cancelled, 2 not started"
    assert hint == "interrupted; give the same --journal again to resume"
    emulator.faults = None
    done = CliRunner().invoke(cli, command, prog_name="aio-workflows")
    assert (done.exit_code, done.stderr) == (0, "6 created\n")
    assert len(emulator.builds) == 6
    again = CliRunner().invoke(cli, command[:-4], prog_name="aio-workflows")
    assert again.exit_code == 1
    assert again.stderr.count("use 'aio-workflows publish', which leaves alone what is unchanged") == 6
    assert again.stderr.endswith("\n6 already exists\n")


def on_terminal(*arguments: str, status: int = 0, **environ: str) -> str:
    """What a person would see: everything that the process sends to its terminal."""
    master, slave = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "aio_workflows", "publish", *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200", **environ},
    )
    os.close(slave)
    seen = b""
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        try:
            chunk = os.read(master, 65_536) if ready else b""
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(master)
    assert running.wait(60) == status
    return seen.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="a terminal as Linux has it")
def test_colours_are_for_terminals_that_want_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    folder = many(tmp_path, 1)
    coloured = on_terminal(str(folder), "--emulator")
    assert "\x1b[32mcreated\x1b[0m" in coloured
    assert "publishing" in coloured
    plain = on_terminal(str(folder), "--emulator", NO_COLOR="1")
    assert "\x1b[32m" not in plain
    assert "created" in plain


@pytest.mark.skipif(sys.platform != "linux", reason="a terminal as Linux has it")
def test_the_progress_bar_counts_failures_and_vanishes(emulator: Emulator, tmp_path: Path) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(code="ForbiddenException"), None, Delay(1.0)]}
    seen = on_terminal(str(many(tmp_path, 3)), "--concurrency", "1", status=1)
    assert "1 failed" in seen.partition("created")[0]
    assert "\x1b[2K" in seen  # the bar's line is erased
    assert seen.rstrip().endswith("2 created, 1 failed") or seen.rstrip().endswith("1 failed, 2 created")
