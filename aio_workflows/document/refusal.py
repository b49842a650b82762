"""What becomes of errors in a document: an exception of ours, or a complaint in the service's own words."""

from __future__ import annotations

from collections.abc import Iterable

from aio_workflows.document.checker import check_document
from aio_workflows.document.findings import Finding, Severity
from aio_workflows.errors import Complaint, RequestValidationError


def errors_among(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings for which the service would refuse the document."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def refusal(findings: Iterable[Finding]) -> str | None:
    """The first error in the form of the service's own complaints, None if there is no error."""
    for error in errors_among(findings):
        place = f"line {error.line}, column {error.column}"
        place = f"{error.path}, {place}" if error.path else place.capitalize()
        return f"The value supplied for parameter 'data' is not valid. {place}: {error.message}"
    return None


def complaint(finding: Finding) -> Complaint:
    """A finding as a broken rule of a request; it says where, and repeats no text of the document."""
    text = f"{finding.message} (line {finding.line}, column {finding.column})"
    return Complaint(field=finding.path or "document", rule=finding.code, text=text)


def require_sound(data: str | None, type: str) -> None:
    """Refuse a document that :func:`check_document` finds errors in.

    :raises RequestValidationError: there are errors, each of which is one complaint, or there is no
        document here to look at.
    """
    if data is None:
        text = "only a document that is given by data can be checked; read the one in Amazon S3 first"
        raise RequestValidationError([Complaint(field="data", rule="combination", text=text)])
    errors = errors_among(check_document(data, type))
    if errors:
        raise RequestValidationError([complaint(error) for error in errors], subject="document")
