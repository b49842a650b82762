"""A service behind a transport of plain values: it keeps client tokens as the real one does, and faults befall it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from aio_workflows.errors import (
    AioWorkflowsError,
    CallTimeoutError,
    ConnectTimeoutError,
    Outcome,
    ReadTimeoutError,
)
from aio_workflows.transport.base import HttpResponse
from tests.virtual_time import VirtualTime

ARN = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/abc/1.0.0"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One attempt that goes wrong.

    ``tells`` is all that a client can know of the work from how the attempt ends, ``done`` is
    whether it was done in truth, ``seconds`` how long the attempt takes. It ends with ``error``,
    an exception of the transport, or else with the answer ``status``, ``headers`` and ``body``.
    ``once`` names what a call can bear once only.
    """

    name: str
    tells: Outcome
    done: bool = False
    seconds: float = 0.0
    once: str | None = None
    error: type[AioWorkflowsError] | None = None
    error_facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __repr__(self) -> str:
        return f"<{self.name}{', done' if self.done else ''}, {self.seconds:g} s>"


def lost(error: type[AioWorkflowsError], tells: Outcome, once: str | None = None, **facts: Any) -> Fault:
    """An attempt that gets no answer."""
    return Fault(name=error.__name__, tells=tells, once=once, error=error, error_facts=facts)


def answered(
    status: int,
    code: str | None = None,
    *,
    tells: Outcome,
    once: str | None = None,
    body: bytes = b'{"message": "no"}',
    **headers: str,
) -> Fault:
    """An attempt that gets an answer other than the service's success."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if code is not None:
        named["x-amzn-errortype"] = code
    return Fault(name=f"{status} {code}", tells=tells, once=once, status=status, headers=named, body=body)


class ModelService:
    """The transport. Each attempt meets the next fault; when they are used up, all is well.

    ``builds`` maps tokens to ARNs, ``told`` is what each attempt told the client of its work.
    """

    def __init__(self, time: VirtualTime, faults: Iterable[Fault], *, can_mend: bool = True) -> None:
        self.builds: dict[str, str] = {}
        self.told: list[Outcome] = []
        self._bodies: dict[str, bytes] = {}
        self._time = time
        self._faults = iter(faults)
        self._can_mend = can_mend

    async def send(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
        deadline: float,
    ) -> HttpResponse:
        left = deadline - self._time.now
        if left <= 0:
            raise CallTimeoutError("no time left to wait for a connection")
        fault = next(self._faults, None)
        if fault is None:
            return self._success(body)
        if fault.done:
            self._success(body)
        await self._time.pass_by(min(fault.seconds, left))
        is_sent = fault.tells != "not_sent"
        if fault.seconds >= left:
            self.told.append("unknown" if is_sent else "not_sent")
            raise ReadTimeoutError("late") if is_sent else ConnectTimeoutError("late")
        self.told.append(fault.tells)
        if fault.error is not None:
            raise fault.error(fault.name, **fault.error_facts)
        return HttpResponse(fault.status, fault.headers, fault.body)

    def _success(self, body: bytes) -> HttpResponse:
        """Do the work, once for each token, and answer it."""
        token: str = json.loads(body)["clientToken"]
        assert self._bodies.setdefault(token, body) == body, "one token came with two bodies"
        arn = self.builds.setdefault(token, f"{ARN}/{len(self.builds) + 1}")
        answer = {"clientToken": token, "workflowBuildVersionArn": arn}
        return HttpResponse(200, {"x-amzn-requestid": "r"}, json.dumps(answer).encode())

    async def renew_credentials(self) -> bool:
        return self._can_mend

    def correct_clock(self, server_date: str | None) -> bool:
        return self._can_mend and server_date is not None

    async def aclose(self) -> None: ...


DATE = formatdate(1_800_000_000, usegmt=True)
