"""The program under test: creates a workflow from every document in a folder."""

from collections.abc import Iterator
from pathlib import Path

from aio_workflows import CreateWorkflowRequest, WorkflowsClient


def requests_of(folder: Path, version: str) -> Iterator[CreateWorkflowRequest]:
    for path in sorted(folder.glob("*.yaml")):
        yield CreateWorkflowRequest.from_file(path, semantic_version=version, type="TEST")


async def release(client: WorkflowsClient, folder: Path, version: str) -> int:
    """Create the workflows in this version; gives how many were not there before."""
    report = await client.create_workflows(requests_of(folder, version))
    report.raise_for_failures()
    return report.counts["created"]


async def main() -> None:
    async with WorkflowsClient() as client:
        await release(client, Path("workflows"), "1.0.0")
