"""What the families of operations have in common: one call, or a listing of many."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrs import AttrsInstance

    from aio_workflows.call import Caller
    from aio_workflows.models.responses import Response
    from aio_workflows.pagination import Paginator
    from aio_workflows.protocol.operations import Operation


RequestT = TypeVar("RequestT", bound="AttrsInstance")
ResponseT = TypeVar("ResponseT", bound="Response")


class Family:
    """The operations of one family, as methods over a caller, which is made with the first call."""

    _make_caller: Callable[[], Caller]
    _is_queued: bool = False  # whether its calls are of many, which wait for the pace without harm

    @cached_property
    def _caller(self) -> Caller:
        return self._make_caller()

    async def _call(
        self,
        operation: Operation[RequestT, ResponseT],
        request: RequestT,
        *,
        client_token: str | None = None,
        timeout: float | None,
    ) -> ResponseT:
        """One call."""
        return await self._caller.call(
            operation, request, client_token=client_token, timeout=timeout, is_queued=self._is_queued
        )

    def _pages(
        self,
        operation: Operation[RequestT, ResponseT],
        request: RequestT,
        *,
        limit: int | None,
        timeout: float | None,
    ) -> Paginator[Any, ResponseT]:
        """The listing that begins with ``request``."""

        async def fetch(page: RequestT) -> ResponseT:
            return await self._call(operation, page, timeout=timeout)

        from aio_workflows.pagination import Paginator

        return Paginator(fetch, operation, request, limit=limit)
