"""The journal of a rollout: what is done, line by line, so that a run that was cut off can be resumed.

The file has one JSON object a line. The first names the run; its id is in all client tokens, so that
a create whose answer was lost is asked for again under the same one. The documents are not in it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final, Self, cast

from aio_workflows.errors import ConfigurationError
from aio_workflows.models.client_token import derive_client_token
from aio_workflows.publish.result import PublishResult
from aio_workflows.rollout.model import ManifestWorkflow, Target

_FORMAT: Final = 1
_BEGINNING: Final = b'{"rollout": '


def fresh_run_id() -> str:
    """The name of a new run."""
    return str(uuid.uuid4())


def item_key(workflow: ManifestWorkflow, target: Target) -> str:
    """What stands for one workflow in one target: the same as long as all of its content is."""
    stand_in = None
    if workflow.is_long:
        stand_in = f"s3://long/{hashlib.sha256((workflow.document or '').encode()).hexdigest()}"
    return derive_client_token(
        workflow.request(stand_in), region=target.region or "", salt=workflow.on_change, account=target.name
    )


class Journal:
    """A journal in a file, or with no path one that is kept nowhere.

    :raises ConfigurationError: the file is there and is no journal.
    :raises OSError: the file cannot be read or written.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.run_id: str = fresh_run_id()
        self._done: dict[str, PublishResult] = {}
        self._file: IO[bytes] | None = None
        if path is not None:
            self._open(Path(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def done(self, key: str) -> PublishResult | None:
        """What an earlier run has made of an item."""
        return self._done.get(key)

    def record(self, key: str, result: PublishResult) -> None:
        """Note that an item is done. It is in the file when this returns, even if the process is killed then."""
        self._done[key] = result
        self._write({"done": key, "result": result.to_data()})

    def _open(self, path: Path) -> None:
        entries = _entries(path.read_bytes(), path) if path.exists() else []
        self._done = {entry["done"]: _result(entry, path) for entry in entries[1:]}
        self._file = path.open("ab")
        if entries:
            self.run_id = entries[0]["run"]
        else:
            self._write({"rollout": _FORMAT, "run": self.run_id})

    def _write(self, entry: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(entry).encode() + b"\n")
            self._file.flush()


def _entries(content: bytes, path: Path) -> list[Mapping[str, Any]]:
    """The entries of a file; a last line that was cut off does not count, and is removed."""
    *lines, cut_off = content.split(b"\n")
    entries = [_entry(line) for line in lines]
    if entries:
        is_journal = entries[0].get("rollout") == _FORMAT and "run" in entries[0]
    else:
        is_journal = _BEGINNING.startswith(cut_off[: len(_BEGINNING)])
    if not is_journal or not all("done" in entry for entry in entries[1:]):
        raise _no_journal(path)
    if cut_off:
        with path.open("r+b") as file:
            file.truncate(len(content) - len(cut_off))
    return entries


def _entry(line: bytes) -> Mapping[str, Any]:
    try:
        value: object = json.loads(line)
    except ValueError:
        return {}
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _result(entry: Mapping[str, Any], path: Path) -> PublishResult:
    try:
        return PublishResult.from_data(entry["result"])
    except (KeyError, ValueError):
        raise _no_journal(path) from None


def _no_journal(path: Path) -> ConfigurationError:
    return ConfigurationError(f"{str(path)!r} is no journal of a rollout; name another file")
