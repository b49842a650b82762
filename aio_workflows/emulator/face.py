"""The emulator as a program or a test meets it: started, asked, looked into, and made to misbehave."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aio_workflows.emulator.faults import Fault, RateLimit
from aio_workflows.emulator.managed import OWNER
from aio_workflows.emulator.scripts import Faults, FaultScript, TokenBucket, script_of
from aio_workflows.emulator.server import HOST, HttpServer, RecordedRequest
from aio_workflows.emulator.service import DEFAULT_ACCOUNT, DEFAULT_REGION, DUMMY_KEYS, ImageBuilder
from aio_workflows.emulator.signature import Secret
from aio_workflows.emulator.wire import Answer, Request
from aio_workflows.emulator.workflows import Caller

if TYPE_CHECKING:
    from aio_workflows import WorkflowsClient
    from aio_workflows.emulator.execution import Execution, StepRun
    from aio_workflows.emulator.executions import Fails
    from aio_workflows.emulator.store import WorkflowBuild
    from aio_workflows.emulator.workflows import Quotas


class Emulator:
    """Image Builder's workflows on this machine.

        async with Emulator() as emulator:
            async with emulator.client() as client:
                await client.create_workflow(...)

    It listens on 127.0.0.1 only, on a free port unless ``port`` names one. One emulator serves
    every Region: a request lands in the one that it is signed for. ``region`` is the one for
    :meth:`client`; with ``credentials``, it is also the only one that is accepted.

    The signatures of :meth:`client` are verified as the service does it: the keys, the session
    token, every signed byte, and a date no more than five minutes off. Other keys are taken for
    anyone's, and let in. ``credentials`` maps access key ids to secrets (text, or :class:`Secret`
    for session tokens and other accounts); then no others are let in. ``objects`` maps
    ``s3://bucket/key`` to the documents that a ``uri`` may name. ``forget_tokens_after`` is how
    many seconds client tokens are remembered, for ever by default. With ``check_documents`` a document
    in which the checker finds an error is refused. ``state`` is a file in which everything is kept:
    what was answered is there again at the next start, even if the program was killed.

    ``faults`` and ``rate_limit`` can be set at any time, to make what comes next go wrong.
    ``requests`` holds the last requests, at most ``keep_requests``.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        account_id: str = DEFAULT_ACCOUNT,
        region: str | None = None,
        credentials: Mapping[str, Secret | str] | None = None,
        objects: Mapping[str, str] | None = None,
        quotas: Quotas | None = None,
        forget_tokens_after: float | None = None,
        check_documents: bool = False,
        state: str | Path | None = None,
        faults: Faults = None,
        rate_limit: RateLimit | None = None,
        keep_requests: int = 10_000,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = ImageBuilder(
            account_id=account_id,
            region=region,
            credentials=credentials,
            objects=objects,
            quotas=quotas,
            forget_tokens_after=forget_tokens_after,
            check_documents=check_documents,
            state=state,
            clock=clock,
        )
        self.requests: deque[RecordedRequest] = deque(maxlen=keep_requests)
        self._port = port
        self._clock = clock
        self._monotonic = monotonic
        self._server: HttpServer | None = None
        self._script: FaultScript = script_of(faults)
        self._bucket: TokenBucket | None = None
        self.rate_limit = rate_limit

    # --- Its life ---------------------------------------------------------------------------------

    async def start(self) -> Self:
        """Begin to listen. ``async with`` does it."""
        if self._server is not None:
            raise RuntimeError("the emulator is running already")
        self.service.reopen()
        server = HttpServer(self)
        await server.start(self._port)
        self._server = server
        return self

    async def stop(self) -> None:
        """Close everything; what was created stays, and can be looked at. Calling it again does nothing."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.stop()
        self.service.close()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the emulator is not running: use it in `async with`, or await start()")
        return self._server.port

    @property
    def url(self) -> str:
        """The endpoint to give to a client."""
        return f"http://{HOST}:{self.port}"

    # --- Clients ----------------------------------------------------------------------------------

    def client(self, **options: Any) -> WorkflowsClient:
        """A client of this emulator; ``options`` are those of :class:`WorkflowsClient`.

        Its keys are the emulator's first ones, or dummies; real ones are never read.
        """
        from aio_workflows import Credentials, WorkflowsClient

        key_id, secret, token = self._keys()
        defaults: dict[str, Any] = {
            "region": self.service.region or DEFAULT_REGION,
            "endpoint_url": self.url,
            "credentials": Credentials(key_id, secret, token),
        }
        return WorkflowsClient(**(defaults | options))

    def boto_options(self, **options: Any) -> dict[str, Any]:
        """What boto3 and aiobotocore need: ``boto3.client("imagebuilder", **emulator.boto_options())``."""
        key_id, secret, token = self._keys()
        defaults = {
            "region_name": self.service.region or DEFAULT_REGION,
            "endpoint_url": self.url,
            "aws_access_key_id": key_id,
            "aws_secret_access_key": secret,
            "aws_session_token": token,
        }
        return defaults | options

    def _keys(self) -> tuple[str, str, str | None]:
        for key_id, known in self.service.credentials.items():
            secret = Secret(known) if isinstance(known, str) else known
            return key_id, secret.secret_access_key, secret.session_token
        return *DUMMY_KEYS, None

    # --- What it holds ------------------------------------------------------------------------------

    @property
    def workflows(self) -> list[WorkflowBuild]:
        """Every build of every workflow, in all accounts and Regions, oldest first; Amazon's are left out."""
        return [build for build in self.service.store.builds.values() if build.owner != OWNER]

    @property
    def builds(self) -> list[str]:
        """The ARN of every build, oldest first; Amazon's are left out."""
        return [build.arn for build in self.workflows]

    @property
    def in_use(self) -> set[str]:
        """ARNs of builds that cannot be deleted, as if a pipeline referred to them. Add to it at will."""
        return self.service.in_use

    @property
    def executions(self) -> list[Execution]:
        """Every execution as it was last looked at, oldest first."""
        return list(self.service.store.executions.values())

    def play(
        self,
        workflow_arn: str,
        *,
        image_arn: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        outcomes: Mapping[str, Mapping[str, Any] | Fails] | None = None,
        seconds: float | Mapping[str, float] = 0.0,
        region: str | None = None,
    ) -> str:
        """Begin an execution of a workflow that was created, and return its id.

        Its steps run in order, ``if`` is evaluated, WaitForAction waits for SendWorkflowStepAction,
        and failures go by ``retry`` and ``onFailure``. Each step takes ``seconds``, or as many as
        stand under its name, else none.

        ``outcomes`` says by a step's name what it puts out, or that it :class:`Fails`; other steps
        succeed with made-up outputs. ``parameters`` are the document's, ``variables`` what
        ``$.imagebuilder`` leads to. Executions of one ``image_arn`` see the outputs of earlier ones.
        """
        return self.service.executions.play(
            self._caller(region),
            workflow_arn,
            image_arn=image_arn,
            parameters=parameters,
            variables=variables,
            outcomes=outcomes,
            seconds=seconds,
        )

    def put_execution(
        self,
        *,
        workflow_arn: str,
        image_arn: str,
        steps: Sequence[StepRun] = (),
        type: str = "BUILD",
        status: str = "RUNNING",
        region: str | None = None,
        **more: Any,
    ) -> str:
        """Put an execution in as it is, and return its id; it stays so.

        ``more`` are further fields of :class:`Execution`, such as ``message``. Only a step
        WaitForAction that is RUNNING goes on, when it is answered.
        """
        return self.service.executions.put(
            self._caller(region),
            workflow_arn=workflow_arn,
            image_arn=image_arn,
            type=type,
            status=status,
            steps=list(steps),
            **more,
        )

    def _caller(self, region: str | None) -> Caller:
        return Caller(self.service.account_id, region or self.service.region or DEFAULT_REGION)

    # --- Misbehaviour -------------------------------------------------------------------------------

    @property
    def faults(self) -> FaultScript:
        """Which request meets which fault. Takes a script, a list, or a mapping from operation to list."""
        return self._script

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._script = script_of(faults)

    @property
    def rate_limit(self) -> RateLimit | None:
        """How many calls are admitted, None for all. Setting it begins with a full burst."""
        return self._bucket.limit if self._bucket is not None else None

    @rate_limit.setter
    def rate_limit(self, limit: RateLimit | None) -> None:
        self._bucket = TokenBucket(limit, now=self._monotonic()) if limit is not None else None

    # --- What the server asks for -------------------------------------------------------------------

    def decide(self, operation: str | None) -> Fault | None:
        """The fault of the request that has just come."""
        if self._bucket is not None and not self._bucket.admit(self._monotonic()):
            return self._bucket.limit.refusal
        return self._script.next(operation)

    def record(self, request: RecordedRequest) -> None:
        """Remember a request."""
        self.requests.append(request)

    def answer(self, request: Request) -> Answer:
        """Do the work of a request."""
        return self.service.handle(request)

    def request_id(self) -> str:
        """A new request id."""
        return self.service.new_request_id()

    def now(self) -> float:
        """The emulator's time."""
        return self._clock()


def serve(emulator: Emulator, *, ready: Callable[[Emulator], None] = lambda _: None) -> None:
    """Run an emulator until Ctrl-C; calls ``ready`` once it listens. Prints nothing itself."""

    async def run() -> None:
        async with emulator:
            ready(emulator)
            await asyncio.Event().wait()

    with suppress(KeyboardInterrupt):
        asyncio.run(run())
