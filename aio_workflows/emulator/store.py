"""What the service remembers: workflows, executions and client tokens, per account and Region.

Whatever changes is an event, plain data that goes through :meth:`Store.commit`: to the state file
first, if there is one, and then into the memory. Reading the file makes the same changes again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.execution import Execution
from aio_workflows.emulator.journal import Event, Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowBuild:
    """One build version of a workflow, as it was created. Only its tags ever change, in a new object.

    ``type`` is as the request had it (``BUILD``), ``version`` the text of the semantic version,
    ``build`` the number that the service gave. ``serial`` counts all builds in the order of creation.
    """

    arn: str
    name: str
    type: str
    version: str
    build: int
    owner: str
    data: str = field(repr=False)
    date_created: str
    description: str | None = None
    change_description: str | None = None
    kms_key_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    serial: int = 0

    @property
    def version_arn(self) -> str:
        """The ARN without the build number."""
        return self.arn.rpartition("/")[0]


@dataclass(slots=True, kw_only=True)
class Version:
    """The builds of one semantic version of a workflow, oldest first.

    ``serial`` counts the versions of a shelf in the order of their creation. ``builds_made`` counts
    those that were deleted too: a number is given once.
    """

    serial: int
    nodes: tuple[int, ...]
    builds: list[WorkflowBuild] = field(default_factory=list[WorkflowBuild])
    builds_made: int = 0

    @property
    def latest(self) -> WorkflowBuild:
        """The newest build."""
        return self.builds[-1]


class Tokens:
    """Client tokens and what was answered to them, forgotten after some time if so asked."""

    def __init__(self, forget_after: float | None = None) -> None:
        self._forget_after = forget_after
        self._known: OrderedDict[tuple[str, str], tuple[float, str, Mapping[str, Any]]] = OrderedDict()

    def recall(self, operation: str, token: str, digest: str, now: float) -> Mapping[str, Any] | None:
        """The first answer to this token, None if it is not known.

        :raises RefusalError: the token came with other parameters before.
        """
        self._forget(now)
        known = self._known.get((operation, token))
        if known is None:
            return None
        _, known_digest, members = known
        if digest != known_digest:
            raise RefusalError(
                "IdempotentParameterMismatchException",
                f"The client token '{token}' was used before in a request with other parameters.",
            )
        return members

    def remember(
        self, operation: str, token: str, digest: str, members: Mapping[str, Any], now: float
    ) -> None:
        """Keep the answer to a token."""
        self._known[operation, token] = now, digest, members

    def _forget(self, now: float) -> None:
        if self._forget_after is None:
            return
        while self._known:
            key = next(iter(self._known))
            if self._known[key][0] + self._forget_after > now:
                return
            del self._known[key]


class Shelf:
    """The workflows of one account in one Region."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._serial = 0
        self._by_serial: dict[int, Version] = {}
        self._by_workflow: dict[tuple[str, str], dict[str, Version]] = {}

    def version(self, kind: str, slug: str, version: str) -> Version | None:
        """The version with this very text, None if there is none."""
        found = self._kept(kind, slug, version)
        return found if found is not None and found.builds else None

    def next_build(self, kind: str, slug: str, version: str) -> int:
        """The number that the next build of a version gets."""
        found = self._kept(kind, slug, version)
        return found.builds_made + 1 if found is not None else 1

    def versions_of(self, kind: str, slug: str) -> list[Version]:
        """Every version of one workflow."""
        return [one for one in self._by_workflow.get((kind, slug), {}).values() if one.builds]

    def versions(self) -> Iterator[Version]:
        """Every version, in the order of creation."""
        return iter(self._by_serial.values())

    def add(self, kind: str, slug: str, build: WorkflowBuild) -> None:
        """Put a build on top of its version."""
        version = self.version(kind, slug, build.version)
        if version is None:
            self._serial += 1
            version = Version(serial=self._serial, nodes=numbers(build.version.split(".")))
            self._by_serial[self._serial] = version
            self._by_workflow.setdefault((kind, slug), {})[build.version] = version
        version.builds_made = build.build
        version.builds.append(build)

    def put(self, build: WorkflowBuild, instead: WorkflowBuild | None) -> None:
        """Replace a build, or take it away."""
        kind, slug = _workflow(build.arn)
        version = self.version(kind, slug, build.version)
        if version is None:
            return
        place = next(number for number, one in enumerate(version.builds) if one.arn == build.arn)
        version.builds[place : place + 1] = [instead] if instead is not None else []
        if not version.builds:
            del self._by_serial[version.serial]

    def _kept(self, kind: str, slug: str, version: str) -> Version | None:
        return self._by_workflow.get((kind, slug), {}).get(version)

    def __len__(self) -> int:
        return len(self._by_serial)


def numbers(nodes: Iterable[str]) -> tuple[int, ...]:
    """The nodes of a version as numbers, however many zeros lead them."""
    return tuple(int(node.lstrip("0") or "0") for node in nodes)


class Store:
    """Everything the service remembers. ``builds`` by ARN and ``executions`` by id, oldest first."""

    def __init__(self, forget_tokens_after: float | None = None, journal: Journal | None = None) -> None:
        self._forget_tokens_after = forget_tokens_after
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._serial = 0
        self._journal: Journal | None = None
        self._changes: Mapping[str, Callable[[Event], None]] = {
            "add build": self._add_build,
            "delete build": self._delete_build,
            "change tags": self._change_tags,
            "put execution": self._put_execution,
        }
        self.builds: dict[str, WorkflowBuild] = {}
        self.executions: dict[str, Execution] = {}
        if journal is not None:
            self._replay(journal)
            self._journal = journal

    def _replay(self, journal: Journal) -> None:
        """Do every change of a state file again; a file that cannot be used is let go of."""
        try:
            for number, event in enumerate(journal.events(), start=1):
                try:
                    self._apply(event)
                except (KeyError, TypeError, ValueError):
                    raise ValueError(
                        f"{journal.path}, line {number}: not the state of an emulator of this version"
                    ) from None
        except BaseException:
            journal.close()
            raise

    def shelf(self, account: str, region: str) -> Shelf:
        """The shelf of an account in a Region, empty at first."""
        shelf = self._shelves.get((account, region))
        if shelf is None:
            shelf = self._shelves[account, region] = Shelf(Tokens(self._forget_tokens_after))
        return shelf

    def commit(self, event: Event) -> None:
        """Make a change that outlives the program."""
        if self._journal is not None:
            self._journal.append(event)
        self._apply(event)

    def attach(self, journal: Journal | None) -> None:
        """Write what comes to another file, or to none."""
        self._journal = journal

    def _apply(self, event: Event) -> None:
        self._changes[event["do"]](event)
        token = event.get("token")
        if token is not None:
            account, region, operation, text, digest, answer, now = token
            self.shelf(account, region).tokens.remember(operation, text, digest, answer, now)

    def _add_build(self, event: Event) -> None:
        self._serial += 1
        build = WorkflowBuild(**event["build"], serial=self._serial)
        self._shelf_of(build.arn).add(*_workflow(build.arn), build)
        self.builds[build.arn] = build

    def _delete_build(self, event: Event) -> None:
        build = self.builds.pop(event["arn"])
        self._shelf_of(build.arn).put(build, None)

    def _change_tags(self, event: Event) -> None:
        build = self.builds[event["arn"]]
        tagged = self.builds[build.arn] = replace(build, tags=event["tags"])
        self._shelf_of(build.arn).put(build, tagged)

    def _put_execution(self, event: Event) -> None:
        execution = Execution.from_plain(event["execution"])
        self.executions[execution.execution_id] = execution

    def _shelf_of(self, arn: str) -> Shelf:
        _, _, _, region, account, _ = arn.split(":", 5)
        return self.shelf(account, region)


def build_added(build: WorkflowBuild, token: tuple[Any, ...] | None) -> Event:
    """The event of a new build. ``token`` is what to remember of the client token, if there is one."""
    members = asdict(build)
    del members["serial"]
    return {"do": "add build", "build": members, "token": token}


def _workflow(arn: str) -> tuple[str, str]:
    """The type and the slug in an ARN."""
    _, kind, slug, *_ = arn.split("/")
    return kind.upper(), slug
