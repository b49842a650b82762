"""The manifest, ``workflows.yaml``: read, filled in, checked as a whole, and told with all its mistakes at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from attrs import AttrsInstance, frozen

from aio_workflows.document.parser import parse
from aio_workflows.document.tree import ListNode, MapNode, Node, plain
from aio_workflows.errors import ManifestError, RequestValidationError
from aio_workflows.models.arn import slug
from aio_workflows.models.constraints import DATA, WORKFLOW_SIZE_BYTES
from aio_workflows.models.document_text import decode
from aio_workflows.models.validators import check
from aio_workflows.publish.result import OnChange
from aio_workflows.rollout.form import (
    FILE_NAME,
    STRUCTURER,
    DocumentPlace,
    Entry,
    ManifestForm,
    Settings,
    TargetEntry,
    member_name,
)
from aio_workflows.rollout.mistakes import Mistakes
from aio_workflows.rollout.model import Manifest, ManifestWorkflow, Target
from aio_workflows.rollout.placeholders import fill
from aio_workflows.structuring import StructuringError

LARGEST: Final = 1024 * 1024
"""Bytes of a manifest that are read."""

T = TypeVar("T", bound=AttrsInstance)

_SETTINGS: Final = ("semantic_version", "type", "description", "change_description", "kms_key_id")
_ANYWHERE: Final = "s3://bucket/key"  # stands for the place of a document that is not yet uploaded


def read_manifest(path: str | Path, environ: Mapping[str, str] | None = None) -> Manifest:
    """Read a manifest and the documents that it names.

    ``path`` is the manifest, or a folder with a ``workflows.yaml``. ``environ`` has the environment
    variables, by default those of the process.

    :raises ManifestError: with every mistake, each with its line and field.
    :raises OSError: the manifest itself cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        path /= FILE_NAME
    reader = _Reader(path, Mistakes(str(path)), os.environ if environ is None else environ)
    manifest = reader.read()
    if reader.mistakes.found:
        raise ManifestError(sorted(reader.mistakes.found, key=lambda one: (one.line, one.column)))
    return manifest


@frozen
class _Reader:
    """Reads one manifest."""

    path: Path
    mistakes: Mistakes
    environ: Mapping[str, str]

    def read(self) -> Manifest:
        """The manifest; it counts only if there are no mistakes."""
        empty = Manifest(workflows=())
        try:
            text = decode(self.path.read_bytes(), self.path.name)
        except RequestValidationError as error:
            self.mistakes.add(1, 1, "", error.complaints[0].text)
            return empty
        root = parse(
            text,
            lambda _, line, column, message: self.mistakes.add(line, column, "", message),
            largest=LARGEST,
        )
        if root is None:
            return empty
        if not isinstance(root, MapNode):
            self.mistakes.at(root, "", "a manifest is a mapping with a list 'workflows'")
            return empty
        fill(root, self._declared(root), self.environ, lambda path, said: self.mistakes.at(root, path, said))
        return self._resolve(root)

    def _declared(self, root: MapNode) -> frozenset[str]:
        names = root.get("environment")
        if not isinstance(names, ListNode):
            return frozenset()  # what else it may be is complained about with the rest
        return frozenset(str(plain(name)) for name in names.items)

    def _resolve(self, root: MapNode) -> Manifest:
        """Structure each part by itself, so that a mistake in one does not hide those of another."""
        frame = plain(root)
        lists = {name: self._taken_out(root, frame, name, []) for name in ("workflows", "targets")}
        defaults = self._part(root, frame, "defaults", Settings)
        documents = self._part(root, frame, "documents", DocumentPlace)
        environment = {name: frame.pop(name) for name in ("environment",) if name in frame}
        self._structured(root, "", frame, ManifestForm)
        self._structured(root, "", {**environment, "workflows": []}, ManifestForm)
        targets = tuple(self._targets(root, lists["targets"], documents))
        workflows = tuple(self._workflows(root, lists["workflows"], defaults))
        targets = targets or (Target(name="default", documents=documents),)
        self._refuse_homeless(root, workflows, targets)
        return Manifest(workflows=tuple(one for _, one in workflows), targets=targets)

    def _taken_out(self, root: MapNode, frame: dict[str, Any], name: str, rest: object) -> list[Node]:
        """The items of a list, which the frame then has without them."""
        node = root.get(name)
        if not isinstance(node, ListNode):
            return []  # what else it may be is complained about with the frame
        if not node.items:
            self.mistakes.at(root, name, "is empty")
        frame[name] = rest
        return node.items

    def _part(self, root: MapNode, frame: dict[str, Any], name: str, cls: type[T]) -> T | None:
        """A part that is a mapping, which the frame then has not; None also where it has mistakes."""
        node = root.get(name)
        if not isinstance(node, MapNode):
            return None
        return self._structured(root, name, frame.pop(name), cls)

    def _structured(self, root: Node, base: str, data: object, cls: type[T]) -> T | None:
        try:
            made = STRUCTURER.structure(data, cls)
        except StructuringError as error:
            for problem in error.problems:
                self.mistakes.structural(root, base, problem)
            return None
        self._check(root, base, made)
        return made

    def _check(self, root: Node, base: str, made: AttrsInstance) -> None:
        try:
            check(made)
        except RequestValidationError as error:
            for complaint in error.complaints:
                self.mistakes.complaint(root, base, complaint)

    # --- Workflows ---

    def _workflows(
        self, root: MapNode, items: list[Node], defaults: Settings | None
    ) -> Iterator[tuple[str, ManifestWorkflow]]:
        seen = dict[tuple[str, str, str], str]()
        for index, item in enumerate(items):
            base, before = f"workflows[{index}]", len(self.mistakes.found)
            entry = self._structured(root, base, plain(item), Entry)
            if entry is None or len(self.mistakes.found) > before:
                continue
            if defaults is None and root.get("defaults") is not None:
                continue  # what they were meant to say is not known
            workflow = self._workflow(root, base, entry, defaults or Settings())
            if workflow is None:
                continue
            yield base, workflow
            request = workflow.request(_ANYWHERE if workflow.is_long else None)
            first = seen.setdefault(
                (slug(request.name), str(request.type), str(request.semantic_version)), base
            )
            if first != base:
                self.mistakes.at(
                    root, base, f"is the same workflow and version as {first}; both cannot be the latest"
                )

    def _workflow(self, root: Node, base: str, entry: Entry, defaults: Settings) -> ManifestWorkflow | None:
        if (entry.file is None) == (entry.uri is None):
            found = "neither" if entry.file is None else "both"
            self.mistakes.at(root, base, f"give exactly one of file and uri; {found} given")
            return None
        if entry.name is None and entry.file is None:
            self.mistakes.at(root, base, "a document given by uri needs a name")
            return None
        document = self._document(root, base, entry.file) if entry.file is not None else None
        if entry.file is not None and document is None:
            return None
        fields: dict[str, Any] = {"name": entry.name or Path(entry.file or "").stem}
        for name in _SETTINGS:
            own = getattr(entry, name)
            value = own if own is not None else getattr(defaults, name)
            if value is None and name in {"semantic_version", "type"}:
                self.mistakes.at(root, base, f"has no {member_name(name)}, and neither have the defaults")
                return None
            fields[name] = value
        tags = {**(defaults.tags or {}), **(entry.tags or {})}
        workflow = ManifestWorkflow(
            label=entry.file or entry.uri or "",
            on_change=cast("OnChange", entry.on_change or defaults.on_change or "new_build"),
            document=document,
            uri=entry.uri,
            fields={**fields, "tags": tags or None},
        )
        try:
            workflow.request(_ANYWHERE if workflow.is_long else None)
        except RequestValidationError as error:
            for complaint in error.complaints:
                at = "file" if complaint.field == "data" else complaint.field
                self.mistakes.at(root, f"{base}.{member_name(at)}", complaint.text)
            return None
        return workflow

    def _document(self, root: Node, base: str, file: str) -> str | None:
        try:
            document = decode((self.path.parent / file).read_bytes(), file)
        except OSError as error:
            self.mistakes.at(root, f"{base}.file", f"{file!r} cannot be read: {error.strerror}")
        except ValueError as error:  # also a RequestValidationError: not UTF-8
            text = error.complaints[0].text if isinstance(error, RequestValidationError) else str(error)
            self.mistakes.at(root, f"{base}.file", text)
        else:
            size = len(document.encode())
            if size <= WORKFLOW_SIZE_BYTES:
                return document
            self.mistakes.at(
                root,
                f"{base}.file",
                f"{file!r} has {size} bytes; the service takes at most {WORKFLOW_SIZE_BYTES}",
            )
        return None

    # --- Targets ---

    def _targets(self, root: Node, items: list[Node], documents: DocumentPlace | None) -> Iterator[Target]:
        seen = set[str]()
        for index, item in enumerate(items):
            base, before = f"targets[{index}]", len(self.mistakes.found)
            entry = self._structured(root, base, plain(item), TargetEntry)
            if entry is not None and entry.documents is not None:
                self._check(root, f"{base}.documents", entry.documents)
            if entry is None or len(self.mistakes.found) > before:
                continue
            if (entry.region is None) == (entry.regions is None):
                self.mistakes.at(root, base, "give exactly one of region and regions")
                continue
            if entry.external_id is not None and entry.role_arn is None:
                self.mistakes.at(root, f"{base}.externalId", "goes with a roleArn only")
            for target in _expand(entry, documents):
                if target.name in seen:
                    self.mistakes.at(
                        root, base, f"gives the target {target.name!r} a second time; name them apart"
                    )
                seen.add(target.name)
                yield target

    def _refuse_homeless(
        self,
        root: Node,
        workflows: tuple[tuple[str, ManifestWorkflow], ...],
        targets: tuple[Target, ...],
    ) -> None:
        """A long document needs a place in S3 in every target, and its owner must be known."""
        for base, workflow in workflows:
            if not workflow.is_long:
                continue
            for target in targets:
                place = target.documents
                if place is None:
                    size, limit = len(workflow.document or ""), DATA.maximum
                    text = f"has {size} characters, more than {limit}: give 'documents', a place in S3 to put it in"
                elif place.bucket_owner is None and target.role_account is None:
                    text = (
                        f"goes to {place.uri}: give the bucket's owner too, 'bucketOwner', "
                        f"as the target {target.name!r} has no role that tells the account"
                    )
                else:
                    continue
                self.mistakes.at(root, f"{base}.file", text)
                break


def _expand(entry: TargetEntry, documents: DocumentPlace | None) -> Iterator[Target]:
    account = entry.role_arn.split(":")[4] if entry.role_arn is not None else None
    name = entry.name or account or entry.profile or "default"
    for region in entry.regions or (entry.region,):
        yield Target(
            name=f"{name}/{region}",
            region=region,
            profile=entry.profile,
            role_arn=entry.role_arn,
            external_id=entry.external_id,
            endpoint_url=entry.endpoint_url,
            documents=entry.documents or documents,
        )
