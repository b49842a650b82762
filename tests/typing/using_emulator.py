"""The emulator: started, asked, made to misbehave. Checked by `nox -s typing`, never run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, assert_type

from aio_workflows import WorkflowsClient
from aio_workflows.emulator import (
    AtRandom,
    ByOperation,
    Close,
    CloseAfter,
    Delay,
    Drip,
    Emulator,
    Execution,
    Fails,
    Fault,
    FaultScript,
    Garbage,
    GoStale,
    HalfAnswer,
    ImageBuilder,
    InTurn,
    Quotas,
    RateLimit,
    RecordedRequest,
    Reset,
    Respond,
    Secret,
    StepRun,
    WorkflowBuild,
    redirect,
    serve,
    throttled,
)


class EverySecond:
    """A script of one's own."""

    def __init__(self, fault: Fault) -> None:
        self._fault, self._even = fault, False

    def next(self, operation: str | None) -> Fault | None:
        self._even = not self._even
        return self._fault if self._even and operation is not None else None


async def running() -> None:
    async with Emulator() as emulator, emulator.client(timeout=5) as client:
        assert_type(emulator, Emulator)
        assert_type(client, WorkflowsClient)
        assert_type(emulator.url, str)
        assert_type((emulator.port, emulator.region), tuple[int, str])
        assert_type(emulator.boto_options(), dict[str, Any])
    started = await Emulator(
        port=0,
        account_id="123456789012",
        region="eu-west-1",
        credentials={"AKIDEXAMPLE": "a secret", "AKIDOTHER": Secret("another", session_token="t")},
        objects={"s3://bucket/key": "steps: []"},
        quotas=Quotas(workflows=10),
        forget_tokens_after=600,
        check_documents=True,
        state="image-builder.state",
        page_size=lambda asked: asked // 2,
        faults=[throttled(), None],
        rate_limit=RateLimit(rate=20, burst=20),
        keep_requests=100,
    ).start()
    assert_type(started, Emulator)
    await started.stop()
    serve(Emulator(port=4566), ready=lambda emulator: None)


def looking(emulator: Emulator) -> None:
    assert_type(emulator.workflows, list[WorkflowBuild])
    assert_type(emulator.builds, list[str])
    assert_type(emulator.in_use, set[str])
    assert_type(emulator.executions, list[Execution])
    assert_type(emulator.service, ImageBuilder)
    for request in emulator.requests:
        assert_type(request, RecordedRequest)
    outcomes: Mapping[str, Mapping[str, Any] | Fails] = {"Launch": Fails("no capacity", times=1)}
    played = emulator.play(
        emulator.builds[0],
        image_arn=None,
        parameters={"waitFor": "ssmAgent"},
        variables={"platform": "Linux"},
        outcomes=outcomes,
        seconds={"Launch": 1.5},
        region="eu-west-1",
    )
    assert_type(played, str)
    put = emulator.put_execution(
        workflow_arn=emulator.builds[0],
        image_arn="arn:aws:imagebuilder:eu-west-1:123456789012:image/abc/1.0.0/1",
        steps=[StepRun(step_id="step-1", name="Launch", action="LaunchInstance")],
        status="FAILED",
    )
    assert_type(put, str)


def misbehaving(emulator: Emulator) -> None:
    emulator.faults = [throttled(), throttled(2.5), throttled(datetime(2030, 1, 1, tzinfo=UTC))]
    emulator.faults = [redirect("http://example.com"), Respond(502, form="html"), Respond(body=b"{}")]
    emulator.faults = {"CreateWorkflow": [Delay(0.1, then=Reset(done=True)), HalfAnswer(keep=0.1)]}
    emulator.faults = InTurn([Close(), CloseAfter(1), Drip(), Garbage(), GoStale()], repeat=True)
    emulator.faults = ByOperation({"GetWorkflow": [Close(done=True)], "ListWorkflows": EverySecond(Close())})
    emulator.faults = AtRandom([(0.1, Reset(unread=True))], seed=7)
    emulator.faults = EverySecond(throttled())
    emulator.faults = None
    assert_type(emulator.faults, FaultScript)
    assert_type(emulator.faults.next("CreateWorkflow"), Fault | None)
    assert_type(throttled(), Respond)
    assert_type(redirect("http://example.com", 302), Respond)
    assert_type(emulator.rate_limit, RateLimit | None)
    emulator.rate_limit = RateLimit(rate=1.5)
    emulator.rate_limit = None
