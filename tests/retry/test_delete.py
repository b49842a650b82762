"""A delete whose answer got lost, found gone at the next attempt, has succeeded; any other not-found has not."""

import pytest

from aio_workflows import (
    AioWorkflowsError,
    CallRateLimitExceededException,
    ConnectError,
    ConnectionLostError,
    DeleteWorkflowRequest,
    DeleteWorkflowResponse,
    GetWorkflowRequest,
    ReadTimeoutError,
    ResourceDependencyException,
    ResourceNotFoundException,
    RetryPolicy,
    ServiceException,
)
from aio_workflows.call import Caller
from aio_workflows.protocol.operations import DELETE_WORKFLOW, GET_WORKFLOW
from tests.scripted_transport import Scripted
from tests.virtual_time import VirtualTime

ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/abc/1.0.0/1"


def gone() -> ResourceNotFoundException:
    return ResourceNotFoundException("no such workflow", http_status=404, request_id="rid-404")


def caller(*errors: BaseException) -> Caller:
    async def make() -> Scripted:
        return Scripted(errors)

    time = VirtualTime()
    return Caller(make, timeout=60.0, policy=RetryPolicy(), clock=time.clock, sleep=time.sleep)


async def delete(*errors: BaseException) -> DeleteWorkflowResponse:
    return await caller(*errors).call(DELETE_WORKFLOW, DeleteWorkflowRequest(workflow_build_version_arn=ARN))


@pytest.mark.parametrize(
    "lost",
    [
        ConnectionLostError("reset"),
        ConnectionLostError("stale", reused=True),
        ReadTimeoutError("slow"),
        ServiceException("broken", http_status=500),
    ],
    ids=lambda lost: type(lost).__name__,
)
async def test_gone_after_an_answer_that_got_lost_is_done(lost: AioWorkflowsError) -> None:
    """The response is the one that got lost; the attempts tell what really came."""
    deleted = await delete(lost, gone())
    assert deleted == DeleteWorkflowResponse(workflow_build_version_arn=ARN)
    assert deleted.metadata is not None
    assert (deleted.metadata.http_status, deleted.metadata.request_id) == (404, "rid-404")
    assert deleted.metadata.attempts[-1].code == "ResourceNotFoundException"
    assert deleted.raw == {}


@pytest.mark.parametrize(
    "before",
    [(), (CallRateLimitExceededException("slow"),), (ConnectError("refused"),)],
    ids=["at once", "after a throttle", "after a refused connection"],
)
async def test_gone_before_anything_of_ours_arrived_is_an_error(
    before: tuple[AioWorkflowsError, ...],
) -> None:
    """Nothing of ours can have deleted it."""
    with pytest.raises(ResourceNotFoundException) as caught:
        await delete(*before, gone())
    assert caught.value.outcome == "rejected"


async def test_another_refusal_after_a_lost_answer_is_an_error() -> None:
    """And the outcome stays unknown."""
    with pytest.raises(ResourceDependencyException) as caught:
        await delete(ConnectionLostError("reset"), ResourceDependencyException("in use", http_status=400))
    assert caught.value.outcome == "unknown"


async def test_a_read_that_finds_nothing_is_an_error_whatever_went_before() -> None:
    """Only who deletes has done something when it is gone."""
    request = GetWorkflowRequest(workflow_build_version_arn=ARN)
    with pytest.raises(ResourceNotFoundException):
        await caller(ConnectionLostError("reset"), gone()).call(GET_WORKFLOW, request)
