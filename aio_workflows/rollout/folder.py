"""A folder of documents without a manifest: the folders in it say what each document is for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aio_workflows.errors import ManifestError, ManifestMistake, RequestValidationError
from aio_workflows.models.arn import slug
from aio_workflows.models.document_text import decode
from aio_workflows.rollout.form import FILE_NAME, member_name
from aio_workflows.rollout.model import Manifest, ManifestWorkflow

PHASES: Final = {"build": "BUILD", "test": "TEST", "distribution": "DISTRIBUTION"}
"""The folders, and the type of the documents in each."""


def manifest_of_folder(folder: str | Path, *, semantic_version: str = "1.0.0") -> Manifest:
    """The manifest that a folder without one means: documents in ``build``, ``test`` and ``distribution``.

    :raises ManifestError: there are no documents, or one of them cannot be published.
    """
    folder, workflows = Path(folder), list[ManifestWorkflow]()
    found, names = list[ManifestMistake](), dict[tuple[str, str], Path]()

    def mistake(file: Path, text: str) -> None:
        found.append(ManifestMistake(file=str(file), line=1, column=1, field="file", text=text))

    for phase, kind in PHASES.items():
        for file in sorted([*(folder / phase).glob("*.yaml"), *(folder / phase).glob("*.yml")]):
            first = names.setdefault((kind, slug(file.stem)), file)
            if first is not file:
                mistake(file, f"gives the same workflow as {first}")
            try:
                document = decode(file.read_bytes(), file.name)
                fields = {"name": file.stem, "semantic_version": semantic_version, "type": kind}
                workflow = ManifestWorkflow(
                    label=f"{phase}/{file.name}",
                    on_change="new_build",
                    document=document,
                    uri=None,
                    fields=fields,
                )
                workflow.request()
            except RequestValidationError as error:
                for complaint in error.complaints:
                    mistake(file, f"{member_name(complaint.field)}: {complaint.text}")
            else:
                workflows.append(workflow)
    if not workflows and not found:
        mistake(folder, f"has no {FILE_NAME}, and no documents in {', '.join(PHASES)}")
    if found:
        raise ManifestError(found)
    return Manifest(workflows=tuple(workflows))
