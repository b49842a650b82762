"""Conditions: statements, operators and what they compare."""

from tests.document.cases import GOOD, Case

PARAMETERS = """\
parameters:
  - {name: flag, type: boolean, default: true}
  - {name: count, type: integer, default: 1}
"""
LEAF = "{stringEquals: a, value: $.imagebuilder.imageName}"


def condition(written: str) -> str:
    """A document with a step that has a condition."""
    return f"{PARAMETERS}{GOOD}    if: {written}\n"


def nested(levels: int, mark: str = "") -> str:
    """A condition of so many levels."""
    return condition("{not: " * (levels - 1) + mark + LEAF + "}" * (levels - 1))


CASES = [
    Case("WF401", "steps[0].if", condition(f"»[{LEAF}, {LEAF}]"), condition(f"[{LEAF}]")),
    Case(
        "WF401", "steps[0].if.not", condition(f"{{not: »[{LEAF}, {LEAF}]}}"), condition(f"{{not: [{LEAF}]}}")
    ),
    Case("WF401", "steps[0].if", condition("»[]"), condition(LEAF)),
    Case("WF402", "steps[0].if.not.not.not.not", nested(5, "»"), nested(4)),
    Case("WF403", "steps[0].if.and", condition("{»and: []}"), condition(f"{{and: [{LEAF}]}}")),
    Case(
        "WF403",
        "steps[0].if.or",
        condition(f"{{»or: [{', '.join([LEAF] * 11)}]}}"),
        condition(f"{{or: [{', '.join([LEAF] * 10)}]}}"),
    ),
    Case("WF403", "steps[0].if.and", condition(f"{{»and: {LEAF}}}"), condition(f"{{and: [{LEAF}, {LEAF}]}}")),
    Case(
        "WF404",
        "steps[0].if.StringEquals",
        condition("{»StringEquals: a, value: b}"),
        condition("{stringEquals: a, value: b}"),
    ),
    Case(
        "WF404",
        "steps[0].if",
        condition("»{value: b}"),
        condition("{booleanEquals: true, value: $.parameters.flag}"),
    ),
    Case(
        "WF405",
        "steps[0].if.numberEquals",
        condition("{stringEquals: a, »numberEquals: 1, value: b}"),
        condition(f"{{and: [{LEAF}, {{numberEquals: 1, value: 2}}]}}"),
    ),
    Case("WF406", "steps[0].if", condition("»{stringEquals: a}"), condition("{stringEquals: a, value: ''}")),
    Case(
        "WF406",
        "steps[0].if.value.$",
        condition("{stringEquals: a, »value.$: $.imagebuilder.imageName}"),
        condition(LEAF),
    ),
    Case(
        "WF407",
        "steps[0].if.numberEquals",
        condition("{numberEquals: »one, value: 1}"),
        condition("{numberEquals: '1', value: 1}"),
    ),
    Case(
        "WF407",
        "steps[0].if.numberLessThan",
        condition("{numberLessThan: »'1.', value: 1}"),
        condition("{numberLessThan: '-1.5', value: 1}"),
    ),
    Case(
        "WF407",
        "steps[0].if.numberEquals",
        condition("{numberEquals: »true, value: 1}"),
        condition("{numberEquals: 1.5, value: 1}"),
    ),
    Case(
        "WF407",
        "steps[0].if.booleanEquals",
        condition("{booleanEquals: »1, value: $.parameters.flag}"),
        condition("{booleanEquals: no, value: $.parameters.flag}"),
    ),
    Case(
        "WF407",
        "steps[0].if.stringEquals",
        condition("{stringEquals: »[a], value: a}"),
        condition("{stringEquals: '[a]', value: a}"),
    ),
    Case(
        "WF407",
        "steps[0].if.stringEquals",
        condition("{stringEquals: »~, value: a}"),
        condition("{stringEquals: '~', value: a}"),
    ),
    Case(
        "WF408",
        "steps[0].if.booleanEquals",
        condition("{booleanEquals: »'true', value: $.parameters.flag}"),
        condition("{booleanEquals: true, value: $.parameters.flag}"),
    ),
    Case(
        "WF409",
        "steps[0].if.stringEquals",
        condition("{stringEquals: »$.imagebuilder.imageName, value: a}"),
        condition("{stringEquals: $money, value: $.imagebuilder.imageName}"),
    ),
    Case(
        "WF410",
        "steps[0].if.stringEquals",
        condition("{stringEquals: »linux, value: $.imagebuilder.platform}"),
        condition("{stringEquals: Linux, value: $.imagebuilder.platform}"),
    ),
    Case(
        "WF410",
        "steps[0].if.stringEquals",
        condition("{stringEquals: »Container, value: $.imagebuilder.imageType}"),
        condition("{stringEquals: DOCKER, value: $.imagebuilder.imageType}"),
    ),
    Case(
        "WF411",
        "steps[0].if.numberEquals",
        condition("{numberEquals: »1, value: $.parameters.flag}"),
        condition("{numberEquals: 1, value: $.parameters.count}"),
    ),
    Case(
        "WF411",
        "steps[0].if.booleanEquals",
        condition("{booleanEquals: »true, value: $.parameters.count}"),
        condition("{stringEquals: 'true', value: $.parameters.flag}"),
    ),
    Case(
        "WF102",
        "steps[0].if.else",
        condition("{stringEquals: a, value: b, »else: c}"),
        condition("{stringEquals: a, value: b}"),
    ),
    Case(
        "WF102", "steps[0].if.value", condition(f"{{not: {LEAF}, »value: b}}"), condition(f"{{not: {LEAF}}}")
    ),
]
