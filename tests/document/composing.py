"""Documents composed by the typed constructors, with every input that the table of actions has.

The arguments of a constructor are made from the table, so that one which lacks an input, or has another
name for it, cannot be called.
"""

import json
import re
import string
from functools import cache
from typing import Any

from hypothesis import strategies as st

from aio_workflows.document import (
    Condition,
    Output,
    Parameter,
    Reference,
    Retry,
    Step,
    WorkflowDocument,
    boolean_equals,
    number_equals,
    number_greater_than,
    number_greater_than_equals,
    number_less_than,
    number_less_than_equals,
    string_equals,
    system_variable,
    workflow_output,
)
from aio_workflows.document import steps as constructors
from aio_workflows.document.actions import ACTIONS, AMI_DISTRIBUTION, Action
from aio_workflows.document.references import SYSTEM_VARIABLES
from aio_workflows.document.shapes import Anything, Boolean, Integer, ListOf, MapOf, Shape, Structure, Text

NUMBER_OPERATORS = (
    number_equals,
    number_greater_than,
    number_greater_than_equals,
    number_less_than,
    number_less_than_equals,
)
LETTERS = st.text(string.ascii_letters, min_size=3, max_size=8)
# All that UTF-8 can hold, with a taste for what YAML reads in a way of its own.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | st.sampled_from(
    [
        "yes",
        "~",
        "1.0",
        "0x1f",
        "1:30",
        "2026-01-01",
        "<<",
        "=",
        "- a",
        "a: b",
        "# a",
        "a\nb\n",
        " a\n b",
        "'",
        "\ufeffa",
    ]
)
JSON_TEXTS = st.dictionaries(LETTERS, st.integers() | LETTERS | st.booleans(), max_size=3).map(json.dumps)


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter.group().lower()}", name)


PARAMETERS = [
    Parameter("text", "string", description="a text\nof two lines"),
    Parameter("empty", "string", ""),
    Parameter("none", "string", "none"),
    Parameter("on", "string", "on"),
    Parameter("count", "integer", -(10**9)),
    Parameter("flag", "boolean", default=False),
    Parameter("nothing", "stringList", []),
    Parameter("list", "stringList", ["a", "1"]),
]
REFERENCES = st.sampled_from(
    [
        *(parameter.value for parameter in PARAMETERS),
        *(system_variable(name) for name in SYSTEM_VARIABLES),
        workflow_output("earlier"),
    ]
)
"""What can be referred to from everywhere. Strategies are slow to make, so these are made once."""


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a shape, or references to one."""
    made: st.SearchStrategy[Any]
    match shape:
        case Structure():
            return structures(shape)
        case Text(words=()):
            made = JSON_TEXTS if shape.json != "no" else TEXTS
        case Text():
            made = st.sampled_from(shape.words)
        case Integer():
            made = st.integers(shape.minimum or 0, shape.maximum or 10**6)
        case Boolean():
            made = st.booleans()
        case ListOf():
            made = st.lists(values(shape.item), min_size=1, max_size=2)
        case MapOf():
            made = st.dictionaries(LETTERS, values(shape.value), max_size=2)
        case Anything():
            made = st.lists(st.dictionaries(LETTERS, TEXTS, min_size=1, max_size=2), max_size=2)
    return made | REFERENCES


def structures(shape: Structure) -> st.SearchStrategy[dict[str, Any]]:
    made = {name: values(key.shape) for name, key in shape.keys.items()}
    needed = {name for name, key in shape.keys.items() if key.required}
    return st.fixed_dictionaries(
        {name: made[name] for name in made if name in needed},
        optional={name: made[name] for name in made if name not in needed},
    )


def conditions(levels: int = 4) -> st.SearchStrategy[Condition]:
    number = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    leaf: st.SearchStrategy[Condition] = st.one_of(
        st.builds(string_equals, TEXTS, REFERENCES),
        st.builds(boolean_equals, st.booleans(), REFERENCES),
        *(st.builds(operator, number, REFERENCES) for operator in NUMBER_OPERATORS),
    )
    if levels == 1:
        return leaf
    lower = conditions(levels - 1)
    # `&` and `|` take their children in, so that pairs of pairs become lists of four.
    return st.one_of(
        leaf,
        st.builds(Condition.__invert__, lower),
        st.builds(Condition.__and__, leaf, lower),
        st.builds(Condition.__or__, leaf, lower),
    )


RETRIES = st.builds(Retry, max_attempts=st.integers(1, 10), backoff_seconds=st.none() | st.integers(0, 600))


@cache
def options(action: str) -> st.SearchStrategy[dict[str, Any]]:
    """What every step may have beside its inputs, but for its times."""
    description = "step_description" if action == "RegisterImage" else "description"
    return st.fixed_dictionaries(
        {},
        optional={
            description: TEXTS,
            "condition": conditions(),
            "on_failure": st.sampled_from(["Abort", "Continue"]),
            "rollback_enabled": st.booleans() | REFERENCES,
            "retry": RETRIES,
        },
    )


@cache
def inputs(action: str) -> st.SearchStrategy[dict[str, Any]]:
    return structures(ACTIONS[action].inputs)


@st.composite
def steps(draw: st.DrawFn, action: Action, name: str, outputs: list[Reference]) -> Step:
    """A step that may take its instance or its images from an earlier one."""
    arguments = {snake(key): value for key, value in draw(inputs(action.name)).items()}
    if "distributed_images" in arguments:
        arguments["distributed_images"] = workflow_output("images")
    if "instance_id" in arguments and outputs:
        arguments["instance_id"] = draw(st.sampled_from(outputs))
    timeout = draw(st.none() | st.integers(1, action.maximum_timeout))
    wait = draw(st.none() | st.integers(0, (timeout or action.default_timeout) - 1))
    constructor = getattr(constructors, action.name)
    step: Step = constructor(
        name=name, timeout_seconds=timeout, wait_seconds=wait, **arguments, **draw(options(action.name))
    )
    return step


@st.composite
def documents(draw: st.DrawFn) -> tuple[WorkflowDocument, str]:
    """A document with its type: every reference is to something that is there."""
    kind = draw(st.sampled_from(["BUILD", "TEST", "DISTRIBUTION"]))
    barred = draw(st.sampled_from([AMI_DISTRIBUTION, {"DistributeContainerImage"}]))
    allowed = [action for action in ACTIONS.values() if kind in action.stages and action.name not in barred]
    made, given = list[Step](), list[Reference]()
    for number, action in enumerate(draw(st.lists(st.sampled_from(allowed), min_size=1, max_size=4))):
        made.append(draw(steps(action, f"{draw(LETTERS)}_{number}", given)))
        given += [made[-1].output(name) for name in action.outputs]
    results: st.SearchStrategy[str | Reference] = (
        st.sampled_from([*given, workflow_output("earlier")]) | TEXTS
    )
    outputs = [
        Output(f"{draw(LETTERS)}{number}", value)
        for number, value in enumerate(draw(st.lists(results, max_size=2)))
    ]
    document = WorkflowDocument(
        name=draw(st.none() | TEXTS),
        description=draw(st.none() | TEXTS),
        parameters=PARAMETERS,
        steps=made,
        outputs=outputs,
    )
    return document, kind
