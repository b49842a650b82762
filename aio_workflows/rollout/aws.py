"""The way into the targets' accounts: roles that are assumed, and documents that are put into S3."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self, TypeVar

from attrs import define, evolve, field

from aio_workflows.call import network_transport
from aio_workflows.client import WorkflowsClient
from aio_workflows.errors import AioWorkflowsError, ConfigurationError
from aio_workflows.models.responses import Response
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.retry.strategy import Call, RetryStrategy
from aio_workflows.rollout.access import Site
from aio_workflows.rollout.form import DocumentPlace
from aio_workflows.rollout.model import Target
from aio_workflows.transport import s3, sts
from aio_workflows.transport.base import Transport
from aio_workflows.transport.credentials import CredentialProvider, Credentials
from aio_workflows.transport.shared import SharedWork

ResponseT = TypeVar("ResponseT", bound=Response)

SESSION_NAME: Final = "aio-workflows"
SESSION_SECONDS: Final = 3600
TIME_LIMIT: Final = 60.0
"""Seconds for one call of another service, with all its attempts."""


def _again_if_another_puts_it(error: AioWorkflowsError) -> bool | None:
    """Two that put one object at one moment: S3 asks one of them to come again."""
    return True if error.code == "ConditionalRequestConflict" else None


_POLICY: Final = RetryPolicy(retry_if=_again_if_another_puts_it)


class OtherService:
    """Calls of STS or S3, repeated as those of the client are. Opens on first use."""

    def __init__(self, service: str, **options: Any) -> None:
        self._options = options | {"service": service}
        self._strategy = RetryStrategy(_POLICY)
        self._transport: Transport | None = None
        self._opening = SharedWork(self._open, f"the way to {service} to open")

    async def call(
        self, operation: str, attempt: Callable[[Transport, float], Awaitable[ResponseT]]
    ) -> ResponseT:
        """Make one call."""
        transport = self._transport or await self._opening.result(TIME_LIMIT)
        deadline = self._strategy.clock() + TIME_LIMIT
        call: Call[ResponseT] = Call(
            operation=operation,
            client_token=None,
            deadline=deadline,
            timeout=TIME_LIMIT,
            remedies=transport,
        )
        answer, _ = await self._strategy.run(call, lambda until: attempt(transport, until))
        return answer

    async def aclose(self) -> None:
        """Close its connections."""
        await self._opening.aclose()
        if self._transport is not None:
            await self._transport.aclose()

    async def _open(self) -> Transport:
        self._transport = await network_transport(**self._options)
        return self._transport


@define
class RoleCredentials:
    """The keys of one role, for all who use it: whoever asks first has them fetched for all.

    When to ask again is known where they are used: before they expire, or once they were rejected.
    """

    _sts: OtherService
    _role_arn: str
    _external_id: str | None = field(default=None, repr=False)
    _keys: Credentials | None = field(default=None, init=False, repr=False)
    _fetching: asyncio.Lock = field(factory=asyncio.Lock, init=False, repr=False)

    async def get(self, used: Credentials | None = None) -> Credentials:
        """The keys, or new ones if they are those that the caller has used up.

        :raises ConfigurationError: the role cannot be assumed.
        """
        async with self._fetching:
            if self._keys is None or self._keys is used:
                self._keys = await self._fetch()
            return self._keys

    def provider(self) -> CredentialProvider:
        """The keys for one client. If it asks again, it cannot use its last ones any more."""
        last: Credentials | None = None

        async def provide() -> Credentials:
            nonlocal last
            last = await self.get(last)
            return last

        return provide

    async def _fetch(self) -> Credentials:
        async def attempt(transport: Transport, deadline: float) -> sts.AssumedRole:
            return await sts.assume_role(
                transport,
                deadline,
                role_arn=self._role_arn,
                session_name=SESSION_NAME,
                external_id=self._external_id,
                seconds=SESSION_SECONDS,
            )

        try:
            return (await self._sts.call("AssumeRole", attempt)).credentials
        except AioWorkflowsError as error:
            reason = str(error)
        raise ConfigurationError(f"the role {self._role_arn} cannot be assumed: {reason}")

    async def aclose(self) -> None:
        """Close its connections."""
        await self._sts.aclose()


class Documents:
    """The place in S3 of one target: documents are put there under the digest of their text."""

    def __init__(
        self, target: Target, region: str, place: DocumentPlace, credentials: CredentialProvider | None
    ) -> None:
        bucket, _, prefix = place.uri.removeprefix("s3://").replace("{region}", region).partition("/")
        self._bucket = bucket
        self._folder = "".join(f"{part}/" for part in prefix.split("/") if part.strip("."))
        self._owner = place.bucket_owner or target.role_account or ""
        self._region = region
        self._s3 = OtherService(s3.SERVICE, region=region, profile=target.profile, credentials=credentials)
        self._checked = False
        self._checking = asyncio.Lock()

    def address(self, document: str) -> str:
        """Where a document goes: ``s3://bucket/prefix/<digest>.yaml``."""
        digest = hashlib.sha256(document.encode()).hexdigest()
        return f"s3://{self._bucket}/{self._folder}{digest}.yaml"

    async def put(self, document: str) -> str:
        """Put a document there, if it is not there yet, and return its address.

        :raises ConfigurationError: the bucket is in another region.
        :raises ServiceError: S3 refused or failed.
        """
        await self._check()
        address = self.address(document)
        key = address.removeprefix(f"s3://{self._bucket}/")

        async def attempt(transport: Transport, deadline: float) -> s3.PutOutcome:
            return await s3.put_object(
                transport,
                deadline,
                bucket=self._bucket,
                key=key,
                body=document.encode(),
                owner=self._owner,
            )

        await self._s3.call("PutObject", attempt)
        return address

    async def _check(self) -> None:
        """Image Builder takes documents from its own region only: find out before anything is put."""
        async with self._checking:
            if self._checked:
                return

            async def attempt(transport: Transport, deadline: float) -> s3.BucketPlace:
                return await s3.locate_bucket(transport, deadline, bucket=self._bucket, owner=self._owner)

            place = await self._s3.call("HeadBucket", attempt)
            if place.region is not None and place.region != self._region:
                raise ConfigurationError(
                    f"the bucket {self._bucket} is in {place.region}, and the target is in {self._region}: "
                    "name a bucket of that region; {region} in 'documents' stands for it"
                )
            self._checked = True

    async def aclose(self) -> None:
        """Close its connections."""
        await self._s3.aclose()


class AwsAccess:
    """The targets in AWS. A role that several targets name is assumed once for all of them.

    ``options`` are those of :class:`WorkflowsClient`, for every target; what a target says itself, such
    as its region or profile, goes before.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._roles: dict[tuple[str | None, str, str | None], RoleCredentials] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def open(self, target: Target) -> Site:
        """Open a target; its role is assumed at once.

        :raises ConfigurationError: the role cannot be assumed.
        """
        target = evolve(
            target,
            region=target.region or self._options.get("region"),
            profile=target.profile or self._options.get("profile"),
        )
        role = self._role(target)
        if role is not None:
            await role.get()
        credentials = role.provider() if role is not None else None
        options: dict[str, Any] = {
            "region": target.region,
            "endpoint_url": target.endpoint_url,
            **({"profile": target.profile} if credentials is None else {"credentials": credentials}),
        }
        given = {name: value for name, value in options.items() if value is not None}
        place, region = target.documents, target.region
        documents = (
            Documents(target, region, place, role.provider() if role is not None else None)
            if place is not None and region is not None
            else None
        )
        return Site(WorkflowsClient(**(self._options | given)), documents)

    def _role(self, target: Target) -> RoleCredentials | None:
        if target.role_arn is None:
            return None
        key = target.profile, target.role_arn, target.external_id
        if key not in self._roles:
            # Any region's STS gives keys that are good in all of them.
            service = OtherService(sts.SERVICE, region=target.region, profile=target.profile)
            self._roles[key] = RoleCredentials(service, target.role_arn, target.external_id)
        return self._roles[key]

    async def aclose(self) -> None:
        """Close the connections to STS."""
        for role in self._roles.values():
            await role.aclose()
