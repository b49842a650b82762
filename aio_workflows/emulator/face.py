"""The emulator on a socket of its own, as a program or a test meets it: started, stopped, made to misbehave."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aio_workflows.emulator.base import Face
from aio_workflows.emulator.faults import Fault, RateLimit
from aio_workflows.emulator.pages import PageSize, full
from aio_workflows.emulator.scripts import Faults, FaultScript, TokenBucket, script_of
from aio_workflows.emulator.server import HOST, HttpServer, RecordedRequest
from aio_workflows.emulator.service import DEFAULT_ACCOUNT, ImageBuilder
from aio_workflows.emulator.signature import Secret
from aio_workflows.emulator.wire import Answer, Request

if TYPE_CHECKING:
    from aio_workflows.emulator.workflows import Quotas


class Emulator(Face):
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

    ``page_size`` makes the pages of listings short, or empty, before the last one, as the service
    may: ``page_size(asked)`` gives the length of the next page, where ``asked`` is the most.

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
        page_size: PageSize = full,
        faults: Faults = None,
        rate_limit: RateLimit | None = None,
        keep_requests: int = 10_000,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            ImageBuilder(
                account_id=account_id,
                region=region,
                credentials=credentials,
                objects=objects,
                quotas=quotas,
                forget_tokens_after=forget_tokens_after,
                check_documents=check_documents,
                state=state,
                page_size=page_size,
                clock=clock,
            )
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
        try:
            await server.start(self._port)
        except BaseException:
            self.service.close()  # the state file is for the one that gets the port
            raise
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
        """How many calls are admitted, None for all.

        The first one begins with a full burst; after another one, only what was left of that is left.
        """
        return self._bucket.limit if self._bucket is not None else None

    @rate_limit.setter
    def rate_limit(self, limit: RateLimit | None) -> None:
        now = self._monotonic()
        if limit is None:
            self._bucket = None
        elif self._bucket is None:
            self._bucket = TokenBucket(limit, now=now)
        else:
            self._bucket.change(limit, now)

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
