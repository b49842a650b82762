"""From text to a tree with lines and columns, and from plain data to text. The one place that knows PyYAML.

Only its events are used, so no object is ever constructed. Size, characters and depth are bounded
before and while events are read, and aliases by the size of what they stand for, so that hostile
text costs no more than its length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml
from attrs import define, field, frozen

from aio_workflows.document import rules
from aio_workflows.document.hints import explain
from aio_workflows.document.rules import Rule
from aio_workflows.document.scalars import resolve
from aio_workflows.document.text import LONE, ReportPlace, StopReading, check_text, lines_of
from aio_workflows.document.tree import Entry, ListNode, MapNode, Node, Scalar, ScalarValue, quote
from aio_workflows.models.constraints import WORKFLOW_SIZE_BYTES

DEEPEST: Final = 100
"""Levels of lists and mappings in each other."""

_TOO_DEEP: Final = f"nested more than {DEEPEST} levels deep"

MOST_ALIASED: Final = 10_000
"""Values that aliases may add to a document."""

_PAIR_ESCAPE: Final = re.compile(r"\\u[dD][89abAB]")


def parse(text: str, report: ReportPlace, *, largest: int = WORKFLOW_SIZE_BYTES) -> Node | None:
    """The tree of a text of at most ``largest`` bytes, None if there is none."""
    try:
        shift = check_text(text, report, largest)
        return _Composer(text, report, shift).compose()
    except StopReading:
        return None


# --- Events ---------------------------------------------------------------------------------------------


class _TooDeep(yaml.MarkedYAMLError):
    """Brackets are nested too deeply."""


class _PythonLoader(yaml.SafeLoader):
    """PyYAML's own parser, for where there is no libyaml and for its clearer words about errors.

    It takes tabs between values, as libyaml and YAML itself do, and bounds brackets in brackets
    while it scans: its scanner looks far ahead, in quadratic time.
    """

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:  # noqa: N803
        scanner: Any = self
        if scanner.flow_level >= DEEPEST:
            raise _TooDeep(problem_mark=scanner.get_mark())
        base: Any = super()
        base.fetch_flow_collection_start(TokenClass)

    def scan_to_next_token(self) -> None:
        super().scan_to_next_token()
        scanner: Any = self
        while scanner.peek() == "\t" and (scanner.flow_level or not scanner.allow_simple_key):
            scanner.forward()
            super().scan_to_next_token()


_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", _PythonLoader)


def _events(text: str) -> Iterator[yaml.Event]:
    """The events of a text, by the fast parser where it can read it."""
    # libyaml refuses a character that is escaped as two surrogates, as JSON writers do.
    loader = _PythonLoader if _PAIR_ESCAPE.search(text) else _LOADER
    return iter(yaml.parse(text, Loader=loader))


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _place_of(mark: Any) -> tuple[int, int] | None:
    """Line and column of a mark, from 0."""
    return (mark.line, mark.column) if mark is not None else None


# --- The tree -------------------------------------------------------------------------------------------


@frozen
class _Anchored:
    """A node that an alias can name, with the number of values in it and its depth."""

    node: Node
    size: int
    height: int


@define
class _Frame:
    """A list or mapping that has begun and not yet ended."""

    node: ListNode | MapNode
    anchor: str | None
    key: Scalar | None = None
    merged: list[MapNode] = field(factory=list[MapNode])
    size: int = 1
    height: int = 1


class _Composer:
    """Builds the tree from the events, without recursion."""

    def __init__(self, text: str, report: ReportPlace, shift: int) -> None:
        self._json = _is_json(text[shift:])
        self._text = text[shift:]
        self._shift = shift
        self._report = report
        self._frames = list[_Frame]()
        self._anchors = dict[str, _Anchored | None]()
        self._aliased = 0
        self._root: Node | None = None

    def compose(self) -> Node | None:
        documents = 0
        try:
            for event in _events(self._text):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._fail(rules.SEVERAL_DOCUMENTS, event, "a second document begins here: keep one")
                elif isinstance(event, yaml.NodeEvent):
                    self._node(event)
                elif isinstance(event, yaml.CollectionEndEvent):
                    self._end()
        except yaml.MarkedYAMLError as error:
            self._explain(error)
        if self._root is None:
            self._report(rules.NOT_TEXT, 1, 1, "the document holds nothing but comments and blanks")
        return self._root

    def _explain(self, error: yaml.MarkedYAMLError) -> None:
        """Report where the parser stopped. In the words of the Python parser, whichever read it."""
        try:
            for _ in yaml.parse(self._text, Loader=_PythonLoader):
                pass
        except yaml.MarkedYAMLError as plainer:
            error = plainer
        stopped, opened = _place_of(error.problem_mark), _place_of(error.context_mark)
        line, column = stopped or opened or (0, 0)
        if isinstance(error, _TooDeep):
            rule, message = rules.TOO_DEEP, _TOO_DEEP
        else:
            problem, context = error.problem or "", error.context or ""
            rule = rules.NOT_YAML
            message = explain(self._text, line, column, problem=problem, context=context, opened=opened)
            if opened is not None and stopped is not None and self._ends(line, column):
                line, column = opened  # what lacks its end is better looked at than the end of the text
        self._report(rule, line + 1, column + 1 + (self._shift if line == 0 else 0), message)
        raise StopReading from None

    def _ends(self, line: int, column: int) -> bool:
        """Whether nothing but blanks follows a place."""
        first, *others = lines_of(self._text)[line:]
        return not "".join([first[column:], *others]).strip()

    def _fail(self, rule: Rule, event: yaml.Event, message: str) -> None:
        self._report(rule, *self._place(event), message)
        raise StopReading

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        mark: Any = event.start_mark
        return mark.line + 1, mark.column + 1 + (self._shift if mark.line == 0 else 0)

    def _span(self, event: yaml.Event) -> tuple[int, int]:
        start: Any = event.start_mark
        end: Any = event.end_mark
        return start.index + self._shift, end.index + self._shift

    def _node(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent):
            anchored = self._alias(event)
            self._add(anchored.node, anchored.size, anchored.height)
            return
        line, column = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            scalar = Scalar(
                self._value(event),
                event.value,
                line,
                column,
                *self._span(event),
            )
            if event.anchor is not None:
                self._anchors[event.anchor] = _Anchored(scalar, 1, 0)
            self._add(scalar)
            return
        if len(self._frames) >= DEEPEST:
            self._fail(rules.TOO_DEEP, event, _TOO_DEEP)
        self._tag(event, "map" if isinstance(event, yaml.MappingStartEvent) else "seq")
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # begun, and not to be named before it ends
        node = MapNode(line, column) if isinstance(event, yaml.MappingStartEvent) else ListNode(line, column)
        self._frames.append(_Frame(node, event.anchor))

    def _end(self) -> None:
        frame = self._frames.pop()
        if isinstance(frame.node, MapNode):
            for merged in frame.merged:
                for name, entry in merged.entries.items():
                    frame.node.entries.setdefault(name, entry)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _Anchored(frame.node, frame.size, frame.height)
        self._add(frame.node, frame.size, frame.height)

    def _alias(self, event: yaml.AliasEvent) -> _Anchored:
        name = str(event.anchor)
        anchored = self._anchors.get(name)
        if anchored is None:
            why = "stands inside what it names" if name in self._anchors else "names no anchor before it"
            hint = "" if name in self._anchors else "; a text that begins with '*' needs quotes"
            self._report(rules.ALIASES, *self._place(event), f"the alias {quote('*' + name)} {why}{hint}")
            raise StopReading
        self._aliased += anchored.size
        if self._aliased > MOST_ALIASED:
            self._fail(rules.ALIASES, event, f"aliases add more than {MOST_ALIASED:,} values")
        if len(self._frames) + anchored.height > DEEPEST:
            self._fail(rules.TOO_DEEP, event, f"this alias nests more than {DEEPEST} levels deep")
        return anchored

    def _add(self, node: Node, size: int = 1, height: int = 0) -> None:
        """Put a finished node where it belongs."""
        if not self._frames:
            self._root = node
            return
        frame = self._frames[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.node, ListNode):
            frame.node.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node)
        else:
            self._entry(frame, frame.node, frame.key, node)
            frame.key = None

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        message = "a list or mapping cannot be a key; a text with {{ ... }} needs quotes"
        self._report(rules.KEY_KIND, node.line, node.column, message)
        raise StopReading

    def _entry(self, frame: _Frame, node: MapNode, key: Scalar, value: Node) -> None:
        if key.text == "<<" and key.end - key.start == 2:  # unquoted: a merge key (yaml.org/type/merge.html)
            several = value.items if isinstance(value, ListNode) else [value]
            if all(isinstance(one, MapNode) for one in several):
                frame.merged += [one for one in several if isinstance(one, MapNode)]
                return
        first = node.entries.get(key.text)
        if first is not None:
            self._report(
                rules.DUPLICATE_KEY,
                key.line,
                key.column,
                f"the key {quote(key.text)} is in line {first.key.line} already; only one of them can count",
            )
            del node.entries[key.text]
        node.entries[key.text] = Entry(key, value)

    # --- Scalars ---

    def _value(self, event: yaml.ScalarEvent) -> ScalarValue:
        kind = self._tag(event, "")
        if kind == "str" or (event.style and not kind):  # quoted or a block
            if LONE.search(event.value):
                event.value = event.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            text: str = event.value
            return text
        return resolve(event.value, json=self._json)

    def _tag(self, event: Any, kind: str) -> str:
        """The standard type that a tag names, ``kind`` where there is none; other tags are reported."""
        tag = event.tag
        if tag is None or tag == "!":
            return "str" if tag else kind
        name = str(tag).removeprefix(_STANDARD)
        if name not in _KINDS:
            self._report(
                rules.TAG, *self._place(event), f"the tag {quote(_short(tag))} is nothing that a document has"
            )
            return kind
        return name


def _short(tag: str) -> str:
    """A tag as it is written."""
    return f"!!{tag.removeprefix(_STANDARD)}" if tag.startswith(_STANDARD) else tag


_STANDARD: Final = "tag:yaml.org,2002:"
_KINDS: Final = frozenset({"str", "int", "float", "bool", "null", "map", "seq"})


# --- Writing --------------------------------------------------------------------------------------------


_OTHER_BREAK: Final = re.compile("[\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, lists indented below their key, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _write_text(dumper: Any, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text.rstrip("\n") else None
    if _OTHER_BREAK.search(text):
        style = '"'  # the emitter would fold it away, as a line break in single quotes
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _write_text)


def write(data: Any) -> str:
    """Plain data as YAML, in the order of its keys."""
    return yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False
    )
