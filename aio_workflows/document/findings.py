"""What the checker says: a finding, and how bad it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from attrs import frozen


class Severity(StrEnum):
    """How sure a finding is to be a mistake."""

    ERROR = "error"
    """The service refuses it, or it cannot work, by a documented rule."""

    WARNING = "warning"
    """Very likely wrong, but no documentation says that the service refuses it."""

    INFO = "info"
    """Worth knowing."""


SeverityName = Literal["error", "warning", "info"]


@frozen(kw_only=True)
class Finding:
    """One thing that is wrong, or may be, with a document.

    ``code`` is stable (``"WF502"``, see :doc:`/reference/document-rules`). ``message`` says what is wrong
    and what would be right; it may quote names of the document, such as a step's, but none of its
    texts. ``line`` and ``column`` count from 1, in characters. ``path`` names the
    place in the document (``"steps[2].inputs.instanceId.$"``), and is empty for the document itself.
    """

    severity: Severity
    code: str
    message: str
    line: int
    column: int
    path: str = ""

    def __str__(self) -> str:
        place = f" [{self.path}]" if self.path else ""
        return f"{self.line}:{self.column}: {self.severity} {self.code}: {self.message}{place}"
