"""Each command in this process: what it prints, on which stream, and with which status it leaves."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aio_workflows.cli.main import cli
from aio_workflows.emulator import Emulator, Respond

DOCUMENT = "schemaVersion: 1.0\ndescription: \x1b[31mred\x85\tend\nsteps: []\n"
WAITING = """\
schemaVersion: 1.0
steps:
  - {name: Approve, action: WaitForAction}
"""
IMAGE = "arn:aws:imagebuilder:us-east-1:123456789012:image/golden/1.0.0/1"


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="aio-workflows", **options)


def create(emulator: Emulator, name: str, data: str = DOCUMENT, **more: Any) -> str:
    body = {
        "name": name,
        "semanticVersion": "1.0.0",
        "type": "BUILD",
        "data": data,
        "clientToken": name,
    }
    arn: str = emulator.service.workflows.create(emulator._caller(None), body | more)[
        "workflowBuildVersionArn"
    ]
    return arn


def test_list_prints_a_table(emulator: Emulator) -> None:
    create(emulator, "first")
    create(emulator, "the second", type="TEST")
    done = run("list")
    assert done.exit_code == 0, done.output
    prefix = "arn:aws:imagebuilder:us-east-1:123456789012:workflow"
    assert done.stdout.splitlines() == [
        f"first       1.0.0  BUILD  {prefix}/build/first/1.0.0",
        f"the second  1.0.0  TEST   {prefix}/test/the-second/1.0.0",
    ]
    assert "the-second" not in run("list", "--name", "first").stdout
    assert "first" not in run("list", "--type", "test").stdout
    assert len(run("list", "--owner", "Amazon", "--limit", "2").stdout.splitlines()) == 2
    (one,) = json.loads(run("list", "--name", "first", "--output", "json").stdout)
    assert (one["name"], one["version"], one["type"]) == ("first", "1.0.0", "BUILD")


def test_an_empty_list_says_so_on_stderr(emulator: Emulator) -> None:
    done = run("list")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no workflows\n")
    assert json.loads(run("list", "--output", "json").stdout) == []


def test_show_prints_what_cannot_steer_a_terminal(emulator: Emulator) -> None:
    arn = create(emulator, "first", description="\x1b]0;title\x07", tags={"owner": "x"})
    done = run("show", arn.rpartition("/")[0])
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert f"arn          {arn}" in lines
    assert "description  \\x1b]0;title\\x07" in lines
    assert "tag owner    x" in lines
    assert "description: \\x1b[31mred" in lines  # U+0085 is a line's end, as splitlines has it
    assert run("show", arn, "--document").stdout.startswith("schemaVersion: 1.0\n")
    assert json.loads(run("show", arn, "--output", "json").stdout)["data"] == DOCUMENT


def test_delete_asks(emulator: Emulator) -> None:
    first, second = create(emulator, "first"), create(emulator, "second")
    done = run("delete", first, input="n\n")
    assert done.exit_code == 1
    assert first in done.stderr
    assert emulator.builds == [first, second]
    assert run("delete", first, input="").exit_code == 1
    done = run("delete", first, input="y\n")
    assert (done.exit_code, done.stdout) == (0, f"deleted {first}\n")
    done = run("delete", second, first, "--yes")
    assert (done.exit_code, done.stdout) == (1, f"deleted {second}\n")
    assert "see what there is with 'aio-workflows list'" in done.stderr
    assert emulator.builds == []
    third = create(emulator, "third")
    done = run("delete", third, "--yes", "--output", "json")
    assert json.loads(done.stdout) == [{"arn": third, "status": "deleted"}]


def test_executions_and_their_steps(emulator: Emulator) -> None:
    execution = emulator.play(create(emulator, "gate", WAITING), image_arn=IMAGE)
    done = run("executions", IMAGE)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{execution}  RUNNING  ")
    done = run("executions", IMAGE, "--steps")
    assert "Approve" in done.stdout.splitlines()[1]
    (one,) = json.loads(run("executions", IMAGE, "--steps", "--output", "json").stdout)
    step = one["steps"][0]["stepExecutionId"]
    assert run("executions").stdout.startswith(f"{step}  Approve")
    assert json.loads(run("executions", "--output", "json").stdout)[0]["stepExecutionId"] == step
    done = run("resume-step", step, "--image", IMAGE, "--reason", "looks good")
    assert (done.exit_code, done.stdout) == (0, f"resumed {step}\n")
    assert run("executions").stderr == "no step waits\n"
    assert json.loads(run("executions", IMAGE, "--output", "json").stdout)[0]["status"] == "COMPLETED"
    other = IMAGE.replace("golden", "other")
    assert run("executions", other).stderr == "no executions\n"


def test_a_step_is_stopped(emulator: Emulator) -> None:
    emulator.play(create(emulator, "gate", WAITING), image_arn=IMAGE)
    step = json.loads(run("executions", "--output", "json").stdout)[0]["stepExecutionId"]
    done = run("stop-step", step, "--image", IMAGE, "--output", "json")
    assert json.loads(done.stdout) == {"stepExecutionId": step, "action": "STOP"}
    done = run("stop-step", step, "--image", IMAGE)
    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")


def test_an_error_is_one_line_with_the_next_step(emulator: Emulator) -> None:
    emulator.faults = [Respond(code="AccessDeniedException", message="not\nyou \x1b[0m")]
    done = run("list")
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: AccessDeniedException: not you \\x1b[0m [HTTP 403, request id ")
    assert line.endswith("allow the operation in the policy of the role or user that asked")


def test_an_error_that_says_what_to_do_gets_no_advice(emulator: Emulator) -> None:
    emulator.faults = [Respond(code="InvalidRequestException", message="so and so")]
    assert run("list").stderr.rstrip().endswith("1 attempt]")


def test_a_request_that_breaks_a_rule_is_wrong_usage(emulator: Emulator) -> None:
    done = run("show", "nonsense")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert not emulator.requests


def test_a_traceback_comes_only_with_debug(emulator: Emulator) -> None:
    assert "Traceback" not in run("show", "nonsense").output
    done = run("--debug", "show", "nonsense")
    assert type(done.exception).__name__ == "RequestValidationError"


def test_interruption_has_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(work: Any) -> None:
        work.close()
        raise KeyboardInterrupt

    monkeypatch.setattr("aio_workflows.cli.listing.asyncio.run", interrupted)
    done = run("list")
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")


def test_a_reader_that_has_gone_is_no_error_of_ours(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("aio_workflows.cli.listing.say_json", broken)
    done = run("list", "--output", "json")
    assert (done.exit_code, done.stderr) == (1, "")
