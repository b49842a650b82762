"""Tags as a value: an unchangeable mapping of text to text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class Tags(Mapping[str, str]):
    """Tags as an unchangeable mapping: a copy, so that changing the original changes nothing."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> str:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        return repr(self._entries)

    def __reduce__(self) -> tuple[type[Tags], tuple[dict[str, str]]]:
        return Tags, (self._entries,)
