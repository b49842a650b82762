"""The behaviour of ListWorkflowBuildVersions, DeleteWorkflow and the three operations on tags."""

from __future__ import annotations

from collections.abc import Collection
from operator import itemgetter

from aio_workflows.emulator import checks, managed, parameters
from aio_workflows.emulator.answers import RefusalError, not_found
from aio_workflows.emulator.store import WorkflowBuild
from aio_workflows.emulator.workflows import Caller, Members, Workflows, summary


class Upkeep:
    """What is done to workflows after they were made. ``in_use`` are ARNs that something depends on."""

    def __init__(self, workflows: Workflows, in_use: Collection[str]) -> None:
        self._workflows = workflows
        self._store = workflows.store
        self._in_use = in_use

    def list_builds(self, caller: Caller, body: Members) -> Members:
        """ListWorkflowBuildVersions: one page of the builds of a version, or of all builds, newest first."""
        given = parameters.LIST_WORKFLOW_BUILD_VERSIONS.read(body)
        arn: str | None = given.get("workflowVersionArn")
        every = self._store.shelf(caller.account, caller.region).versions
        versions = every() if arn is None else self._workflows.versions(caller, arn)
        found = [(-build.serial, build) for version in versions for build in version.builds]
        newest_first = sorted(found, key=itemgetter(0))
        page = self._workflows.pages.cut(newest_first, given, ["builds", caller.account, caller.region, arn])
        return {"workflowSummaryList": [summary(build) for build in page.items]} | page.more

    def delete(self, caller: Caller, query: Members) -> Members:
        """DeleteWorkflow: one build."""
        arn = parameters.DELETE_WORKFLOW.read(query)["workflowBuildVersionArn"]
        build = self._own_build(caller, arn)
        if build.arn in self._in_use:
            raise RefusalError(
                "ResourceDependencyException",
                f"Resource dependency error: The resource ARN '{build.arn}' "
                "has other resources depended on it.",
            )
        self._store.commit({"do": "delete build", "arn": build.arn})
        return {"workflowBuildVersionArn": build.arn}

    def tag(self, caller: Caller, members: Members) -> Members:
        """TagResource: new tags are added, known ones get the new value."""
        with checks.as_invalid_parameter():
            given = parameters.TAG_RESOURCE.read(members)
            build = self._own_build(caller, given["resourceArn"])
            changed = {**build.tags, **given["tags"]}
            checks.tags("tags", changed)
        self._store.commit({"do": "change tags", "arn": build.arn, "tags": changed})
        return {}

    def untag(self, caller: Caller, members: Members) -> Members:
        """UntagResource: keys that are not there do not matter."""
        with checks.as_invalid_parameter():
            given = parameters.UNTAG_RESOURCE.read(members)
            build = self._own_build(caller, given["resourceArn"])
        left = {key: value for key, value in build.tags.items() if key not in given["tagKeys"]}
        self._store.commit({"do": "change tags", "arn": build.arn, "tags": left})
        return {}

    def list_tags(self, caller: Caller, members: Members) -> Members:
        """ListTagsForResource."""
        with checks.as_invalid_parameter():
            arn: str = parameters.LIST_TAGS_FOR_RESOURCE.read(members)["resourceArn"]
        self._workflows.shelf_of_amazon(caller)  # tags of managed workflows can be read too
        build = self._store.builds.get(arn)
        if build is None or not (_belongs(build, caller) or _belongs(build, caller.amazon)):
            raise not_found("Workflow", arn)
        return {"tags": dict(build.tags)}

    def _own_build(self, caller: Caller, arn: str) -> WorkflowBuild:
        if arn.startswith(f"{caller.amazon.arn_prefix}/"):
            raise RefusalError(
                "AccessDeniedException", f"You may not change what {managed.OWNER} owns: '{arn}'."
            )
        build = self._store.builds.get(arn)
        if build is None or not _belongs(build, caller):
            raise not_found("Workflow", arn)
        return build


def _belongs(build: WorkflowBuild, caller: Caller) -> bool:
    return build.arn.startswith(f"{caller.arn_prefix}/")
