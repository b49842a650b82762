"""The client that the emulator gives: of this package, and with nothing of the real surroundings."""

from pathlib import Path

import pytest

from aio_workflows import ConfigurationError, WorkflowsClient
from aio_workflows.emulator import Emulator


async def test_its_client_needs_no_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A profile of the surroundings that does not exist is none of its business."""
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    async with Emulator() as emulator:
        async with emulator.client() as client:
            assert [one async for one in client.list_workflows()] == []
        async with emulator.client(profile="nowhere") as client:
            with pytest.raises(ConfigurationError, match="nowhere"):
                [one async for one in client.list_workflows()]
        async with WorkflowsClient("eu-west-1", endpoint_url=emulator.url) as client:
            with pytest.raises(ConfigurationError, match="nowhere"):
                [one async for one in client.list_workflows()]
