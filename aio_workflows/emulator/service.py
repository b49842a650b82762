"""The service without the network: a request in, an answer out, everything else in memory.

    builder = ImageBuilder()
    status, headers, body = builder.handle(Request("PUT", "/CreateWorkflow", body=b'{"name": ...}'))

Where AWS documents nothing, these were chosen:

- A build is identical to the latest one if document, description and KMS key are; the description
  of the change and the tags do not count.
- Client tokens count per account, Region and operation. Only a success is remembered: a request
  that was refused may be mended and sent again with its token. A dry run neither uses a token up
  nor is answered by one.
- Both or neither of data and uri: InvalidParameterCombinationException.
- A document by uri that may not be read: AccessDeniedException; one that is too large:
  InvalidParameterValueException.
- Versions that differ only in leading zeros are two versions, since their ARNs differ; wildcards
  compare them by their numbers.
- An ARN of another account or Region is not found. An ARN such as x.2.x, or with a number out of
  bounds, gives InvalidVersionNumberException.
- The quota of workflows counts versions, not builds.
- Lists are in the order of creation. With byName the entry is the highest version's, its ARN ends
  in x.x.x. Filters compare whole texts, and are applied after a page is cut. A nextToken goes with
  the question that began the list; the size of the pages may change.
- A member of another JSON type than the operation's: SerializationException, 400; null is absent.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from aio_workflows.emulator import answers
from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.listing import list_workflows
from aio_workflows.emulator.signature import Secret, Signer, region_of, verify
from aio_workflows.emulator.store import Store
from aio_workflows.emulator.wire import Answer, Request
from aio_workflows.emulator.workflows import Caller, Members, Quotas, Workflows

DEFAULT_ACCOUNT: Final = "123456789012"
DEFAULT_REGION: Final = "us-east-1"

_NO_QUERY: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class _Route:
    name: str
    work: Callable[[ImageBuilder, Caller, Members], Members]
    members: Callable[[Request], Members]


class ImageBuilder:
    """EC2 Image Builder's workflows, in memory, for any number of accounts and Regions.

    ``credentials`` maps access key ids to secrets; with it every signature is verified, without it
    any is accepted. ``region`` is where a request without a credential scope lands, and the only
    Region that a verified signature may name, if given. ``objects`` are the documents that a
    ``uri`` may name.
    """

    def __init__(
        self,
        *,
        account_id: str = DEFAULT_ACCOUNT,
        region: str | None = None,
        credentials: Mapping[str, Secret | str] | None = None,
        objects: Mapping[str, str] | None = None,
        quotas: Quotas | None = None,
        forget_tokens_after: float | None = None,
        clock: Callable[[], float] = time.time,
        new_request_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.credentials = credentials
        self.objects: Mapping[str, str] = objects if objects is not None else {}
        self.store = Store(forget_tokens_after)
        self.workflows = Workflows(self.store, quotas=quotas or Quotas(), fetch=self._fetch, clock=clock)
        self._clock = clock
        self.new_request_id = new_request_id

    def handle(self, request: Request) -> Answer:
        """Do what is asked for, and answer as the service would. Never raises."""
        request_id = self.new_request_id()
        try:
            return answers.success(self._work(request), request_id)
        except RefusalError as error:
            return answers.refusal(error, request_id)

    def _work(self, request: Request) -> Members:
        route = _ROUTES.get((request.method, request.path))
        if route is None:
            raise RefusalError("UnknownOperationException", "The operation is not known.")
        return route.work(self, self._caller(request), route.members(request))

    def _caller(self, request: Request) -> Caller:
        if self.credentials is None:
            return Caller(self.account_id, region_of(request) or self.region or DEFAULT_REGION)
        signer: Signer = verify(request, self.credentials, now=self._clock(), region=self.region)
        return Caller(signer.account_id or self.account_id, signer.region)

    def _fetch(self, uri: str) -> str:
        try:
            return self.objects[uri]
        except KeyError:
            raise RefusalError(
                "AccessDeniedException", f"Access to the document at '{uri}' was denied."
            ) from None


def operation_of(method: str, path: str) -> str | None:
    """The name of the operation that a request asks for, None if there is none."""
    route = _ROUTES.get((method, path))
    return route.name if route is not None else None


def _from_body(request: Request) -> Members:
    if not request.body:
        return _NO_QUERY
    try:
        members: object = json.loads(request.body)
    except (ValueError, RecursionError):
        raise RefusalError("SerializationException", "The request's body is not valid JSON.") from None
    if not isinstance(members, dict):
        raise RefusalError("SerializationException", "The request's body is not a JSON object.")
    return members  # pyright: ignore[reportUnknownVariableType]


def _from_query(request: Request) -> Members:
    return dict(parse_qsl(request.query, keep_blank_values=True))


_ROUTES: Final[Mapping[tuple[str, str], _Route]] = {
    ("PUT", "/CreateWorkflow"): _Route(
        "CreateWorkflow",
        lambda service, caller, members: service.workflows.create(caller, members),
        _from_body,
    ),
    ("GET", "/GetWorkflow"): _Route(
        "GetWorkflow", lambda service, caller, members: service.workflows.get(caller, members), _from_query
    ),
    ("POST", "/ListWorkflows"): _Route(
        "ListWorkflows",
        lambda service, caller, members: list_workflows(service.store, caller, members),
        _from_body,
    ),
}
