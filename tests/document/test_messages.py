"""What a finding says: enough to act on, and no text of the document that may be a secret."""

import pytest

from aio_workflows.document import check_document
from tests.document.cases import GOOD

SECRET = "hunter2"
STEP = f"{GOOD}  - name: Second\n    action: "


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{GOOD}parameters: [{{name: one, type: integer, default: {SECRET}}}]\n", "WF203"),
        (f"{GOOD}parameters: [{{name: one, type: stringList, default: {SECRET}}}]\n", "WF203"),
        (f"{GOOD}    timeoutSeconds: {SECRET}\n", "WF105"),
        (f"{GOOD}    rollbackEnabled: {SECRET}\n", "WF105"),
        (f"{GOOD}    if: {SECRET}\n", "WF105"),
        (f"{GOOD}    if: {{numberEquals: {SECRET}, value: 1}}\n", "WF407"),
        (f"{GOOD}    if: {{not: [{SECRET}]}}\n", "WF105"),
        (f"{GOOD}    description: {SECRET * 200}\n", "WF107"),
        (f"{GOOD}outputs: {SECRET}\n", "WF105"),
        (f"{STEP}{{}}\n    inputs: {SECRET}\n", "WF105"),
        (f"{STEP}RunSysPrep\n    inputs: {{instanceId: {SECRET}}}\n", "WF313"),
        (f"{STEP}WaitForAction\n    inputs: {{payload.$: {SECRET}}}\n", "WF510"),
        (f"{STEP}WaitForAction\n    inputs: {{payload.$: $.parameters {SECRET}}}\n", "WF508"),
        (f"{STEP}WaitForAction\n    inputs: {{payload: 'a {{{{ $.parameters {SECRET} }}}}'}}\n", "WF508"),
        (f"{STEP}WaitForAction\n    inputs: {{payload: '{{\"key\": {SECRET}}}'}}\n", "WF312"),
        (f"{STEP}WaitForAction\n    inputs: {{payload: $.parameters.one {SECRET}}}\n", "WF509"),
        (f"schemaVersion: {SECRET}\n", "WF111"),
        (SECRET, "WF014"),
        (f"{GOOD}name: '{SECRET}\n", "WF007"),
        (f'{GOOD}name: "\\{SECRET}"\n', "WF007"),
    ],
)
def test_no_message_repeats_a_text_of_the_document(text: str, code: str) -> None:
    findings = check_document(text)
    assert code in {finding.code for finding in findings}
    assert not [str(finding) for finding in findings if SECRET in str(finding)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("timeoutInSecond: 60", "timeoutSeconds"),
        ("onFailures: Abort", "onFailure"),
        ("whenever: a", None),
    ],
)
def test_an_unknown_key_names_the_nearest_one(written: str, meant: str | None) -> None:
    (finding,) = check_document(f"{GOOD}    {written}\n")
    assert (f"did you mean {meant}?" in finding.message) == (meant is not None)
    assert meant is not None or "known are name, action, description" in finding.message


@pytest.mark.parametrize(
    ("severity", "expected"), [("error", ["error"]), ("warning", ["warning"]), ("ignore", [])]
)
def test_an_unknown_action_is_taken_as_the_caller_says(severity: str, expected: list[str]) -> None:
    """The service adds actions; what else is in such a step is checked all the same."""
    text = (
        f"{STEP}ScanImage\n    inputs: {{imageId.$: $.stepOutputs.Launch.instanceId}}\n    onFailure: Stop\n"
    )
    findings = check_document(text, unknown_action=severity)  # type: ignore[arg-type]
    assert [finding.severity for finding in findings if finding.code == "WF304"] == expected
    assert "WF110" in {finding.code for finding in findings}


def test_findings_come_in_the_order_of_the_text() -> None:
    text = f"outputs: [{{name: a, value: $.parameters.b}}]\n{GOOD}    onFailure: no\nparameters: 5\n"
    assert [finding.line for finding in check_document(text)] == [1, 8, 9]


def test_a_type_that_is_none_of_the_documented_ones_leaves_stages_alone() -> None:
    text = f"{STEP}DistributeImage\n"
    assert check_document(text, "LATER") == check_document(text, "") == []
    assert [finding.code for finding in check_document(text, "build")] == ["WF305"]


def test_what_is_no_text_is_a_finding() -> None:
    (finding,) = check_document(b"schemaVersion: 1.0")  # type: ignore[arg-type]
    assert finding.code == "WF001"
    assert "bytes" in finding.message


def test_a_reference_that_is_repeated_in_a_text_is_one_finding() -> None:
    payload = "{{ $.parameters.a }} {{ $.parameters.b }} {{ $.parameters.a }}"
    findings = check_document(f"{STEP}WaitForAction\n    inputs: {{payload: '{payload}'}}\n")
    assert [(finding.code, finding.column) for finding in findings] == [("WF501", 27), ("WF501", 48)]


def test_a_place_inside_a_text_of_several_lines_is_found() -> None:
    text = f"{STEP}WaitForAction\n    inputs:\n      payload: |\n        one\n        two {{{{ $.parameters.a }}}}\n"
    (finding,) = check_document(text)
    assert (finding.line, finding.column) == (12, 16)


def test_suggestions_end_where_a_text_is_full_of_unknown_words() -> None:
    """Looking for near words is the slowest check; a text with fifty unknown ones is no document anyway."""
    findings = check_document(GOOD + "".join(f"outputs{number}: a\n" for number in range(60)))
    assert sum("did you mean outputs?" in finding.message for finding in findings) == 50


def test_a_fixed_text_that_looks_like_a_reference_leads_nowhere() -> None:
    """Without .$ it is passed on as it stands, so what it names need not be there."""
    findings = check_document(f"{STEP}WaitForAction\n    inputs: {{payload: $.parameters.one}}\n")
    assert [finding.code for finding in findings] == ["WF509"]
