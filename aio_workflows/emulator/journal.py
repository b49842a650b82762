"""The state file: every change as one line of JSON, on the disk before it is answered.

A program that is killed loses nothing that was answered. A line that it was writing at that moment
has no end, so nobody was told of it, and it is dropped when the file is read again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]
"""One change: what is done, under ``do``, and plain data that says to what."""


class Journal:
    """A state file that is open for one program at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        try:
            _lock(self._file.fileno(), path)
        except BaseException:
            self._file.close()
            raise
        _sync_directory(path.parent)

    def events(self) -> Iterator[Event]:
        """Every change so far. An unfinished last line is cut off.

        :raises ValueError: the file holds something else; says in which line.
        """
        self._file.seek(0)
        end = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            try:
                event = json.loads(line)
                yield {"do": event["do"], **event}
            except (ValueError, TypeError, KeyError):
                raise ValueError(f"{self.path}, line {number}: not the state of an emulator") from None
            end += len(line)
        self._file.truncate(end)

    def append(self, event: Event) -> None:
        """Write a change, and wait until it is on the disk."""
        self._file.write(json.dumps(event, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file. Calling it again does nothing."""
        self._file.close()


def _lock(descriptor: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise OSError(f"the state file {path} is in use by another emulator") from None


def _sync_directory(path: Path) -> None:
    """Make sure that the file itself, not only its content, outlives a crash of the machine."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
