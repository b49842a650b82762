"""The behaviour of ListWorkflows: owners, filters, one entry a name, and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final

from aio_workflows.emulator import checks, parameters
from aio_workflows.emulator.answers import RefusalError, present
from aio_workflows.emulator.store import Version, WorkflowBuild
from aio_workflows.emulator.workflows import Caller, Members, Workflows
from aio_workflows.models.enums import Ownership

_FILTERED: Final[Mapping[str, Callable[[WorkflowBuild], str | None]]] = {
    name: attrgetter(name) for name in checks.FILTERS
}


def list_workflows(workflows: Workflows, caller: Caller, body: Members) -> Members:
    """One page of ListWorkflows, in the order in which the versions were created.

    A page is cut before it is filtered, as the service does: it may be short, or empty, and yet
    have a ``nextToken``.
    """
    given = parameters.LIST_WORKFLOWS.read(body)
    owner, filters = given.get("owner", "Self"), given.get("filters", [])
    by_name: bool = given.get("byName", False)
    if owner in {"Shared", "ThirdParty"}:
        raise checks.invalid_value("owner", f"The owner '{owner}' is not supported for workflows.")
    if by_name and any(one.get("name") == "version" for one in filters):
        raise RefusalError(
            "InvalidParameterCombinationException", "The filter 'version' cannot be combined with 'byName'."
        )
    versions = _versions(workflows, caller, owner)
    if by_name:
        versions = _last_of_each_name(versions)
    question = [caller.account, caller.region, owner, filters, by_name]
    page = workflows.pages.cut(((version.serial, version) for version in versions), given, question)
    entry = _entry_of_name if by_name else _entry
    entries = [entry(one.latest) for one in page.items if _passes(one.latest, filters)]
    return {"workflowVersionList": entries} | page.more


def _versions(workflows: Workflows, caller: Caller, owner: str) -> Iterable[Version]:
    """The versions of an owner. AWSMarketplace has none."""
    if owner == Ownership.AMAZON:
        return workflows.shelf_of_amazon(caller).versions()
    return workflows.store.shelf(caller.account, caller.region).versions() if owner == Ownership.SELF else ()


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
    return present(
        {
            "arn": build.version_arn,
            "name": build.name,
            "version": build.version,
            "description": build.description,
            "type": build.type,
            "owner": build.owner,
            "dateCreated": build.date_created,
        }
    )


def _entry_of_name(build: WorkflowBuild) -> dict[str, Any]:
    workflow = build.version_arn.rpartition("/")[0]
    return _entry(build) | {"arn": f"{workflow}/x.x.x"}
