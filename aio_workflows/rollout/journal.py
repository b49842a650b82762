"""The journal of a rollout: what is done, line by line, so that a run that was cut off can be resumed.

The file has one JSON object a line. The first names the run; its id is in all client tokens, so that
a create whose answer was lost is asked for again under the same one. The documents are not in it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final, Self, cast

from aio_workflows.errors import ConfigurationError
from aio_workflows.models.client_token import derive_client_token
from aio_workflows.models.tags import Tags
from aio_workflows.models.version import SemanticVersion
from aio_workflows.publish.result import PublishResult
from aio_workflows.rollout.model import ManifestWorkflow, Target

_FORMAT: Final = 1


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
        self.run_id = fresh_run_id()
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
        self._write({"done": key, **_plain(result)})

    def _open(self, path: Path) -> None:
        entries = list(_entries(path.read_bytes(), path)) if path.exists() else []
        self._file = path.open("ab")
        if not entries:
            self._write({"rollout": _FORMAT, "run": self.run_id})
            return
        self.run_id = cast("str", entries[0]["run"])
        for entry in entries[1:]:
            self._done[cast("str", entry["done"])] = _result(entry)

    def _write(self, entry: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(entry).encode() + b"\n")
            self._file.flush()


def _entries(content: bytes, path: Path) -> Iterable[Mapping[str, Any]]:
    """The entries of a file; a last line that was cut off does not count."""
    *lines, cut_off = content.split(b"\n")
    entries = [_entry(line) for line in lines]
    is_journal = not content or (
        bool(entries) and entries[0].get("rollout") == _FORMAT and "run" in entries[0]
    )
    if not is_journal or not all("done" in entry for entry in entries[1:]):
        raise ConfigurationError(f"{str(path)!r} is no journal of a rollout; name another file")
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


def _plain(result: PublishResult) -> dict[str, Any]:
    return {
        "status": result.status,
        "arn": result.workflow_build_version_arn,
        "version": str(result.semantic_version),
        "raced": result.raced,
        "tags": dict(result.added_tags),
        "token": result.client_token,
    }


def _result(entry: Mapping[str, Any]) -> PublishResult:
    return PublishResult(
        status=entry["status"],
        workflow_build_version_arn=entry["arn"],
        semantic_version=SemanticVersion.parse(entry["version"]),
        raced=entry["raced"],
        added_tags=Tags(entry["tags"]),
        client_token=entry["token"],
    )
