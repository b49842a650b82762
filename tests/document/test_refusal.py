"""Documents with errors: refused by the client before anything is sent, and by an emulator that checks."""

import traceback
from typing import Any

import pytest

from aio_workflows import CreateWorkflowRequest, InvalidParameterValueException, RequestValidationError
from aio_workflows.document import check_document
from aio_workflows.document.refusal import refusal
from aio_workflows.emulator import Emulator
from tests.document.cases import GOOD

SECRET = "hunter2"
BROKEN = f"""\
schemaVersion: 1.0
steps:
  - name: Launch
    action: LaunchInstance
    onFailure: abort
    inputs:
      waitFor: ssmAgent
      imageIdOverride.$: $.parameters.image
  - name: Wait
    action: WaitForAction
    timeoutSeconds: {SECRET}
    inputs:
      payload: {SECRET}
"""
DOUBTFUL = f"{GOOD}    timeoutInSeconds: 60\n"


def fields(**changes: Any) -> dict[str, Any]:
    return {"name": "harden-linux", "semantic_version": "1.0.0", "type": "BUILD", "data": GOOD, **changes}


async def test_a_document_with_errors_is_not_sent() -> None:
    """Every error is told, with its place; the document is not."""
    async with Emulator() as emulator, emulator.client() as client:
        for how in ({"request": CreateWorkflowRequest(**fields(data=BROKEN))}, fields(data=BROKEN)):
            with pytest.raises(RequestValidationError) as caught:
                await client.create_workflow(check_document=True, **how)
            assert [(one.field, one.rule) for one in caught.value.complaints] == [
                ("steps[0].onFailure", "WF110"),
                ("steps[0].inputs.imageIdOverride.$", "WF501"),
                ("steps[1].timeoutSeconds", "WF105"),
            ]
            assert "(line 5, column 16)" in str(caught.value)
            assert "(line 8, column 26)" in str(caught.value)
            assert "(line 11, column 21)" in str(caught.value)
            assert caught.value.outcome == "not_sent"
            assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert not emulator.requests


async def test_a_document_is_sent_unchecked_unless_asked() -> None:
    async with Emulator() as emulator, emulator.client() as client:
        await client.create_workflow(**fields(data=BROKEN))
        assert len(emulator.requests) == 1


@pytest.mark.parametrize("data", [GOOD, DOUBTFUL])
async def test_a_document_without_errors_is_sent(data: str) -> None:
    """Warnings are no errors: no documentation says that the service refuses them."""
    async with Emulator() as emulator, emulator.client() as client:
        created = await client.create_workflow(check_document=True, **fields(data=data))
        assert created.workflow_build_version_arn in emulator.builds


async def test_a_document_is_checked_for_its_type() -> None:
    data = GOOD.replace("LaunchInstance", "DistributeImage").replace(
        "    inputs:\n      waitFor: ssmAgent\n", ""
    )
    async with Emulator() as emulator, emulator.client() as client:
        await client.create_workflow(check_document=True, **fields(type="DISTRIBUTION", data=data))
        with pytest.raises(RequestValidationError, match="DISTRIBUTION workflow only"):
            await client.create_workflow(check_document=True, **fields(data=data))


async def test_a_document_in_s3_cannot_be_checked() -> None:
    """It is not quietly left unchecked."""
    request = CreateWorkflowRequest(**fields(data=None, uri="s3://bucket/key"))
    async with Emulator() as emulator, emulator.client() as client:
        with pytest.raises(RequestValidationError, match="Amazon S3"):
            await client.create_workflow(request, check_document=True)
        assert not emulator.requests


async def test_an_emulator_that_checks_refuses_as_the_service_does() -> None:
    async with Emulator(check_documents=True) as emulator, emulator.client() as client:
        with pytest.raises(InvalidParameterValueException) as caught:
            await client.create_workflow(**fields(data=BROKEN))
        assert caught.value.http_status == 400
        assert caught.value.message == (
            "The value supplied for parameter 'data' is not valid. steps[0].onFailure, line 5, "
            "column 16: must be Abort or Continue, is 'abort': did you mean Abort?"
        )
        with pytest.raises(InvalidParameterValueException):
            await client.dry_run_create_workflow(**fields(data=BROKEN))
        await client.create_workflow(**fields(data=DOUBTFUL))
        assert len(emulator.builds) == 1


async def test_an_emulator_that_checks_looks_into_documents_in_s3_too() -> None:
    objects = {"s3://bucket/good": GOOD, "s3://bucket/broken": BROKEN}
    async with Emulator(check_documents=True, objects=objects) as emulator, emulator.client() as client:
        await client.create_workflow(**fields(data=None, uri="s3://bucket/good"))
        with pytest.raises(InvalidParameterValueException, match="parameter 'data' is not valid"):
            await client.create_workflow(**fields(data=None, uri="s3://bucket/broken"))


def test_the_complaint_about_a_whole_document_has_no_path() -> None:
    complaint = refusal(check_document("- a"))
    assert complaint is not None
    assert complaint.endswith("is not valid. Line 1, column 1: the document is a list, not a mapping")
    assert refusal(check_document(DOUBTFUL)) is None
