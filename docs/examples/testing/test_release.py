"""The tests of the program: no account, no cost, no mock."""

import asyncio
from pathlib import Path

import pytest
from release import main, release

from aio_workflows import ServiceQuotaExceededException, WorkflowsClient
from aio_workflows.emulator import Emulator, Reset, Respond, throttled

DOCUMENT = "schemaVersion: 1.0\nsteps:\n  - name: Launch\n    action: LaunchInstance\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "workflows"
    place.mkdir()
    for name in ("reachable", "hardened"):
        (place / f"{name}.yaml").write_text(DOCUMENT, encoding="utf-8")
    return place


async def test_every_document_becomes_a_workflow(
    image_builder: Emulator, workflows_client: WorkflowsClient, folder: Path
) -> None:
    assert await release(workflows_client, folder, "1.0.0") == 2
    assert sorted(build.name for build in image_builder.workflows) == ["hardened", "reachable"]
    assert await release(workflows_client, folder, "1.0.0") == 0


async def test_a_throttle_and_a_lost_answer_create_nothing_twice(
    image_builder: Emulator, workflows_client: WorkflowsClient, folder: Path
) -> None:
    image_builder.faults = [throttled(), Reset(done=True)]
    assert await release(workflows_client, folder, "1.0.0") == 2
    assert len(image_builder.requests) == 4
    assert len(image_builder.builds) == 2


async def test_what_the_service_refuses_is_raised(
    image_builder: Emulator, workflows_client: WorkflowsClient, folder: Path
) -> None:
    image_builder.faults = [Respond(402, code="ServiceQuotaExceededException")]
    with pytest.raises(ExceptionGroup) as caught:
        await release(workflows_client, folder, "1.0.0")
    (error,) = caught.value.exceptions
    assert isinstance(error, ServiceQuotaExceededException)


def test_the_program_itself(
    image_builder_environment: Emulator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes a client of its own, and finds the emulator by the environment."""
    monkeypatch.chdir(folder.parent)
    asyncio.run(main())
    assert len(image_builder_environment.builds) == 2
