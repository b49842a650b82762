"""What a plain scalar means: as PyYAML reads YAML 1.1, and as `json` reads JSON."""

import json
import math

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from aio_workflows.document import check_document, declared_parameters
from aio_workflows.document.scalars import resolve
from aio_workflows.document.tree import ScalarValue
from tests.document.cases import GOOD, Case

WORDS = [
    "", "~", "null", "NULL", "nUll", "true", "True", "TRUE", "tRUE", "yes", "No", "ON", "off", "y", "n",
    "0", "-0", "+1", "-12", "1_000", "010", "0_7", "0_", "-0_", "08", "0x1F", "0X1F", "0b101", "0b2", "0o17", "1:30", "-1:30:00", "1:60",
    "01:30", "1.5", "-1.5", "+1.5", ".5", "1.", ".", "1e3", "1.0e3", "1.0e+3", "1.5E-3", "1_0.5", ".inf", "-.inf", ".nan", "1.0.0", "1-2",
    "2026-01-01", "0x", "0b", "0x_", "=", "<<", "ssmAgent", "1" * 30,
]  # fmt: skip


def same(ours: ScalarValue, theirs: object) -> bool:
    if isinstance(ours, float) and math.isnan(ours):
        return isinstance(theirs, float) and math.isnan(theirs)
    return ours == theirs and type(ours) is type(theirs)


@pytest.mark.parametrize("text", WORDS)
def test_yaml_is_read_as_pyyaml_reads_it(text: str) -> None:
    try:
        theirs = yaml.safe_load(text)
    except ValueError:
        theirs = text  # PyYAML takes it for a number and then cannot read it
    except yaml.YAMLError:
        theirs = text  # `=` is a type of its own there
    if text in {"2026-01-01", ".inf", "-.inf"}:
        theirs = {"2026-01-01": text, ".inf": math.inf, "-.inf": -math.inf}[text]  # dates stay text here
    assert same(resolve(text), theirs)


@given(text=st.text("0123456789+-._:xbeEo", max_size=8))
def test_numbers_are_read_as_pyyaml_reads_them(text: str) -> None:
    assume(not {":", "."} <= set(text))  # a fraction of base 60, which stays text here
    try:
        theirs = yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return
    if isinstance(theirs, int | float) and not isinstance(theirs, bool):
        ours = resolve(text)
        assert same(ours, theirs) or math.isclose(float(ours or 0), theirs)


@given(value=st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_json_is_read_as_json_reads_it(value: object) -> None:
    text = json.dumps(value)
    assert same(resolve(text, json=True), json.loads(text))


@pytest.mark.parametrize("text", ["yes", "010", "1:30", "~", "", "True", ".5"])
def test_in_json_other_words_are_no_values(text: str) -> None:
    assert resolve(text, json=True) == text


def test_a_number_of_many_digits_is_not_read_exactly() -> None:
    assert resolve("9" * 60_000) == 10**1000
    assert resolve("-" + "9" * 60_000, json=True) == -(10**1000)
    (finding,) = check_document(f"{GOOD}    timeoutSeconds: {'9' * 2000}\n")
    assert finding.code == "WF307"
    assert len(finding.message) < 200


def test_a_json_document_is_read_by_the_rules_of_json() -> None:
    """``1e3`` is a number there and a text in YAML; a pair of escapes is one character."""
    step = {"name": "Wait", "action": "WaitForAction", "inputs": {"payload": "🚀"}, "timeoutSeconds": 60}
    text = json.dumps({"schemaVersion": 1.0, "steps": [step]})
    assert "\\ud83d\\ude80" in text
    assert check_document(text) == []
    assert check_document(text.replace("60", "6e1")) == []
    assert [one.code for one in check_document(GOOD + "    timeoutSeconds: 6e1\n")] == ["WF105"]


def test_half_of_a_pair_of_escapes_is_replaced() -> None:
    """It stands for no character, and could not be sent on."""
    text = json.dumps(
        {"schemaVersion": 1.0, "name": "a\ud83d", "steps": [{"name": "Wait", "action": "Wait"}]}
    )
    assert [one.code for one in check_document(text, unknown_action="ignore")] == []
    declared = json.dumps({"parameters": [{"name": "one", "default": "a\ud83d"}]})
    assert declared_parameters(declared) == [{"name": "one", "type": "string", "defaultValue": ["a\ufffd"]}]


def test_columns_count_characters() -> None:
    case = Case(
        "WF110",
        "steps[0].onFailure",
        "schemaVersion: 1.0\nsteps: [{name: Wait, description: 'é漢🚀', action: WaitForAction, onFailure: »stop}]\n",
        "",
    )
    (finding,) = check_document(case.text)
    assert (finding.code, finding.line, finding.column) == ("WF110", *case.place)


def test_a_merge_key_brings_the_keys_of_another_mapping() -> None:
    """The keys of the mapping itself count first; a quoted << is a key like others."""
    base = "x: &base {name: Wait, action: WaitForAction, onFailure: stop}\n"
    text = f"schemaVersion: 1.0\n{base}steps:\n  - {{<<: *base, onFailure: Abort}}\n  - <<: [*base, {{rollbackEnabled: 5}}]\n    name: Then\n"
    found = [(one.code, one.path) for one in check_document(text) if one.path.startswith("steps")]
    assert found == [("WF110", "steps[1].onFailure"), ("WF105", "steps[1].rollbackEnabled")]


def test_what_only_looks_like_a_merge_key_is_a_key() -> None:
    for step in (
        "{'<<': {name: a}, name: Wait, action: WaitForAction}",
        "{<<: a, name: Wait, action: WaitForAction}",
    ):
        (finding,) = check_document(f"schemaVersion: 1.0\nsteps: [{step}]\n")
        assert (finding.code, finding.path) == ("WF102", "steps[0].<<")


# --- Declared parameters ----------------------------------------------------------------------------------


def test_parameters_are_declared_as_getworkflow_answers_them() -> None:
    text = """\
parameters:
  - {name: text, type: string, default: '', description: a text}
  - {name: flag, type: boolean, default: yes}
  - {name: count, type: integer, default: 0x10}
  - {name: list, type: stringList, default: [a, 5]}
  - {name: empty, type: stringList, default: []}
  - {name: bare}
  - {type: string}
  - none
"""
    assert declared_parameters(text) == [
        {"name": "text", "type": "string", "defaultValue": [""], "description": "a text"},
        {"name": "flag", "type": "boolean", "defaultValue": ["true"]},
        {"name": "count", "type": "integer", "defaultValue": ["0x10"]},
        {"name": "list", "type": "stringList", "defaultValue": ["a", "5"]},
        {"name": "empty", "type": "stringList", "defaultValue": []},
        {"name": "bare", "type": "string"},
    ]


@pytest.mark.parametrize("text", ["", "- a", "a: [", "parameters: none"])
def test_what_cannot_be_read_declares_nothing(text: str) -> None:
    assert declared_parameters(text) == []
