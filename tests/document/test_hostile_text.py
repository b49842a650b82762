"""Text that was made to hurt, or that is no document at all: always findings, never an exception, never much work.

How much work is told by counting what the YAML parser is asked for, never by a clock.
"""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.document import WorkflowDocument, check_document, declared_parameters
from aio_workflows.document.layout import DOCUMENT, OUTPUT, PARAMETER, RETRY, STEP
from aio_workflows.errors import RequestValidationError
from tests.document.cases import GOOD

KIB = 1024


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[yaml.Event]:
    """The events that the YAML parser gives from now on."""
    seen = list[yaml.Event]()
    parse: Any = yaml.parse

    def counted(*arguments: Any, **options: Any) -> Iterator[yaml.Event]:
        for event in parse(*arguments, **options):
            seen.append(event)
            yield event

    monkeypatch.setattr(yaml, "parse", counted)
    return seen


def codes(text: str) -> list[str]:
    return [finding.code for finding in check_document(text)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD + "# " + "x" * 10 * KIB * KIB, id="10 MB"),
        pytest.param("- " * 5 * KIB * KIB, id="10 MB of nesting"),
        pytest.param(GOOD + "#" * 64 * KIB, id="64 KiB and a little"),
        pytest.param(GOOD + "# " + "漢" * 22 * KIB, id="66 KiB of 22 thousand characters"),
    ],
)
def test_a_text_of_more_than_64_kib_is_not_parsed_at_all(text: str, events: list[yaml.Event]) -> None:
    assert codes(text) == ["WF002"]
    assert events == []


@pytest.mark.parametrize(
    "text", ["a: \x00", "\x00" * 64 * KIB, "a: \ud800", "a: \udfff\ud800", "\x1b[2J", "a\x7f"]
)
def test_what_yaml_cannot_hold_is_not_parsed_at_all(text: str, events: list[yaml.Event]) -> None:
    assert codes(text) == ["WF005"]
    assert events == []


@pytest.mark.parametrize("size", [101, 1000, 32 * KIB, 64 * KIB - 1])
@pytest.mark.parametrize("opening", ["[", "{", "- ", "{a: ", "[{", "? "])
def test_deep_nesting_ends_the_parse_at_level_100(opening: str, size: int, events: list[yaml.Event]) -> None:
    text = opening * (min(size, 64 * KIB // len(opening) - 1))
    assert codes(text) == ["WF009"]
    # Each of the levels has at most a key and a mapping or list; the plain words are sought once more.
    assert len(events) <= 2 * (2 * 101 + 3)


def test_nesting_by_indentation_ends_at_level_100(events: list[yaml.Event]) -> None:
    text = "\n".join(f"{' ' * level}a:" for level in range(300))
    assert codes(text) == ["WF009"]
    assert len(events) < 1000


def bomb(levels: int, width: int) -> str:
    """Lists of aliases of lists of aliases: ``width`` to the power of ``levels`` values, in a few lines."""
    above = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels)]
    return "\n".join(["a0: &a0 [x]", *above])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(bomb(20, 10), id="ten to the twentieth"),
        pytest.param(bomb(60, 2), id="two to the sixtieth"),
        pytest.param("a: &a [" + "x, " * 1000 + "]\nb: [" + "*a, " * 1000 + "]", id="wide"),
        pytest.param(
            "a: &a {"
            + ", ".join(f"k{n}: v" for n in range(500))
            + "}\n"
            + "\n".join(f"b{n}: {{<<: *a}}" for n in range(500)),
            id="merged keys",
        ),
    ],
)
def test_what_aliases_add_is_bounded(text: str) -> None:
    """The bomb is found while it is read: nothing is ever as large as it would be."""
    assert "WF010" in codes(text)
    with pytest.raises(RequestValidationError, match="aliases"):
        WorkflowDocument.parse(text)


def test_an_alias_inside_of_what_it_names_is_refused() -> None:
    for text in ("a: &a [*a]", "&a [*a]", "a: &a {b: *a}", "&a {<<: *a}", "a: &a\n  - b: [*a]"):
        assert codes(text) == ["WF010"]


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['touch {file}']",
        "!!python/object/new:subprocess.Popen [['touch', '{file}']]",
        "!!python/name:os.system",
        "!!python/module:antigravity",
        "!!binary aGVsbG8=",
        "!!set {{a, b}}",
        "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {file}']",
    ],
)
def test_no_object_is_made_from_a_tag(value: str, tmp_path: Any) -> None:
    file = tmp_path / "made"
    text = f"{GOOD}name: {value.format(file=file)}\n"
    assert "WF011" in codes(text)
    assert not file.exists()


def test_nothing_of_a_hostile_text_stays_in_memory() -> None:
    """In a process of its own, whose memory is limited to little more than Python itself needs."""
    program = """
import resource, sys
from aio_workflows.document import check_document
resource.setrlimit(resource.RLIMIT_AS, (512 * 1024 * 1024, 512 * 1024 * 1024))
sys.exit(0 if check_document(sys.stdin.read()) else 1)
"""
    for text in (
        bomb(40, 40)[: 64 * KIB - 1],
        "[" * 60 * KIB,
        "{a: " * 15 * KIB,
        "- " * 30 * KIB,
        "&a " * 20 * KIB,
    ):
        done = subprocess.run(
            [sys.executable, "-c", program], input=text, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


# --- Random text -----------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    [
        *DOCUMENT.keys, *PARAMETER.keys, *STEP.keys, *OUTPUT.keys, *RETRY.keys, "instanceId", "instanceId.$", "payload",
        "parameters.$", "commands", "and", "or", "not", "stringEquals", "numberEquals", "booleanEquals", "distributions",
        "amiTags", "region", ".$", "",
    ]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(
        [
            "LaunchInstance", "RunCommand", "WaitForAction", "DistributeImage", "DistributeContainerImage", "Launch",
            "$.stepOutputs.Launch.instanceId", "$.parameters", "$", "$.", "{{ $.", "{{ $.parameters.a }}", "{{}}", "${a}",
            "boolean", "stringList", "{\"a\": ", "1.0",
        ]
    ),
)  # fmt: skip
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """A good document with a piece cut out and another put in."""
    text = draw(
        st.sampled_from(
            [
                GOOD,
                f"{GOOD}    if:\n      and:\n        - stringEquals: a\n          value: '{{{{ $.parameters.b }}}}'\n",
            ]
        )
    )
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 40)))
    return text[:start] + draw(st.text("\n\t :-[]{}&*!|>'\"%@`#,?$.a1") | st.text(max_size=5)) + text[end:]


@given(content=st.binary() | st.binary(max_size=20).map(lambda content: GOOD.encode() + content))
def test_random_bytes_never_raise(content: bytes) -> None:
    never_raises(content.decode("latin-1"))
    never_raises(content.decode("utf-8", "surrogateescape"))


@given(data=PLAIN)
def test_random_yaml_never_raises(data: Any) -> None:
    never_raises(yaml.safe_dump(data))
    never_raises(yaml.safe_dump(data, default_flow_style=True, allow_unicode=True))


@given(steps=st.lists(st.dictionaries(KEYS, PLAIN), max_size=4), rest=st.dictionaries(KEYS, PLAIN))
def test_random_documents_never_raise(steps: Any, rest: Any) -> None:
    never_raises(yaml.safe_dump({"schemaVersion": 1.0, **rest, "steps": steps}))


@given(text=edited())
def test_random_edits_never_raise(text: str) -> None:
    never_raises(text)


def never_raises(text: str) -> None:
    """Whatever is done with a text, it ends in findings or in the one exception that is documented."""
    for kind in ("BUILD", "TEST", "DISTRIBUTION"):
        for finding in check_document(text, kind):
            assert finding.line >= 1
            assert finding.column >= 1
            assert finding.message.isprintable()
            assert finding.path.isprintable()
    declared_parameters(text)
    try:
        WorkflowDocument.parse(text).to_yaml()
    except RequestValidationError as error:
        str(error).encode()
