"""The fields of the small values. Checked by `nox -s typing`, never run."""

from datetime import datetime
from typing import Literal, assert_type

from aio_workflows import (
    AttemptEvent,
    AttemptRecord,
    BulkProgress,
    Collision,
    Complaint,
    Credentials,
    ManifestMistake,
    PublishResult,
    PublishStatus,
    SemanticVersion,
    Tags,
    WildcardVersion,
    WorkflowArn,
)


def fields_of_attempt_event(it: AttemptEvent) -> None:
    assert_type(it.phase, Literal["begin", "end"])
    assert_type(it.operation, str)
    assert_type(it.client_token, str | None)
    assert_type(it.number, int)
    assert_type(it.record, AttemptRecord | None)
    assert_type(it.will_retry, bool)


def fields_of_attempt_record(it: AttemptRecord) -> None:
    assert_type(it.number, int)
    assert_type(it.error, str | None)
    assert_type(it.code, str | None)
    assert_type(it.http_status, int | None)
    assert_type(it.request_id, str | None)
    assert_type(it.outcome, Literal["not_sent", "rejected", "unknown"] | None)
    assert_type(it.duration, float)
    assert_type(it.wait, float)
    assert_type(it.resent, bool)


def fields_of_bulk_progress(it: BulkProgress) -> None:
    assert_type(it.done, int)
    assert_type(it.succeeded, int)
    assert_type(it.failed, int)
    assert_type(it.recalled, int)
    assert_type(it.in_flight, int)
    assert_type(it.total, int | None)
    assert_type(it.elapsed, float)
    assert_type(it.rate, float | None)
    assert_type(it.pace, float | None)
    assert_type(it.throttles, int)
    assert_type(it.time_left, float | None)


def fields_of_collision(it: Collision) -> None:
    assert_type(it.first, int)
    assert_type(it.second, int)
    assert_type(it.resource, str)


def fields_of_complaint(it: Complaint) -> None:
    assert_type(it.field, str)
    assert_type(it.rule, str)
    assert_type(it.text, str)
    assert_type(it.limit, str | None)
    assert_type(it.actual, str | None)


def fields_of_credentials(it: Credentials) -> None:
    assert_type(it.access_key_id, str)
    assert_type(it.secret_access_key, str)
    assert_type(it.session_token, str | None)
    assert_type(it.expires_at, datetime | None)


def fields_of_manifest_mistake(it: ManifestMistake) -> None:
    assert_type(it.file, str)
    assert_type(it.line, int)
    assert_type(it.column, int)
    assert_type(it.field, str)
    assert_type(it.text, str)


def fields_of_publish_result(it: PublishResult) -> None:
    assert_type(it.status, PublishStatus)
    assert_type(it.workflow_build_version_arn, str | None)
    assert_type(it.semantic_version, SemanticVersion)
    assert_type(it.raced, bool)
    assert_type(it.added_tags, Tags)
    assert_type(it.previous_build_version_arn, str | None)
    assert_type(it.differences, tuple[str, ...])
    assert_type(it.client_token, str | None)
    assert_type(it.attempts, int)
    assert_type(it.dry_run, bool)
    assert_type(it.diff, str | None)


def fields_of_semantic_version(it: SemanticVersion) -> None:
    assert_type(it.major, int)
    assert_type(it.minor, int)
    assert_type(it.patch, int)
    assert_type(it.nodes, tuple[int, int, int])


def fields_of_wildcard_version(it: WildcardVersion) -> None:
    assert_type(it.major, int | None)
    assert_type(it.minor, int | None)
    assert_type(it.patch, int | None)


def fields_of_workflow_arn(it: WorkflowArn) -> None:
    assert_type(it.partition, str)
    assert_type(it.region, str)
    assert_type(it.account, str)
    assert_type(it.type, str)
    assert_type(it.slug, str)
    assert_type(it.version, SemanticVersion | WildcardVersion)
    assert_type(it.build, int | None)
    assert_type(it.version_arn, WorkflowArn)
