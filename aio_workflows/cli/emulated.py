"""An emulator in the place of AWS: every target of a manifest is there, with its account, and its S3."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from attrs import frozen

from aio_workflows.rollout.access import Site
from aio_workflows.rollout.model import Target
from aio_workflows.transport.credentials import Credentials

if TYPE_CHECKING:
    from aio_workflows.emulator import Emulator

_REGION = "us-east-1"


@frozen
class _Documents:
    """Documents that the emulator finds by their address."""

    objects: dict[str, str]

    def address(self, document: str) -> str:
        """The address of a document."""
        return f"s3://emulated/{hashlib.sha256(document.encode()).hexdigest()}.yaml"

    async def put(self, document: str) -> str:
        """Put a document there."""
        self.objects[self.address(document)] = document
        return self.address(document)

    async def aclose(self) -> None:
        """Nothing is open."""


class EmulatedAccess:
    """Opens targets on an emulator that lives as long as this. No role is assumed, no real key is read.

    ``region`` is for targets that name none.
    """

    def __init__(self, targets: Iterable[Target], region: str | None = None) -> None:
        from aio_workflows.emulator import Emulator, Secret

        self._region = region or _REGION
        self._documents = _Documents({})
        accounts = {account: f"EMULATED{account}" for one in targets if (account := one.role_account)}
        keys = {key: Secret("emulated", account_id=account) for account, key in accounts.items()}
        self._keys = accounts
        self._emulator: Emulator = Emulator(
            credentials={"EMULATED": "emulated", **keys}, objects=self._documents.objects
        )

    async def __aenter__(self) -> Self:
        await self._emulator.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def open(self, target: Target) -> Site:
        """A target on the emulator."""
        key = self._keys.get(target.role_account or "", "EMULATED")
        client = self._emulator.client(
            region=target.region or self._region, credentials=Credentials(key, "emulated")
        )
        return Site(client, self._documents)

    async def aclose(self) -> None:
        """Stop the emulator."""
        await self._emulator.stop()
