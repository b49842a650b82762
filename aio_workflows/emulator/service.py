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
- Deleting takes one build of the caller's own; its number is not given again. What is in
  ``in_use`` cannot be deleted.
- Only builds have tags, each its own. Managed workflows can be read by everyone and changed by no one.
- A step that waits is RUNNING; one that waited too long is FAILED. An answer to a step that does not
  wait, or with another image's ARN, gives InvalidParameterValueException.
- A failed step with onFailure Abort cancels the steps after it and rolls back those before it; the
  execution ends as ROLLBACK_COMPLETED. With Continue it ends as COMPLETED, the failure counted.
- A comparison with an output of a step that was skipped does not hold.
- A member of another JSON type than the operation's: SerializationException, 400; null is absent.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from aio_workflows.emulator import answers
from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.executions import Executions
from aio_workflows.emulator.journal import Journal
from aio_workflows.emulator.listing import list_workflows
from aio_workflows.emulator.pages import Pages, PageSize, full
from aio_workflows.emulator.routes import members_of, operation_of
from aio_workflows.emulator.signature import Secret, Signer, access_key_of, region_of, verify
from aio_workflows.emulator.store import Store
from aio_workflows.emulator.upkeep import Upkeep
from aio_workflows.emulator.wire import Answer, Request
from aio_workflows.emulator.workflows import Caller, Fetch, FindKey, Members, Quotas, Workflows

DEFAULT_ACCOUNT: Final = "123456789012"
DEFAULT_REGION: Final = "us-east-1"
DUMMY_KEYS: Final = ("EMULATOR", "emulator")
"""The access key id and the secret that are known when no others are given."""
_OWN_CREDENTIALS: Final[Mapping[str, Secret | str]] = dict([DUMMY_KEYS])


class ImageBuilder:
    """EC2 Image Builder's workflows, in memory, for any number of accounts and Regions.

    ``credentials`` maps access key ids to secrets: then every request must be signed with one of
    them, for ``region`` if that is given. Without it there is one pair of keys, ``DUMMY_KEYS``, whose
    signatures are verified too, while unknown keys and unsigned requests are let in. ``region`` is
    where a request without a credential scope lands. ``objects`` are the documents that a
    ``uri`` may name; ``fetch`` and ``find_key`` look documents and KMS keys up elsewhere, and
    ``identify`` tells who asks. With ``check_documents`` a document in which the checker finds an
    error is refused. ``state`` is the file in which everything is kept; what was answered is not
    lost when the program is killed. ``page_size(asked)`` says how many items the next page of a
    listing gets, for pages that are short or empty before the last. ``in_use`` are ARNs of builds
    that cannot be deleted, as if a pipeline referred to them. A server may ask from several
    threads: ``lock`` is held while one request is done.
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
        check_documents: bool = False,
        state: str | Path | None = None,
        page_size: PageSize = full,
        clock: Callable[[], float] = time.time,
        new_request_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        fetch: Fetch | None = None,
        find_key: FindKey | None = None,
        identify: Callable[[Request], Caller] | None = None,
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.credentials: Mapping[str, Secret | str] = (
            credentials if credentials is not None else _OWN_CREDENTIALS
        )
        self._admits_strangers = credentials is None
        self.objects: Mapping[str, str] = objects if objects is not None else {}
        self.in_use: set[str] = set()
        self.lock: threading.Lock = threading.Lock()
        self._state = Path(state) if state is not None else None
        self._journal = Journal(self._state) if self._state is not None else None
        self.store: Store = Store(forget_tokens_after, self._journal)
        self.workflows: Workflows = Workflows(
            self.store,
            pages=Pages(page_size),
            quotas=quotas or Quotas(),
            fetch=fetch or self._fetch,
            find_key=find_key or _any_key,
            clock=clock,
            checks_documents=check_documents,
        )
        self.executions: Executions = Executions(self.workflows, clock=clock, new_request_id=new_request_id)
        self._identify = identify or self._signer
        self._clock = clock
        self.new_request_id = new_request_id
        upkeep = Upkeep(self.workflows, self.in_use)
        self._work: Mapping[str, Callable[[Caller, Members], Members]] = {
            "CreateWorkflow": self.workflows.create,
            "GetWorkflow": self.workflows.get,
            "ListWorkflows": partial(list_workflows, self.workflows),
            "ListWorkflowBuildVersions": upkeep.list_builds,
            "DeleteWorkflow": upkeep.delete,
            "TagResource": upkeep.tag,
            "UntagResource": upkeep.untag,
            "ListTagsForResource": upkeep.list_tags,
            "ListWorkflowExecutions": self.executions.list_executions,
            "GetWorkflowExecution": self.executions.get_execution,
            "ListWorkflowStepExecutions": self.executions.list_steps,
            "GetWorkflowStepExecution": self.executions.get_step,
            "ListWaitingWorkflowSteps": self.executions.list_waiting,
            "SendWorkflowStepAction": self.executions.send_action,
        }

    def close(self) -> None:
        """Let go of the state file. What is in memory can still be looked at."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def reopen(self) -> None:
        """Go on writing to the state file after :meth:`close`."""
        if self._state is not None and self._journal is None:
            self._journal = Journal(self._state)
            self.store.attach(self._journal)

    def handle(self, request: Request) -> Answer:
        """Do what is asked for, and answer as the service would. Never raises."""
        request_id = self.new_request_id()
        try:
            with self.lock:
                return answers.success(self._answer(request), request_id)
        except RefusalError as error:
            return answers.refusal(error, request_id)

    def _answer(self, request: Request) -> Members:
        operation = operation_of(request.method, request.path)
        if operation is None:
            raise RefusalError("UnknownOperationException", "The operation is not known.")
        return self._work[operation](self._identify(request), members_of(request))

    def _signer(self, request: Request) -> Caller:
        region = self.region
        if self._admits_strangers:
            if access_key_of(request) not in self.credentials:
                return Caller(self.account_id, region_of(request) or region or DEFAULT_REGION)
            region = None  # those who need not sign at all may sign for any
        signer: Signer = verify(request, self.credentials, now=self._clock(), region=region)
        return Caller(signer.account_id or self.account_id, signer.region)

    def _fetch(self, _caller: Caller, uri: str) -> str:
        try:
            return self.objects[uri]
        except KeyError:
            raise RefusalError(
                "AccessDeniedException", f"Access to the document at '{uri}' was denied."
            ) from None


def _any_key(_caller: Caller, _key_id: str) -> None:
    """Every KMS key may be used."""
