"""The behaviour of ListWorkflows: owners, filters, one entry a name, and pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from operator import attrgetter
from typing import Any, Final

from aio_workflows.emulator import checks
from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.store import Store, Version, WorkflowBuild
from aio_workflows.emulator.workflows import Caller, Members
from aio_workflows.models import constraints

_PAGE: Final = constraints.MAX_RESULTS[-1]

_FILTERED: Final[Mapping[str, Callable[[WorkflowBuild], str | None]]] = {
    name: attrgetter(name) for name in checks.FILTERS
}


def list_workflows(store: Store, caller: Caller, body: Members) -> Members:
    """One page of ListWorkflows, in the order in which the versions were created.

    A page is cut before it is filtered, as the service does: it may be short, or empty, and yet
    have a ``nextToken``.
    """
    given = checks.shape(body, checks.LIST_SHAPES)
    checks.check_all(given, checks.LIST_CHECKS)
    owner, filters = given.get("owner", "Self"), given.get("filters", [])
    by_name: bool = given.get("byName", False)
    size: int = given.get("maxResults", _PAGE)
    if owner in {"Shared", "ThirdParty"}:
        raise checks.invalid_value("owner", f"The owner '{owner}' is not supported for workflows.")
    if by_name and any(one.get("name") == "version" for one in filters):
        raise RefusalError(
            "InvalidParameterCombinationException", "The filter 'version' cannot be combined with 'byName'."
        )
    # The rest of a listing belongs to the question that began it, whatever the pages' size.
    question = json.dumps([caller.account, caller.region, owner, filters, by_name])
    after = _position(given["nextToken"], question) if "nextToken" in given else 0
    versions = _versions(store, caller, owner)
    if by_name:
        versions = _last_of_each_name(versions)
    page: list[Version] = list(islice((version for version in versions if version.serial > after), size + 1))
    entry = _entry_of_name if by_name else _entry
    answer: dict[str, Any] = {
        "workflowVersionList": [entry(one.latest) for one in page[:size] if _passes(one.latest, filters)]
    }
    if len(page) > size:
        answer["nextToken"] = _token(page[size - 1].serial, question)
    return answer


def _versions(store: Store, caller: Caller, owner: str) -> Iterable[Version]:
    return store.shelf(caller.account, caller.region).versions() if owner == "Self" else ()


def _last_of_each_name(versions: Iterable[Version]) -> list[Version]:
    last = dict[tuple[str, str], Version]()
    for version in versions:
        workflow = version.latest.type, version.latest.version_arn.rpartition("/")[0]
        if workflow not in last or version.nodes > last[workflow].nodes:
            last[workflow] = version
    return sorted(last.values(), key=lambda version: version.serial)


def _passes(build: WorkflowBuild, filters: Iterable[Mapping[str, Any]]) -> bool:
    return all(_FILTERED[one["name"]](build) in one["values"] for one in filters)


def _entry(build: WorkflowBuild) -> dict[str, Any]:
    members = {
        "arn": build.version_arn,
        "name": build.name,
        "version": build.version,
        "description": build.description,
        "type": build.type,
        "owner": build.owner,
        "dateCreated": build.date_created,
    }
    return {name: value for name, value in members.items() if value is not None}


def _entry_of_name(build: WorkflowBuild) -> dict[str, Any]:
    workflow = build.version_arn.rpartition("/")[0]
    return _entry(build) | {"arn": f"{workflow}/x.x.x"}


# --- The page token: where the page ended, and a seal over that and the question -------------------------


def _token(serial: int, question: str) -> str:
    return base64.urlsafe_b64encode(f"{serial}:{_seal(serial, question)}".encode()).decode()


def _position(token: str, question: str) -> int:
    try:
        serial, _, seal = (
            base64.b64decode(token, altchars=b"-_", validate=True).decode("ascii").partition(":")
        )
        position = int(serial)
    except (ValueError, binascii.Error):
        position, seal = 0, ""
    if seal != _seal(position, question):
        raise RefusalError(
            "InvalidPaginationTokenException", "The value supplied for parameter 'nextToken' is not valid."
        )
    return position


def _seal(serial: int, question: str) -> str:
    return hashlib.sha256(f"{serial}:{question}".encode()).hexdigest()[:32]
