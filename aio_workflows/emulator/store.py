"""What the service remembers: builds of workflows and client tokens, per account and Region, in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aio_workflows.emulator.answers import RefusalError


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowBuild:
    """One build version of a workflow, as it was created. It never changes.

    ``type`` is as the request had it (``BUILD``), ``version`` the text of the semantic version,
    ``build`` the number that the service gave.
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

    @property
    def version_arn(self) -> str:
        """The ARN without the build number."""
        return self.arn.rpartition("/")[0]


@dataclass(slots=True, kw_only=True)
class Version:
    """The builds of one semantic version of a workflow, oldest first.

    ``serial`` counts the versions of a shelf in the order of their creation.
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
        return self._by_workflow.get((kind, slug), {}).get(version)

    def versions_of(self, kind: str, slug: str) -> list[Version]:
        """Every version of one workflow."""
        return list(self._by_workflow.get((kind, slug), {}).values())

    def versions(self) -> Iterator[Version]:
        """Every version, in the order of creation."""
        return iter(self._by_serial.values())

    def add_version(self, kind: str, slug: str, version: str) -> Version:
        """Make room for the first build of a version."""
        self._serial += 1
        added = Version(serial=self._serial, nodes=numbers(version.split(".")))
        self._by_serial[self._serial] = added
        self._by_workflow.setdefault((kind, slug), {})[version] = added
        return added

    def __len__(self) -> int:
        return len(self._by_serial)


def numbers(nodes: Iterable[str]) -> tuple[int, ...]:
    """The nodes of a version as numbers, however many zeros lead them."""
    return tuple(int(node.lstrip("0") or "0") for node in nodes)


class Store:
    """Everything the service remembers."""

    def __init__(self, forget_tokens_after: float | None = None) -> None:
        self._forget_tokens_after = forget_tokens_after
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self.builds: dict[str, WorkflowBuild] = {}

    def shelf(self, account: str, region: str) -> Shelf:
        """The shelf of an account in a Region, empty at first."""
        shelf = self._shelves.get((account, region))
        if shelf is None:
            shelf = self._shelves[account, region] = Shelf(Tokens(self._forget_tokens_after))
        return shelf

    def add(self, version: Version, build: WorkflowBuild) -> None:
        """Put a build on top of its version."""
        version.builds_made = build.build
        version.builds.append(build)
        self.builds[build.arn] = build
