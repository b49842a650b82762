"""A transport that does what a script says: for calls whose network is not the matter."""

from collections.abc import Sequence
from typing import Any

from aio_workflows.transport.base import HttpResponse

GOOD = b'{"workflowBuildVersionArn": "arn"}'


class Scripted:
    """A transport that raises one error after the other, and then succeeds."""

    def __init__(self, errors: Sequence[BaseException], *, renews: bool = True) -> None:
        self.errors = list(errors)
        self.sent: list[tuple[Any, ...]] = []
        self.renews = renews

    async def send(self, *parts: Any) -> HttpResponse:
        self.sent.append(parts[:-1])
        if self.errors:
            raise self.errors.pop(0)
        return HttpResponse(200, {"x-amzn-requestid": "last"}, GOOD)

    async def renew_credentials(self) -> bool:
        return self.renews

    def correct_clock(self, server_date: str | None) -> bool:
        return server_date is not None

    async def aclose(self) -> None: ...
