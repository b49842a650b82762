"""The workflow document: a checker that finds its mistakes before the service does, and a way to compose it."""

from aio_workflows.document.checker import check_document, declared_parameters
from aio_workflows.document.findings import Finding, Severity, first_error, refusal

__all__ = [
    "Finding",
    "Severity",
    "check_document",
    "declared_parameters",
    "first_error",
    "refusal",
]
