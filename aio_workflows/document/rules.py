"""Every rule of the checker, once: its code, how bad a breach is, what it asks for, and its source.

``docs/reference/document-rules.md`` is generated from this table. A code never changes its meaning; the
hundreds are the chapters of :data:`CHAPTERS`.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from aio_workflows.document.findings import Severity, SeverityName

CHAPTERS: Final = {
    "WF0": "The text",
    "WF1": "Keys and values",
    "WF2": "Parameters",
    "WF3": "Steps",
    "WF4": "Conditions",
    "WF5": "References",
    "WF6": "Outputs",
}


@frozen
class Rule:
    """One rule. ``text`` says what is asked for, in a sentence."""

    code: str
    severity: Severity
    text: str
    source: str


RULES: Final[dict[str, Rule]] = {}
"""Code -> rule, in the order of the codes."""


def _rule(code: str, severity: SeverityName, source: str, text: str) -> Rule:
    made = Rule(code, Severity(severity), text, source)
    RULES[code] = made
    return made


# Where the rules come from: each of these words is in SOURCES, or explains itself.
_DOCUMENT: Final = "user guide, create a workflow document"
_ACTIONS: Final = "user guide, step actions"
_VARIABLES: Final = "user guide, dynamic variables"
_CONDITIONS: Final = "user guide, conditional statements"
_API: Final = "API reference, CreateWorkflow"
_QUOTAS: Final = "Image Builder endpoints and quotas"
_YAML: Final = "YAML 1.1"
_MODEL: Final = "service model, WorkflowStepName"
_HERE: Final = "this package"
_SILENT: Final = "no documentation says what the service does"

_GUIDE: Final = "https://docs.aws.amazon.com/imagebuilder/latest/userguide"

SOURCES: Final = {
    _DOCUMENT: f"{_GUIDE}/image-workflow-create-document.html",
    _ACTIONS: f"{_GUIDE}/wfdoc-step-actions.html",
    _VARIABLES: f"{_GUIDE}/wfdoc-dynamic-vars.html",
    _CONDITIONS: f"{_GUIDE}/wfdoc-conditional-statements.html",
    _API: "https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateWorkflow.html",
    _QUOTAS: "https://docs.aws.amazon.com/general/latest/gr/imagebuilder.html",
    _MODEL: "https://github.com/boto/botocore/tree/develop/botocore/data/imagebuilder/2019-12-02",
    _YAML: "https://yaml.org/spec/1.1/",
}
"""The documentation that the rules are taken from, with its address."""

# --- The text ---

NOT_TEXT: Final = _rule(
    "WF001", "error", f"{_API}, data", "The document is a text of at least one character."
)
TOO_LARGE: Final = _rule(
    "WF002",
    "error",
    f"{_QUOTAS}, workflow size",
    "The document has at most 64 KiB in UTF-8. A larger one is not looked into.",
)
TOO_LONG_INLINE: Final = _rule(
    "WF003",
    "warning",
    f"{_API}, data",
    "A document given by `data` has at most 16,000 characters; a longer one is put into Amazon S3 and given by `uri`.",
)
INLINE_BYTES: Final = _rule(
    "WF004",
    "info",
    f"{_API}, data, and {_DOCUMENT}, which disagree",
    "A document of at most 16,000 characters may have more bytes in UTF-8; the guide counts bytes, the API characters.",
)
CHARACTER: Final = _rule(
    "WF005",
    "error",
    f"{_API}, data; {_YAML}, 5.1",
    "The text holds no NUL, no lone surrogate and no control character but tab and line breaks.",
)
BYTE_ORDER_MARK: Final = _rule(
    "WF006", "info", f"{_YAML}, 5.2; {_SILENT}", "The text does not begin with a byte order mark."
)
NOT_YAML: Final = _rule("WF007", "error", f"{_DOCUMENT}; {_YAML}", "The text is YAML or JSON.")
SEVERAL_DOCUMENTS: Final = _rule(
    "WF008", "error", _DOCUMENT, "The text holds one document, not several separated by `---`."
)
TOO_DEEP: Final = _rule(
    "WF009",
    "error",
    _HERE,
    "Lists and mappings are nested at most 100 levels deep; no valid document comes near it.",
)
ALIASES: Final = _rule(
    "WF010",
    "error",
    f"{_YAML}, 3.2.2; the bound is {_HERE}'s",
    "An alias names an anchor that ended before it, and aliases add at most 10,000 values.",
)
TAG: Final = _rule(
    "WF011",
    "warning",
    f"{_DOCUMENT}; {_SILENT}",
    "Values have no tags of a template language, such as `!Sub`, or of a programming language.",
)
DUPLICATE_KEY: Final = _rule(
    "WF012",
    "warning",
    f"{_YAML}, 3.2.1.1; {_SILENT}",
    "A mapping has each key once; here the last one counts.",
)
KEY_KIND: Final = _rule(
    "WF013",
    "error",
    _DOCUMENT,
    "Keys are text. An unquoted `{{ ... }}` is a mapping with a mapping for its key.",
)
NOT_A_MAPPING: Final = _rule("WF014", "error", _DOCUMENT, "The top level of the document is a mapping.")

# --- Keys and values ---

MISSING_KEY: Final = _rule(
    "WF101", "error", f"{_DOCUMENT}; {_ACTIONS}", "Required keys and inputs are given."
)
UNKNOWN_KEY: Final = _rule(
    "WF102",
    "warning",
    f"{_DOCUMENT}; {_ACTIONS}; {_SILENT}",
    "Keys and inputs are those of the documentation.",
)
OLDER_KEY: Final = _rule(
    "WF103",
    "warning",
    "older pages of the user guide",
    "Keys are those of today's guide, not of older pages.",
)
NO_VALUE: Final = _rule("WF104", "warning", f"{_DOCUMENT}; {_SILENT}", "A key that is given has a value.")
WRONG_KIND: Final = _rule(
    "WF105",
    "error",
    f"{_DOCUMENT}; {_ACTIONS}",
    "A value is of the documented type: text, number, list, mapping.",
)
OTHER_KIND: Final = _rule(
    "WF106",
    "warning",
    f"{_DOCUMENT}; {_ACTIONS}; {_SILENT}",
    'A value is of the documented type even where it could be converted: `"5"` is no integer, `5` no text.',
)
LENGTH: Final = _rule("WF107", "error", f"{_DOCUMENT}; {_ACTIONS}", "A text has the documented length.")
RANGE: Final = _rule(
    "WF108",
    "error",
    _DOCUMENT,
    "A number is within its bounds: `timeoutSeconds` from 1, `waitSeconds` from 0, `maxAttempts` 1 to 10, "
    "`backoffSeconds` 0 to 600.",
)
COUNT: Final = _rule(
    "WF109",
    "error",
    f"{_DOCUMENT}; {_QUOTAS} (the default quotas)",
    "A document has 1 to 15 steps, at most 25 parameters and at most 25 outputs; an image at most 50 tags.",
)
WORD: Final = _rule(
    "WF110",
    "error",
    f"{_DOCUMENT}; {_ACTIONS}",
    "Where the documentation lists words, a value is one of them, in their case.",
)
SCHEMA_VERSION: Final = _rule("WF111", "error", _DOCUMENT, "`schemaVersion` is 1.0.")

# --- Parameters ---

DUPLICATE_PARAMETER: Final = _rule(
    "WF201", "warning", f"{_DOCUMENT}; {_SILENT}", "Each parameter has a name of its own."
)
UNTYPED_PARAMETER: Final = _rule(
    "WF202",
    "warning",
    f"{_DOCUMENT}, whose table and prose disagree",
    "A parameter has a type: the table asks for it, the prose takes it for a string.",
)
DEFAULT_KIND: Final = _rule(
    "WF203", "error", _DOCUMENT, "The default of a parameter has the parameter's type."
)
DEFAULT_CONVERTS: Final = _rule(
    "WF204",
    "warning",
    f"{_DOCUMENT}; {_SILENT}",
    "The default of a parameter has the parameter's type even where it could be converted.",
)

# --- Steps ---

STEP_NAME: Final = _rule(
    "WF301",
    "error",
    f"{_DOCUMENT}; {_MODEL}",
    "The name of a step has letters, digits and `_`, no blanks, and 3 to 128 characters.",
)
STEP_NAME_DOUBTFUL: Final = _rule(
    "WF302",
    "warning",
    f"{_DOCUMENT}; {_MODEL}, which disagree",
    "The name of a step pleases guide and model alike: no hyphen, a letter first, 3 to 100 characters.",
)
DUPLICATE_STEP: Final = _rule("WF303", "error", _DOCUMENT, "Each step has a name of its own.")
UNKNOWN_ACTION: Final = _rule(
    "WF304",
    "warning",
    _ACTIONS,
    "An action is one of the documented ones. `unknown_action` chooses how an unknown one is taken.",
)
STAGE: Final = _rule(
    "WF305", "error", f"{_API}, type; {_ACTIONS}", "An action may be used in a workflow of this type."
)
CONTAINER_AND_AMI: Final = _rule(
    "WF306",
    "error",
    f"{_ACTIONS}, DistributeContainerImage",
    "DistributeContainerImage does not share a workflow with the actions that distribute AMIs.",
)
TIMEOUT: Final = _rule(
    "WF307", "error", _ACTIONS, "`timeoutSeconds` is not more than the longest time-out of the action."
)
WAIT: Final = _rule("WF308", "error", _DOCUMENT, "`waitSeconds` is less than `timeoutSeconds`.")
WAIT_DEFAULT: Final = _rule(
    "WF309",
    "warning",
    f"{_DOCUMENT}; {_ACTIONS}",
    "`waitSeconds` is less than the default time-out of the action where the step has none of its own.",
)
EMPTY_INPUTS: Final = _rule(
    "WF310",
    "warning",
    "public reports: the service began to refuse them in 2026",
    "`inputs` is left out rather than left empty.",
)
JSON_INPUT: Final = _rule(
    "WF311", "error", f"{_ACTIONS}, ExecuteStateMachine", "`input` of a state machine is a JSON text."
)
JSON_PAYLOAD: Final = _rule(
    "WF312",
    "warning",
    f"{_ACTIONS}, WaitForAction",
    "A `payload` that looks like JSON is JSON. Plain prose is left alone: it is deployed.",
)
LITERAL_INSTANCE: Final = _rule(
    "WF313",
    "warning",
    f"{_ACTIONS}; {_VARIABLES}",
    "An instance id comes from a step: the instance of a build does not exist when the document is written.",
)
TERMINATED: Final = _rule(
    "WF314",
    "warning",
    f"{_ACTIONS}, TerminateInstance",
    "An instance is not used after a step that always terminates it.",
)

# --- Conditions ---

ONE_STATEMENT: Final = _rule(
    "WF401", "error", _CONDITIONS, "`if` and `not` have exactly one statement, bare or in a list of one."
)
NESTING: Final = _rule("WF402", "error", _CONDITIONS, "Statements are nested at most four levels deep.")
CHILDREN: Final = _rule("WF403", "error", _CONDITIONS, "`and` and `or` have a list of 1 to 10 statements.")
NO_OPERATOR: Final = _rule("WF404", "error", _CONDITIONS, "A statement has one of the documented operators.")
SEVERAL_OPERATORS: Final = _rule("WF405", "error", _CONDITIONS, "A statement has one operator.")
NO_OPERAND: Final = _rule("WF406", "error", _CONDITIONS, "A comparison has a `value`, without `.$`.")
OPERAND: Final = _rule(
    "WF407", "error", _CONDITIONS, "The operand fits the operator: a truth value, a number, a text."
)
OPERAND_CONVERTS: Final = _rule(
    "WF408",
    "warning",
    f"{_CONDITIONS}; {_SILENT}",
    "The operand fits the operator even where it could be converted.",
)
OPERAND_REFERENCE: Final = _rule(
    "WF409",
    "warning",
    _CONDITIONS,
    "The operand, which stands under the operator, is a literal; a reference stands under `value`.",
)
NEVER_EQUAL: Final = _rule(
    "WF410",
    "warning",
    _VARIABLES,
    "`platform` and `imageType` are compared with values that they can have.",
)
COMPARED_KIND: Final = _rule(
    "WF411",
    "warning",
    f"{_CONDITIONS}; {_DOCUMENT}",
    "The operator fits the type of the parameter it looks at.",
)

# --- References ---

UNDECLARED_PARAMETER: Final = _rule(
    "WF501", "error", _VARIABLES, "A parameter that is referred to is declared."
)
UNKNOWN_STEP: Final = _rule("WF502", "error", _VARIABLES, "A step that is referred to exists.")
LATER_STEP: Final = _rule(
    "WF503", "error", _VARIABLES, "A step that is referred to stands before the one that refers to it."
)
UNKNOWN_OUTPUT: Final = _rule(
    "WF504",
    "warning",
    f"{_ACTIONS}; {_SILENT}",
    "An output that is referred to is one that the action gives.",
)
UNKNOWN_VARIABLE: Final = _rule(
    "WF505", "warning", f"{_VARIABLES}; {_SILENT}", "A system variable is one of the documented ones."
)
UNKNOWN_FAMILY: Final = _rule(
    "WF506",
    "error",
    _VARIABLES,
    "A reference begins with `$.parameters`, `$.stepOutputs`, `$.workflowOutputs` or `$.imagebuilder`.",
)
UNKNOWN_FAMILY_IN_TEXT: Final = _rule(
    "WF507",
    "warning",
    f"{_VARIABLES}; {_SILENT}",
    "`{{ $. }}` inside a text begins so too; other template languages use the same braces.",
)
MALFORMED: Final = _rule(
    "WF508",
    "warning",
    _VARIABLES,
    "A reference has the documented form: `$.parameters.name`, `$.stepOutputs.step.output`.",
)
NO_SUFFIX: Final = _rule(
    "WF509",
    "warning",
    _VARIABLES,
    "The key of a value that is a reference ends with `.$`; without it the text itself is passed on.",
)
STATIC_WITH_SUFFIX: Final = _rule(
    "WF510", "warning", _VARIABLES, "The value of a key that ends with `.$` is a reference."
)
BOTH_FORMS: Final = _rule(
    "WF511", "warning", f"{_VARIABLES}; {_SILENT}", "A key is given with `.$` or without it, not both."
)
OTHER_OUTPUT: Final = _rule(
    "WF512",
    "warning",
    _ACTIONS,
    "An instance id comes from an output that can hold one, and so do the distributed images.",
)
NO_DOLLAR: Final = _rule(
    "WF513",
    "warning",
    _VARIABLES,
    "A reference begins with `$.`, also inside a text: `{{ $.parameters.name }}`.",
)

# --- Outputs ---

DUPLICATE_OUTPUT: Final = _rule("WF601", "error", _DOCUMENT, "Each output has a name of its own.")
