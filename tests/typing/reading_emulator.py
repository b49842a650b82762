"""The fields of what the emulator holds and of its faults. Checked by `nox -s typing`, never run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, assert_type

from aio_workflows.emulator import (
    Close,
    CloseAfter,
    Delay,
    Drip,
    Execution,
    Fails,
    Fault,
    Garbage,
    GoStale,
    HalfAnswer,
    Quotas,
    RateLimit,
    RecordedRequest,
    Reset,
    Respond,
    Secret,
    StepRun,
    WorkflowBuild,
)


def fields_of_close(it: Close) -> None:
    assert_type(it.done, bool)


def fields_of_close_after(it: CloseAfter) -> None:
    assert_type(it.seconds, float)
    assert_type(it.done, bool)


def fields_of_delay(it: Delay) -> None:
    assert_type(it.done, bool)
    assert_type(it.seconds, float)
    assert_type(it.then, Fault | None)


def fields_of_drip(it: Drip) -> None:
    assert_type(it.done, bool)
    assert_type(it.interval, float)
    assert_type(it.size, int)


def fields_of_execution(it: Execution) -> None:
    assert_type(it.execution_id, str)
    assert_type(it.account, str)
    assert_type(it.region, str)
    assert_type(it.workflow_arn, str)
    assert_type(it.image_arn, str)
    assert_type(it.type, str)
    assert_type(it.serial, int)
    assert_type(it.status, str)
    assert_type(it.message, str | None)
    assert_type(it.started, float | None)
    assert_type(it.ended, float | None)
    assert_type(it.parallel_group, str | None)
    assert_type(it.retried, bool)
    assert_type(it.steps, list[StepRun])
    assert_type(it.waiting, dict[int, StepRun])


def fields_of_fails(it: Fails) -> None:
    assert_type(it.message, str)
    assert_type(it.times, int | None)


def fields_of_fault(it: Fault) -> None:
    assert_type(it.done, bool)


def fields_of_garbage(it: Garbage) -> None:
    assert_type(it.done, bool)
    assert_type(it.data, bytes)


def fields_of_go_stale(it: GoStale) -> None:
    assert_type(it.done, bool)


def fields_of_half_answer(it: HalfAnswer) -> None:
    assert_type(it.done, bool)
    assert_type(it.keep, float)
    assert_type(it.reset, bool)


def fields_of_quotas(it: Quotas) -> None:
    assert_type(it.workflows, int)
    assert_type(it.document_bytes, int)


def fields_of_rate_limit(it: RateLimit) -> None:
    assert_type(it.rate, float)
    assert_type(it.burst, float)
    assert_type(it.refusal, Respond)


def fields_of_recorded_request(it: RecordedRequest) -> None:
    assert_type(it.operation, str | None)
    assert_type(it.method, str)
    assert_type(it.path, str)
    assert_type(it.query, str)
    assert_type(it.headers, Mapping[str, str])
    assert_type(it.body, bytes)
    assert_type(it.connection, int)
    assert_type(it.fault, Fault | None)


def fields_of_reset(it: Reset) -> None:
    assert_type(it.done, bool)
    assert_type(it.unread, bool)


def fields_of_respond(it: Respond) -> None:
    assert_type(it.done, bool)
    assert_type(it.status, int | None)
    assert_type(it.code, str | None)
    assert_type(it.message, str | None)
    assert_type(it.form, Literal["json", "html", "xml", "empty"])
    assert_type(it.body, str | bytes | None)
    assert_type(it.headers, Mapping[str, str])
    assert_type(it.retry_after, float | str | datetime | None)
    assert_type(it.retry_after_ms, int | None)
    assert_type(it.code_in, Literal["header", "body"])


def fields_of_secret(it: Secret) -> None:
    assert_type(it.secret_access_key, str)
    assert_type(it.session_token, str | None)
    assert_type(it.account_id, str | None)
    assert_type(it.expires, float | None)


def fields_of_step_run(it: StepRun) -> None:
    assert_type(it.step_id, str)
    assert_type(it.name, str)
    assert_type(it.action, str)
    assert_type(it.status, str)
    assert_type(it.description, str | None)
    assert_type(it.rollback_status, str | None)
    assert_type(it.message, str | None)
    assert_type(it.inputs, dict[str, Any] | None)
    assert_type(it.outputs, dict[str, Any] | None)
    assert_type(it.started, float | None)
    assert_type(it.ended, float | None)
    assert_type(it.on_failure, str | None)
    assert_type(it.timeout_seconds, int | None)
    assert_type(it.attempt_number, int | None)
    assert_type(it.max_attempts, int | None)
    assert_type(it.answer, dict[str, Any] | None)


def fields_of_workflow_build(it: WorkflowBuild) -> None:
    assert_type(it.arn, str)
    assert_type(it.name, str)
    assert_type(it.type, str)
    assert_type(it.version, str)
    assert_type(it.build, int)
    assert_type(it.owner, str)
    assert_type(it.data, str)
    assert_type(it.date_created, str)
    assert_type(it.description, str | None)
    assert_type(it.change_description, str | None)
    assert_type(it.kms_key_id, str | None)
    assert_type(it.tags, Mapping[str, str])
    assert_type(it.serial, int)
    assert_type(it.version_arn, str)
