"""The client: the face over the rooms below. What creates workflows is here."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import TYPE_CHECKING, Any, Final, Self, Unpack, overload

from aio_workflows.api.executions import ExecutionOperations
from aio_workflows.api.tags import TagOperations
from aio_workflows.api.workflows import WorkflowOperations
from aio_workflows.errors import ConfigurationError
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.protocol.operations import CREATE_WORKFLOW, DRY_RUN_CREATE_WORKFLOW
from aio_workflows.publish.operations import PublishOperations
from aio_workflows.retry.policy import RetryPolicy, checked_seconds

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable
    from pathlib import Path
    from types import TracebackType

    from aio_workflows.bulk.options import StopCondition
    from aio_workflows.bulk.progress import ProgressHook
    from aio_workflows.bulk.run import BulkRun
    from aio_workflows.call import Caller
    from aio_workflows.models.requests import CreateWorkflowFromData, CreateWorkflowFromUri
    from aio_workflows.models.responses import CreateWorkflowResponse, DryRunResponse
    from aio_workflows.retry.attempts import AttemptHook
    from aio_workflows.transport.base import Transport
    from aio_workflows.transport.credentials import CredentialProvider, Credentials, MfaPrompt

_DEFAULT_POLICY = RetryPolicy()

_NEEDED_BY_CALLS: Final = {
    "aio_workflows.call",
    "aio_workflows.protocol.deserializer",
    "aio_workflows.protocol.serializer",
}


class WorkflowsClient(WorkflowOperations, ExecutionOperations, TagOperations, PublishOperations):
    """A client of EC2 Image Builder's workflows in one region.

    Making one does no I/O: it opens on first use and serves any number of tasks at once. Use it as
    ``async with WorkflowsClient(...) as client``, or call ``await client.aclose()`` at the end.

    A client belongs to the event loop that first uses it. When that loop has ended, the next use
    opens it anew (so a client may outlive an ``asyncio.run``); while that loop still runs, use from
    another one raises :class:`EventLoopError`. After ``aclose()`` every use raises
    :class:`ClientClosedError`.

    :param region: such as ``"eu-west-1"``. If left out, ``AWS_REGION`` counts, then
        ``AWS_DEFAULT_REGION``, then the profile's region.
    :param profile: the profile of the shared configuration files to use.
    :param mfa_prompt: an async function that gets the serial number (or ARN) of an MFA device and
        returns the code that it shows, for a profile whose role wants one. Without it such a profile
        is a :class:`ConfigurationError`: the terminal is never read.
    :param credentials: keys to sign with, or an async function that gives them; by default they
        are found as AWS tools find them (environment, files, SSO, roles, container, instance).
    :param session: an aiobotocore session to take configuration and credentials from, in place of
        ``profile`` and ``mfa_prompt``. Where it would ask for an MFA code at the terminal, it is kept
        from doing so.
    :param endpoint_url: another endpoint than the region's. Plain ``http://`` is accepted for this
        machine only, unless ``allow_plaintext`` is true.
    :param timeout: seconds for one call in all: waiting for a connection, credentials, attempts
        and the waits between them.
    :param connect_timeout: seconds for making a connection, in each attempt.
    :param read_timeout: seconds from the request's last byte to the answer's last, in each attempt.
    :param max_connections: connections at a time; more calls than that wait their turn.
    :param retry: how failed attempts are repeated.
    :param on_attempt: called with an :class:`AttemptEvent` before and after each attempt.
    :param transport: what sends the requests, in place of the network; then none of the options of
        connections and credentials apply.
    :param allow_plaintext: permit ``http://`` to other machines.
    :raises ConfigurationError: an option is out of its range.
    """

    def __init__(
        self,
        region: str | None = None,
        *,
        profile: str | None = None,
        mfa_prompt: MfaPrompt | None = None,
        credentials: Credentials | CredentialProvider | None = None,
        session: Any = None,
        endpoint_url: str | None = None,
        timeout: float = 60.0,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        max_connections: int = 10,
        retry: RetryPolicy = _DEFAULT_POLICY,
        on_attempt: AttemptHook | None = None,
        transport: Transport | None = None,
        allow_plaintext: bool = False,
    ) -> None:
        if max_connections < 1:
            raise ConfigurationError(f"max_connections must be at least 1, is {max_connections}")
        if session is not None and (profile is not None or mfa_prompt is not None):
            raise ConfigurationError(
                "a session has its own profile: give session=, or profile= and mfa_prompt="
            )
        if inspect.iscoroutinefunction(on_attempt):
            raise ConfigurationError(
                "on_attempt must be a plain function: an async one would never be awaited"
            )
        timeout = checked_seconds("timeout", timeout)
        options = {
            "region": region,
            "profile": profile,
            "mfa_prompt": mfa_prompt,
            "credentials": credentials,
            "session": session,
            "endpoint_url": endpoint_url,
            "connect_timeout": checked_seconds("connect_timeout", connect_timeout),
            "read_timeout": checked_seconds("read_timeout", read_timeout),
            "max_connections": max_connections,
            "allow_plaintext": allow_plaintext,
        }

        def make_caller() -> Caller:
            # Imported on first use, since a client must be cheap to make: see docs/performance.md.
            from aio_workflows.call import Caller, network_transport

            async def make_transport() -> Transport:
                if transport is not None:
                    return transport
                return await network_transport(**options)

            return Caller(make_transport, timeout=timeout, policy=retry, on_attempt=on_attempt)

        self._region = region
        self._make_caller = make_caller

    async def __aenter__(self) -> Self:
        if not sys.modules.keys() >= _NEEDED_BY_CALLS:
            import asyncio

            # In a thread, for 30 ms; where a client is used without `async with`, the first call does it.
            await asyncio.to_thread(list, map(importlib.import_module, _NEEDED_BY_CALLS))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the client's connections. Calling it again does nothing."""
        await self._caller.aclose()

    def __repr__(self) -> str:
        return f"WorkflowsClient(region={self._region!r})"

    @overload
    async def create_workflow(
        self,
        request: CreateWorkflowRequest,
        *,
        check_document: bool = False,
        timeout: float | None = None,
    ) -> CreateWorkflowResponse: ...

    @overload
    async def create_workflow(
        self,
        *,
        check_document: bool = False,
        timeout: float | None = None,
        **fields: Unpack[CreateWorkflowFromData],
    ) -> CreateWorkflowResponse: ...

    @overload
    async def create_workflow(
        self, *, timeout: float | None = None, **fields: Unpack[CreateWorkflowFromUri]
    ) -> CreateWorkflowResponse: ...

    async def create_workflow(
        self,
        request: CreateWorkflowRequest | None = None,
        *,
        check_document: bool = False,
        timeout: float | None = None,
        **fields: Any,
    ) -> CreateWorkflowResponse:
        """Create a workflow, a new version of one, or a new build of a version.

        Takes a request object, or the fields of :class:`CreateWorkflowRequest` as keywords.
        ``timeout`` in seconds replaces the client's for this call. With ``check_document`` a document
        given by ``data`` is first held against the documented rules for documents, and with an error
        in it nothing is sent (:func:`aio_workflows.document.check_document`; warnings do not count).

        The same client token goes out with every attempt, so the workflow is created once whatever
        happens to the answers. If all attempts fail and one of them may have reached the service,
        the error's ``outcome`` is ``"unknown"``; to ask again, call with the error's
        ``client_token``.

        :raises RequestValidationError: the request, or its document, breaks documented rules; nothing
            was sent.
        :raises ResourceAlreadyExistsException: the latest build of this version has this content.
        :raises ServiceError: the service refused, or failed until the attempts or the time ran out.
        :raises TransportError: no usable answer came.
        """
        request = _request(request, fields)
        if check_document:
            import asyncio

            # Milliseconds of work, and libraries to import: not on the event loop.
            await asyncio.to_thread(_require_sound_document, request)
        return await self._caller.call(
            CREATE_WORKFLOW, request, client_token=request.client_token, timeout=timeout
        )

    @overload
    async def dry_run_create_workflow(
        self, request: CreateWorkflowRequest, *, timeout: float | None = None
    ) -> DryRunResponse: ...

    @overload
    async def dry_run_create_workflow(
        self, *, timeout: float | None = None, **fields: Unpack[CreateWorkflowFromData]
    ) -> DryRunResponse: ...

    @overload
    async def dry_run_create_workflow(
        self, *, timeout: float | None = None, **fields: Unpack[CreateWorkflowFromUri]
    ) -> DryRunResponse: ...

    async def dry_run_create_workflow(
        self, request: CreateWorkflowRequest | None = None, *, timeout: float | None = None, **fields: Any
    ) -> DryRunResponse:
        """Let the service check everything about a create without doing it.

        Returns if the real call would succeed, and raises what the real call would raise if not.
        A fresh client token is used, never the request's, so that the real call is not spoiled.
        """
        return await self._caller.call(DRY_RUN_CREATE_WORKFLOW, _request(request, fields), timeout=timeout)

    def create_workflows(
        self,
        requests: Iterable[CreateWorkflowRequest] | AsyncIterable[CreateWorkflowRequest],
        *,
        concurrency: int = 10,
        journal: str | Path | None = None,
        resend_within: float = 600.0,
        on_progress: ProgressHook | None = None,
        progress: bool = False,
        stop_on: StopCondition[CreateWorkflowRequest, CreateWorkflowResponse] | None = None,
        timeout: float | None = None,
    ) -> BulkRun[CreateWorkflowRequest, CreateWorkflowResponse]:
        """Create many workflows: ``report = await client.create_workflows(requests)``.

        The input is read only as fast as it can be worked on. One with a length, such as a list, is
        looked through first: if two items are one workflow with different content, nothing is sent.
        Of any other input, an item is compared with those in flight, and with a journal with all of
        this run before it; it fails with a :class:`CollisionError` then, unsent. An item that
        repeats another one exactly is sent like any other; the service says that it exists already.

        :param concurrency: how many items are under way at a time, at least 1.
        :param journal: a file that remembers what was sent and what came of it. A run that was
            killed goes on where it stood when it is started again with the same journal and input:
            what is done is not sent again, and what may be done goes with its old token. The order
            of the input does not matter. It holds no document and no credential, is for its owner
            only, and serves one run at a time, in one account and Region.
        :param resend_within: for how many seconds the service is trusted to remember a token (it is
            not documented). An item of the journal that was perhaps sent longer ago is looked up
            among the workflow's builds before it is sent.
        :param on_progress: called with a :class:`BulkProgress`, at most ten times a second.
        :param progress: show a bar of tqdm, which the extra ``notebook`` brings.
        :param stop_on: end early, sending nothing more, once this holds for an outcome; what is
            under way goes on to its end. ``"failure"`` means failed or unknown.
        :param timeout: seconds for each item, in place of the client's. They begin when the client's
            pace first lets the item go, and waiting for the pace does not count while the service
            admits other calls of this client.
        :raises ConfigurationError: an option is out of its range.
        """
        from aio_workflows.bulk.create import CreateWorkflowsJob
        from aio_workflows.bulk.options import BulkOptions
        from aio_workflows.bulk.run import BulkRun

        async def submit(request: CreateWorkflowRequest, client_token: str) -> CreateWorkflowResponse:
            return await self._caller.call(
                CREATE_WORKFLOW, request, client_token=client_token, timeout=timeout, is_queued=True
            )

        options: BulkOptions[CreateWorkflowRequest, CreateWorkflowResponse] = BulkOptions(
            concurrency=concurrency,
            journal=journal,
            resend_within=resend_within,
            on_progress=on_progress,
            progress=progress,
            stop_on=stop_on,
            pace=lambda: self._caller.pace,
        )
        if timeout is not None:
            checked_seconds("timeout", timeout)
        job = CreateWorkflowsJob(submit, self, scope=self._region, timeout=timeout)
        return BulkRun(job, requests, options)


def _request(request: object, fields: dict[str, Any]) -> CreateWorkflowRequest:
    """The request object, from itself or from keywords."""
    if request is None:
        return CreateWorkflowRequest(**fields)
    if not isinstance(request, CreateWorkflowRequest):
        raise TypeError(
            f"give a CreateWorkflowRequest, or its fields as keywords; {type(request).__name__} given"
        )
    if fields:
        raise TypeError(f"give a request or its fields, not both: {', '.join(sorted(fields))}")
    return request


def _require_sound_document(request: CreateWorkflowRequest) -> None:
    from aio_workflows.document.refusal import require_sound

    require_sound(request.data, request.type)
