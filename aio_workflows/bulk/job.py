"""What the bulk engine has to know of a kind of work; ``create`` is the first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Generic

from aio_workflows.bulk.outcome import BulkStatus, RequestT, ResultT


class BulkJob(ABC, Generic[RequestT, ResultT]):
    """A kind of work: how an item is done, recognised, recorded and named.

    The engine calls ``resource`` first, and sends no request for which it raises.
    """

    name: str
    """The kind, as people and the journal call it: ``"CreateWorkflow"``."""

    noun: str
    """What the items are, in the plural: ``"workflows"``."""

    scope: str | None
    """Where the work goes, such as a Region; a journal of another place is refused. None: not known."""

    is_state: bool = False
    """Whether an item says how its resource is to be, so that other content for it undoes the item: the
    journal recalls only the content that was read last."""

    @abstractmethod
    def resource(self, request: RequestT) -> str:
        """What the item will be: two items of one resource and different content collide.

        :raises RequestValidationError: it is not a request for this job.
        """

    @abstractmethod
    def digest(self, request: RequestT) -> bytes:
        """The hash of the whole content, without a client token: the same in every process."""

    @abstractmethod
    def given_token(self, request: RequestT) -> str | None:
        """The client token that the caller has put into the request, None for none."""

    @abstractmethod
    async def submit(self, request: RequestT, client_token: str) -> ResultT:
        """Do the work. With the same token it is done once, for as long as the service remembers it."""

    @abstractmethod
    async def look_up(self, request: RequestT) -> ResultT | None:
        """Find out whether the work was done in the past, None if it was not.

        Asked about an item that was perhaps sent, so long ago that its token may be forgotten.
        """

    @abstractmethod
    def status_of(self, result: ResultT | Exception) -> BulkStatus:
        """What a result, or the error of ``submit``, makes of the item."""

    @abstractmethod
    def attempts_of(self, result: ResultT) -> int:
        """How many attempts led to a result."""

    def slim(self, result: ResultT) -> ResultT:
        """A result without what is too large to be kept for every item of a run: here, as it is."""
        return result

    @abstractmethod
    def to_data(self, result: ResultT) -> Mapping[str, object]:
        """A result as plain data for the journal: no document, no secret."""

    @abstractmethod
    def from_data(self, data: object) -> ResultT:
        """The result that ``to_data`` has written.

        :raises ValueError: it is something else.
        """

    @abstractmethod
    def record(self, request: RequestT, result: ResultT | None) -> Mapping[str, object]:
        """The columns that name an item in a table, and as the last one what came of it: short plain values."""

    @abstractmethod
    def label(self, request: RequestT) -> str:
        """The item in a few words, for messages: ``"harden-linux 1.0.0 (BUILD)"``."""
