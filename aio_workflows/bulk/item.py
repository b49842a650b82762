"""The life of one item of a bulk run: recognised, recorded, sent, and given exactly one outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic

from attrs import define

from aio_workflows.bulk.collisions import Window
from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.outcome import BulkOutcome, BulkStatus, RequestT, ResultT
from aio_workflows.bulk.ticket import NewItem, Ticket
from aio_workflows.errors import Collision, CollisionError, JournalError, RequestValidationError
from aio_workflows.models.client_token import fresh_client_token

if TYPE_CHECKING:
    from aio_workflows.bulk.journal import Journal


@define
class Item(Generic[RequestT, ResultT]):
    """One item under way. ``outcome`` is there as soon as nothing can change it any more."""

    index: int
    request: RequestT
    read_at: float
    client_token: str | None = None  # once it may have been sent
    outcome: BulkOutcome[RequestT, ResultT] | None = None


class ItemWork(Generic[RequestT, ResultT]):
    """Does items of one run, any number of them at a time.

    ``is_stopped`` tells whether nothing new may be sent any more; ``clock`` gives seconds that only grow.
    """

    def __init__(
        self,
        job: BulkJob[RequestT, ResultT],
        *,
        is_stopped: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self.journal: Journal | None = None
        self._job = job
        self._is_stopped = is_stopped
        self._clock = clock
        self._window: Window[RequestT] = Window(job)

    async def do(self, item: Item[RequestT, ResultT]) -> None:
        """Do an item. What became of it is in :meth:`outcome_of`, whatever this raises.

        :raises JournalError: what happens cannot be recorded.
        """
        try:
            await self._try(item)
        except Exception as error:  # the journal's; the item may be done all the same
            if item.outcome is None and item.client_token is not None:
                self._settle(item, "unknown", error=error)
            raise

    def outcome_of(self, item: Item[RequestT, ResultT]) -> BulkOutcome[RequestT, ResultT]:
        """The outcome of an item that nobody works on any more."""
        return item.outcome or self._settle(item, "not_started" if item.client_token is None else "cancelled")

    async def _try(self, item: Item[RequestT, ResultT]) -> None:
        try:
            resource = self._job.resource(item.request)
            self._window.enter(resource, item.index, item.request)
        except RequestValidationError as error:
            self._settle(item, "failed", error=error)
            return
        try:
            ticket = await self._ticket(item, resource)
            if ticket.action == "recall":
                self._recall(item, ticket)
            elif ticket.action == "refused":
                collision = Collision(first=ticket.position, second=item.index, resource=resource)
                self._settle(item, "failed", error=CollisionError([collision]))
            elif not self._is_stopped():  # it may have been, while the journal was being written
                await self._send(item, ticket)
        finally:
            self._window.leave(resource, item.index)

    def _recall(self, item: Item[RequestT, ResultT], ticket: Ticket) -> None:
        try:
            response = self._job.from_data(ticket.data) if ticket.data is not None else None
        except ValueError:
            path = str(self.journal.path) if self.journal is not None else None
            raise JournalError(
                f"the journal {path!r} holds a result that cannot be read, of {self._job.label(item.request)}; "
                "look at the service for what was done, and begin with a new journal",
                path=path,
            ) from None
        item.client_token = ticket.client_token
        self._settle(item, ticket.status, response=response, recalled=True)

    async def _ticket(self, item: Item[RequestT, ResultT], resource: str) -> Ticket:
        """What to do about an item. From here on its token is in the journal."""
        given = self._job.given_token(item.request)
        if self.journal is None:
            return Ticket(action="send", client_token=given or fresh_client_token())
        return await self.journal.begin(
            NewItem(
                digest=self._job.digest(item.request),
                resource=resource,
                position=item.index,
                given_token=given,
                fresh_token=fresh_client_token(),
                is_state=self._job.is_state,
            )
        )

    async def _send(self, item: Item[RequestT, ResultT], ticket: Ticket) -> None:
        """Look an item up if it may have been done long ago; if it was not, send it."""
        item.client_token = ticket.client_token
        try:
            if ticket.action == "look_up":
                found = await self._job.look_up(item.request)
                if found is not None:
                    self._settle(item, "already_exists", response=found)
        except Exception as error:  # noqa: BLE001 - while nobody knows what became of it, it is not sent
            self._settle(item, "unknown", error=error)
        if item.outcome is None:
            if ticket.action == "look_up" and self.journal is not None:
                await self.journal.send_anew(ticket)
            await self._submit(item, ticket.client_token)
        await self._record(item, ticket)

    async def _submit(self, item: Item[RequestT, ResultT], client_token: str) -> None:
        try:
            response = await self._job.submit(item.request, client_token)
        except Exception as error:  # noqa: BLE001 - an outcome is made of it, and it is kept there
            self._settle(item, self._job.status_of(error), error=error)
        else:
            self._settle(item, self._job.status_of(response), response=response)

    async def _record(self, item: Item[RequestT, ResultT], ticket: Ticket) -> None:
        outcome = item.outcome
        if self.journal is not None and outcome is not None:
            response = outcome.response
            data = self._job.to_data(response) if response is not None else None
            await self.journal.end(ticket, outcome.status, data)

    def _settle(
        self,
        item: Item[RequestT, ResultT],
        status: BulkStatus,
        *,
        response: ResultT | None = None,
        error: Exception | None = None,
        recalled: bool = False,
    ) -> BulkOutcome[RequestT, ResultT]:
        """Give an item its outcome."""
        attempts = 0
        if response is not None and not recalled:
            attempts = self._job.attempts_of(response)
        elif error is not None:
            attempts = len(getattr(error, "attempts", ()))
            error.__traceback__ = None  # its frames hold every request that was near
            error.add_note(f"item {item.index}: {self._job.label(item.request)}")
        item.outcome = BulkOutcome(
            index=item.index,
            request=item.request,
            status=status,
            response=response,
            error=error,
            client_token=item.client_token,
            attempts=attempts,
            duration=self._clock() - item.read_at,
            recalled=recalled,
        )
        return item.outcome
