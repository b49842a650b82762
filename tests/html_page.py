"""A fragment of HTML as a browser would take it apart: its elements, their attributes, its text."""

from html.parser import HTMLParser

VOID = {"wbr"}


class HtmlPage(HTMLParser):
    """What is in a fragment. ``cells`` are the texts of table cells, ``marked`` those of ``mark``."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self.style = ""
        self.open: list[str] = []
        self.feed(fragment)
        self.close()
        assert not self.open, "elements were left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in VOID:
            return
        self.open.append(tag)
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "elements are not nested"

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            self.style += data
            return
        self.text += data
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data
        if "mark" in self.open:
            self.marked[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data!r}")

    def tables(self) -> int:
        return sum(tag == "table" for tag, _ in self.elements)
