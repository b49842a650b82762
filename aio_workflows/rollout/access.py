"""What a rollout needs of a target: a client, and a place for long documents."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from aio_workflows.client import WorkflowsClient
from aio_workflows.rollout.model import Target


class DocumentStore(Protocol):
    """Where a target's long documents go."""

    def address(self, document: str) -> str:
        """The ``s3://`` address of a document, there or not."""
        ...

    async def put(self, document: str) -> str:
        """Put a document there, and return its address."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


@frozen
class Site:
    """A target that is open: its client, and where its long documents go, None if it has no such place."""

    client: WorkflowsClient
    documents: DocumentStore | None = None


class Access(Protocol):
    """Opens targets: AWS itself, or something in its place."""

    async def open(self, target: Target) -> Site:
        """The way into a target. It is closed by its user."""
        ...

    async def aclose(self) -> None:
        """Close what the targets share."""
        ...
