"""Every rule of the checker: a document that breaks it, found at its line and column, and one that nearly does."""

import pytest

from aio_workflows.document import check_document
from aio_workflows.document.rules import CHAPTERS, RULES, SOURCES
from tests.document.cases import Case, conditions, keys, parameters, references, steps, text

CASES = [
    case for chapter in (text, keys, parameters, steps, conditions, references) for case in chapter.CASES
]


def label(case: Case) -> str:
    return f"{case.code}-{case.path or 'document'}"


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES} == RULES.keys()


def test_every_rule_belongs_to_a_chapter_and_cites_its_source() -> None:
    assert {code[:3] for code in RULES} == CHAPTERS.keys()
    assert list(RULES) == sorted(RULES)
    assert all(rule.text.endswith(".") for rule in RULES.values())
    known = (*SOURCES, "older pages of the user guide", "public reports", "this package")
    assert [code for code, rule in RULES.items() if not rule.source.startswith(known)] == []


@pytest.mark.parametrize("case", CASES, ids=label)
def test_a_broken_document_is_found_in_its_place(case: Case) -> None:
    found = [
        (finding.line, finding.column, finding.path, finding.severity)
        for finding in check_document(case.text, case.type)
        if finding.code == case.code
    ]
    assert (*case.place, case.path, RULES[case.code].severity) in found


@pytest.mark.parametrize("case", CASES, ids=label)
def test_a_document_that_nearly_breaks_the_rule_passes(case: Case) -> None:
    assert {finding.code for finding in check_document(case.near, case.type)} == set(case.beside)
