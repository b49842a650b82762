"""Parameters and outputs: their names, and the defaults of parameters."""

from tests.document.cases import GOOD, Case


def with_default(kind: str, default: str) -> str:
    """A document with one parameter."""
    return f"{GOOD}parameters:\n  - name: one\n    type: {kind}\n    default: {default}\n"


CASES = [
    Case(
        "WF201",
        "parameters[1].name",
        f"{GOOD}parameters:\n  - {{name: one, type: string}}\n  - {{name: »one, type: integer}}\n",
        f"{GOOD}parameters:\n  - {{name: one, type: string}}\n  - {{name: One, type: integer}}\n",
    ),
    Case(
        "WF202",
        "parameters[0]",
        f"{GOOD}parameters: [»{{name: one}}]\n",
        f"{GOOD}parameters: [{{name: one, type: string}}]\n",
    ),
    Case("WF203", "parameters[0].default", with_default("integer", "»five"), with_default("integer", "5")),
    Case("WF203", "parameters[0].default", with_default("integer", "»5.5"), with_default("integer", "-5")),
    Case("WF203", "parameters[0].default", with_default("boolean", "»1"), with_default("boolean", "no")),
    Case("WF203", "parameters[0].default", with_default("string", "»[a]"), with_default("string", "''")),
    Case("WF203", "parameters[0].default", with_default("integer", "»[5]"), with_default("integer", "0")),
    Case(
        "WF203", "parameters[0].default", with_default("boolean", "»{a: b}"), with_default("boolean", "true")
    ),
    Case(
        "WF203",
        "parameters[0].default",
        with_default("stringList", "»a, b"),
        with_default("stringList", "[a, b]"),
    ),
    Case("WF204", "parameters[0].default", with_default("string", "»5"), with_default("string", "none")),
    Case("WF204", "parameters[0].default", with_default("integer", "»'5'"), with_default("integer", "0x5")),
    Case("WF204", "parameters[0].default", with_default("boolean", "»'true'"), with_default("boolean", "on")),
    Case(
        "WF204",
        "parameters[0].default[1]",
        with_default("stringList", "[a, »5]"),
        with_default("stringList", "[a, '5']"),
    ),
    Case("WF204", "parameters[0].default", with_default("integer", "»5.0"), with_default("integer", "+5")),
    Case(
        "WF104",
        "parameters[0].default",
        with_default("integer", "").replace("default", "»default"),
        with_default("integer", "0"),
    ),
    Case(
        "WF601",
        "outputs[1].name",
        f"{GOOD}outputs:\n  - {{name: ImageId, value: a}}\n  - {{name: »ImageId, value: b}}\n",
        f"{GOOD}outputs:\n  - {{name: ImageId, value: a}}\n  - {{name: imageId, value: a}}\n",
    ),
]
