"""Exactly once, whatever happens: random scripts of faults under virtual time. Over sockets: test_faults."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aio_workflows import (
    AioWorkflowsError,
    CertificateError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    NameResolutionError,
    ReadTimeoutError,
    RetryPolicy,
    TransportError,
)
from aio_workflows.call import Caller
from aio_workflows.protocol.operations import CREATE_WORKFLOW
from tests.retry.model_service import ARN, DATE, Fault, ModelService, answered, lost
from tests.virtual_time import VirtualTime

REQUEST = CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="a", tags={"a": "b"})
LONGEST = 7 * 24 * 3600.0

NOT_SENT = [
    lost(ConnectError, "not_sent"),
    lost(ConnectTimeoutError, "not_sent"),
    lost(NameResolutionError, "not_sent", once="a name that does not resolve"),
]
# What a client cannot tell from a success whose answer got lost.
AMBIGUOUS = [
    lost(ConnectionLostError, "unknown"),
    lost(ConnectionLostError, "unknown", reused=True),
    lost(ReadTimeoutError, "unknown"),
    lost(TransportError, "unknown"),
    *(answered(status, tells="unknown", body=b"<html>") for status in (408, 500, 502, 503, 504)),
    answered(500, "ServiceException", tells="unknown"),
    answered(503, "ServiceUnavailableException", tells="unknown", retry_after="3"),
    answered(500, "InternalFailure", tells="unknown"),
    answered(599, "SomethingNewException", tells="unknown"),
    answered(400, "RequestAbortedException", tells="unknown"),
    # A failure of the server is one, whatever it calls itself.
    *(answered(500, code, tells="unknown") for code in ("ForbiddenException", "ResourceInUseException")),
    answered(502, "ResourceAlreadyExistsException", tells="unknown"),
    *(
        answered(200, tells="unknown", body=body)
        for body in (
            b"",
            b"{}",
            b"[]",
            b"\xff",
            b"<html>",
            b'{"workflowBuildVersionArn": "arn',
            b'{"clientToken": "t"}',
            f'{{"workflowBuildVersionArn": "{ARN}/9", "clientToken": "another"}}'.encode(),
        )
    ),
    answered(204, tells="unknown", body=b""),
]
REJECTED = [
    answered(429, "CallRateLimitExceededException", tells="rejected"),
    answered(429, "CallRateLimitExceededException", tells="rejected", retry_after="20"),
    answered(429, "TooManyRequestsException", tells="rejected", x_amz_retry_after="1500"),
    answered(429, "SomethingNewException", tells="rejected"),
    answered(429, tells="rejected", body=b""),
    answered(400, "ThrottlingException", tells="rejected"),
    answered(403, "ExpiredTokenException", tells="rejected", once="keys that are not accepted"),
    answered(403, "UnrecognizedClientException", tells="rejected", once="keys that are not accepted"),
    answered(403, "InvalidSignatureException", tells="rejected", once="a clock that is off", date=DATE),
]
IN_USE = answered(400, "ResourceInUseException", tells="rejected")
FINAL = [
    lost(CertificateError, "not_sent"),
    lost(ConfigurationError, "not_sent"),
    answered(307, tells="unknown", body=b"", location="http://127.0.0.1:9/"),
    *(
        answered(status, code, tells="rejected")
        for status, code in (
            (400, "InvalidParameterValueException"),
            (400, "IdempotentParameterMismatchException"),
            (400, "ResourceAlreadyExistsException"),
            (402, "ServiceQuotaExceededException"),
            (403, "ForbiddenException"),
            (403, "InvalidSignatureException"),
            (404, "SomethingNewException"),
            (412, "DryRunOperationException"),
        )
    ),
]


def befalling(faults: Sequence[Fault], *, rejections_lie: bool) -> st.SearchStrategy[Fault]:
    """One of the faults, quick or slow, after the work or before it where that can be."""

    def variants(fault: Fault, *, done: bool, seconds: float) -> Fault:
        may_be_done = fault.tells == "unknown" or (rejections_lie and fault.tells == "rejected")
        return replace(fault, done=done and may_be_done, seconds=seconds)

    seconds = st.just(0.0) | st.floats(0, 40, allow_subnormal=False)
    return st.builds(variants, st.sampled_from(faults), done=st.booleans(), seconds=seconds)


def bearable(script: Sequence[Fault]) -> list[Fault]:
    """The script without what a call cannot bear: what it bears once, a second time, and a workflow in
    use when it cannot be an attempt of its own that uses it."""
    kept = list[Fault]()
    for fault in script:
        if fault.once is not None and any(one.once == fault.once for one in kept):
            continue
        if fault.name == IN_USE.name and not any(one.tells == "unknown" for one in kept):
            continue
        kept.append(fault)
    return kept


async def create(
    service: ModelService, time: VirtualTime, *, timeout: float, **policy: Any
) -> CreateWorkflowResponse | AioWorkflowsError:
    """How a create ends."""

    async def make() -> ModelService:
        return service

    caller = Caller(
        make,
        timeout=timeout,
        policy=RetryPolicy(**policy),
        clock=time.clock,
        sleep=time.sleep,
        random=random.Random(policy["max_attempts"]).random,  # the same example waits the same
    )
    try:
        return await caller.call(CREATE_WORKFLOW, REQUEST)
    except AioWorkflowsError as error:
        return error


@settings(max_examples=400)
@given(
    script=st.lists(
        befalling([*NOT_SENT, *AMBIGUOUS, *REJECTED, IN_USE], rejections_lie=True), max_size=9
    ).map(bearable),
    spare=st.integers(0, 2),
)
async def test_faults_that_end_are_survived(script: list[Fault], spare: int) -> None:
    """Fewer faults than attempts, then health: success, and one build, even if a rejection was a lie."""
    time = VirtualTime()
    service = ModelService(time, script)
    ended = await create(service, time, timeout=LONGEST, max_attempts=len(script) + 1 + spare)
    assert isinstance(ended, CreateWorkflowResponse)
    assert service.builds == {ended.client_token: ended.workflow_build_version_arn}
    assert ended.metadata is not None
    errors = [record.error for record in ended.metadata.attempts]
    assert errors[-1] is None
    assert None not in errors[:-1]
    assert len(errors) <= len(script) + 1


@settings(max_examples=600)
@given(
    script=st.lists(
        befalling([*NOT_SENT, *AMBIGUOUS, *REJECTED, IN_USE, *FINAL], rejections_lie=False), max_size=9
    ),
    goes_on=st.booleans(),
    can_mend=st.booleans(),
    max_attempts=st.integers(1, 12),
    timeout=st.floats(0.01, 200, allow_subnormal=False),
)
async def test_whatever_happens_the_outcome_is_true(
    script: list[Fault], goes_on: bool, can_mend: bool, max_attempts: int, timeout: float
) -> None:
    """Any faults at all, for ever or with an end: an outcome in time, and no lie about the work."""
    time = VirtualTime()
    began = time.now
    faults: Iterator[Fault] = itertools.cycle(script) if goes_on else iter(script)
    service = ModelService(time, faults, can_mend=can_mend)
    ended = await create(service, time, timeout=timeout, max_attempts=max_attempts)
    assert time.now <= began + timeout + 1e-6
    assert len(service.builds) <= 1
    if isinstance(ended, CreateWorkflowResponse):
        assert service.builds == {ended.client_token: ended.workflow_build_version_arn}
        return
    assert {*service.builds} <= {ended.client_token}
    assert ended.stop_reason is not None
    assert 1 <= len(ended.attempts) <= max_attempts
    # Neither a lie nor an excuse: unknown if, and only if, something happened that leaves it open.
    assert (ended.outcome == "unknown") == ("unknown" in service.told)
    assert ended.outcome == "unknown" or not service.builds
