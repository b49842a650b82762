"""Requests, answers, paths and errors are the service model's, or the difference is listed with its reason."""

import copy
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from reports.conformance import DIFFERENCES, NEWEST, Listed

from aio_workflows.errors.service import ERRORS_BY_CODE
from aio_workflows.protocol.operations import OPERATIONS
from tests.conformance.walk import Difference, differences
from tests.service_model import service_model


def lists(listed: Listed, found: Difference) -> bool:
    # In fnmatch brackets are sets of characters; in a place they are brackets.
    return fnmatchcase(found.place, listed.place.replace("[]", "[[]]"))


FOUND = list(differences(service_model()))


def numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


MODEL_IS_NEW = numbers(botocore.__version__) >= numbers(NEWEST)


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.place)
def test_every_difference_is_listed(found: Difference) -> None:
    """Those of older models may show with an older botocore only."""
    matching = [one for one in DIFFERENCES if lists(one, found) and not (one.older and MODEL_IS_NEW)]
    assert len(matching) == 1, f"the model says {found.model}, we say {found.ours}"


@pytest.mark.parametrize(
    "listed", [one for one in DIFFERENCES if not one.older], ids=lambda listed: listed.place
)
def test_every_line_of_the_list_is_a_difference(listed: Listed) -> None:
    """A reason for what does not differ would mislead."""
    assert any(lists(listed, found) for found in FOUND)


def test_the_whole_family_is_compared() -> None:
    """Every operation of the model that speaks of workflows is ours, tags included."""
    tags = {"TagResource", "UntagResource", "ListTagsForResource"}
    workflows = {name for name in service_model().operation_names if "Workflow" in name}
    assert set(OPERATIONS) == workflows | tags


def test_every_exception_of_the_model_has_its_class() -> None:
    """On whatever operation it is declared: a known code may arrive on any."""
    assert {shape.name for shape in service_model().error_shapes} <= ERRORS_BY_CODE.keys()


# The test of the test: the model is changed in one place, and the walk must see it.

Change = Callable[[dict[str, Any]], object]

CHANGES: dict[str, Change] = {
    "CreateWorkflow.method": lambda model: model["operations"]["CreateWorkflow"]["http"].update(
        method="POST"
    ),
    "TagResource.path": lambda model: model["operations"]["TagResource"]["http"].update(
        requestUri="/tag/{resourceArn}"
    ),
    "GetWorkflow.request.workflowBuildVersionArn.place": lambda model: model["shapes"]["GetWorkflowRequest"][
        "members"
    ]["workflowBuildVersionArn"].update(location="header"),
    "UntagResource.request.tagKeys.wire name": lambda model: model["shapes"]["UntagResourceRequest"][
        "members"
    ]["tagKeys"].update(locationName="keys"),
    "CreateWorkflow.request.novelty": lambda model: model["shapes"]["CreateWorkflowRequest"][
        "members"
    ].update(novelty={"shape": "NonEmptyString"}),
    "CreateWorkflow.request.description.length": lambda model: model["shapes"]["NonEmptyString"].update(
        max=99
    ),
    "DeleteWorkflow.request.workflowBuildVersionArn.pattern": lambda model: model["shapes"][
        "WorkflowBuildVersionArn"
    ].update(pattern="^arn:.*$"),
    "ListWorkflows.request.maxResults.range": lambda model: model["shapes"]["RestrictedInteger"].update(
        max=50
    ),
    "ListWorkflows.request.filters.length": lambda model: model["shapes"]["FilterList"].update(max=11),
    "ListWorkflows.request.filters[].values[].pattern": lambda model: model["shapes"]["FilterValue"].update(
        pattern="^x$"
    ),
    "UntagResource.request.tagKeys[].length": lambda model: model["shapes"]["TagKey"].update(max=64),
    "TagResource.request.tags value.length": lambda model: model["shapes"]["TagValue"].update(max=64),
    "CreateWorkflow.request.kmsKeyId.required": lambda model: model["shapes"]["CreateWorkflowRequest"][
        "required"
    ].append("kmsKeyId"),
    "SendWorkflowStepAction.request.action.enum": lambda model: model["shapes"]["WorkflowStepActionType"][
        "enum"
    ].append("WAIT"),
    "GetWorkflowExecution.response.status.enum": lambda model: model["shapes"]["WorkflowExecutionStatus"][
        "enum"
    ].append("WAITING"),
    "GetWorkflow.response.workflow.state.novelty": lambda model: model["shapes"]["WorkflowState"][
        "members"
    ].update(novelty={"shape": "NonEmptyString"}),
    "GetWorkflow.response.workflow.parameters[].defaultValue.type": lambda model: model["shapes"][
        "WorkflowParameterDetail"
    ]["members"].update(defaultValue={"shape": "NonEmptyString"}),
    "ListWorkflowExecutions.response.workflowExecutions[].totalStepCount.type": lambda model: model["shapes"][
        "WorkflowStepCount"
    ].update(type="string"),
    "SendWorkflowStepAction.token": lambda model: model["shapes"]["SendWorkflowStepActionRequest"]["members"][
        "clientToken"
    ].update(idempotencyToken=False),
    "ListWorkflows.pages": lambda model: model["shapes"]["ListWorkflowsResponse"]["members"].pop("nextToken"),
    "TagResource.silent": lambda model: model["shapes"]["TagResourceResponse"]["members"].update(
        requestId={"shape": "NonEmptyString"}
    ),
    "CreateWorkflow.errors.ForbiddenException.members": lambda model: model["shapes"]["ForbiddenException"][
        "members"
    ].update(why={"shape": "NonEmptyString"}),
}


@pytest.mark.parametrize("place", CHANGES)
def test_a_change_of_the_model_is_seen(place: str) -> None:
    """A walk that passes over something would let it drift unseen."""
    data = copy.deepcopy(Loader().load_service_model("imagebuilder", "service-2"))
    CHANGES[place](data)
    changed = {found.place for found in differences(ServiceModel(data, "imagebuilder"))}
    assert place in changed - {found.place for found in FOUND}
