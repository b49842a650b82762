"""Many publications as one bulk run: one outcome each, resumed from a journal, planned by a dry run."""

import json
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import ConfigurationError, CreateWorkflowRequest, PublishResult, RetryPolicy
from aio_workflows.emulator import Emulator, Reset, Respond
from aio_workflows.models.version import SemanticVersion
from aio_workflows.publish.bulk import PublishWorkflowsJob


def requests(size: int, text: str = "") -> list[CreateWorkflowRequest]:
    return [
        CreateWorkflowRequest(
            name=f"flow {number}",
            semantic_version="1.0.0",
            type="BUILD",
            data=f"schemaVersion: 1.0\n# {number} {text}\n",
        )
        for number in range(size)
    ]


async def test_a_set_is_published_and_left_alone() -> None:
    async with Emulator() as emulator, emulator.client() as client:
        report = await client.publish_workflows(requests(20))
        assert dict(report.counts)["created"] == 20
        asked = [*requests(19), *requests(20, "changed")[19:]]
        planned = await client.publish_workflows(asked, dry_run=True)
        assert [one.response.status for one in planned.outcomes if one.response][18:] == [
            "unchanged",
            "new_build",
        ]
        report = await client.publish_workflows(asked, on_change="patch")
        assert (report.counts["already_exists"], report.counts["created"]) == (19, 1)
        records = report.to_records()
        assert [one["published"] for one in records] == ["unchanged"] * 19 + ["new_version"]
        assert records[19]["semantic_version"] == "1.0.1"
        assert records[19]["workflow_build_version_arn"] == emulator.builds[20]
        assert [one["attempts"] for one in records] == [2] * 19 + [3]  # list, read, and a create
        report.raise_for_failures()


async def test_failures_are_outcomes() -> None:
    async with Emulator() as emulator, emulator.client(retry=RetryPolicy(max_attempts=1)) as client:
        emulator.faults = {"CreateWorkflow": [Respond(code="ForbiddenException"), Respond(503)]}
        asked: Any = iter([*requests(3), "no request"])
        report = await client.publish_workflows(asked, concurrency=1)
        assert [one.status for one in report.outcomes] == ["failed", "unknown", "created", "failed"]
        assert report.to_records()[3]["name"] is None
        assert "a str" in str(report)
        with pytest.raises(ExceptionGroup):
            report.raise_for_failures()


async def test_a_run_is_resumed_from_its_journal(tmp_path: Path) -> None:
    """What is done is not sent again; what may be done goes with its old token."""
    journal = tmp_path / "run.sqlite"
    async with Emulator() as emulator, emulator.client(retry=RetryPolicy(max_attempts=1)) as client:
        emulator.faults = {"CreateWorkflow": [None, Reset(done=True), Reset(done=True)]}
        first = await client.publish_workflows(requests(4), concurrency=1, journal=journal, stop_on="failure")
        assert first.counts["created"] < 4
        emulator.requests.clear()
        second = await client.publish_workflows(requests(4), journal=journal)
        assert [one.response.workflow_build_version_arn for one in second.outcomes if one.response] == [
            build.arn for build in sorted(emulator.workflows, key=lambda build: build.name)
        ]
        assert second.outcomes[0].recalled
        assert len(emulator.builds) == 4
        tokens = {json.loads(one.body)["clientToken"] for one in emulator.requests}
        assert {one.client_token for one in first.outcomes if one.status == "unknown"} <= tokens


async def test_a_b_a_ends_at_a() -> None:
    async with Emulator() as emulator, emulator.client() as client:
        for text in ("a", "b", "a"):
            await client.publish_workflows(requests(2, text))
        assert [build.data.split()[-1] for build in emulator.workflows] == ["a", "a", "b", "b", "a", "a"]


async def test_options_out_of_range_are_refused(tmp_path: Path) -> None:
    async with Emulator() as emulator, emulator.client() as client:
        wrong: list[dict[str, Any]] = [
            {"dry_run": True, "journal": tmp_path / "j"},
            {"on_change": "replace"},
            {"timeout": 0},
            {"concurrency": 0},
        ]
        for options in wrong:
            with pytest.raises(ConfigurationError):
                client.publish_workflows([], **options)


async def test_what_the_journal_keeps_comes_back() -> None:
    async def submit(*_: object) -> PublishResult:
        raise NotImplementedError

    job = PublishWorkflowsJob(submit, scope=None, on_change="patch")
    result = PublishResult(
        status="unchanged", workflow_build_version_arn="arn", semantic_version=SemanticVersion(1, 0, 0)
    )
    assert job.from_data(json.loads(json.dumps(job.to_data(result)))) == result
    odds: list[object] = [None, [], {}, {"status": 1}]
    for odd in odds:
        with pytest.raises(ValueError, match="no result"):
            job.from_data(odd)
    (request,) = requests(1)
    assert await job.look_up(request) is None
    other = PublishWorkflowsJob(submit, scope=None, on_change="new_build")
    assert job.digest(request) != other.digest(request)
