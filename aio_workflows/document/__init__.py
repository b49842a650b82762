"""The workflow document: a checker that finds its mistakes before the service does, and a way to compose it.

Every step action has a constructor in :mod:`aio_workflows.document.steps`.
"""

from aio_workflows.document.annotated import AnnotatedDocument, Findings
from aio_workflows.document.checker import check_document, declared_parameters
from aio_workflows.document.conditions import (
    Condition,
    boolean_equals,
    number_equals,
    number_greater_than,
    number_greater_than_equals,
    number_less_than,
    number_less_than_equals,
    string_equals,
)
from aio_workflows.document.findings import Finding, Severity
from aio_workflows.document.refusal import refusal
from aio_workflows.document.schema import Output, Parameter, Retry, Step, WorkflowDocument
from aio_workflows.document.steps import (
    ApplyImageConfigurations,
    BootstrapInstanceForContainer,
    CollectImageMetadata,
    CollectImageScanFindings,
    CreateImage,
    CreateImageFromIso,
    DistributeContainerImage,
    DistributeImage,
    ExecuteComponents,
    ExecuteStateMachine,
    LaunchInstance,
    ModifyImageAttributes,
    RegisterImage,
    RunCommand,
    RunSysPrep,
    SanitizeInstance,
    TerminateInstance,
    WaitForAction,
    WaitForSSMAgent,
)
from aio_workflows.document.values import Reference, parameter, step_output, system_variable, workflow_output

__all__ = [
    "AnnotatedDocument",
    "ApplyImageConfigurations",
    "BootstrapInstanceForContainer",
    "CollectImageMetadata",
    "CollectImageScanFindings",
    "Condition",
    "CreateImage",
    "CreateImageFromIso",
    "DistributeContainerImage",
    "DistributeImage",
    "ExecuteComponents",
    "ExecuteStateMachine",
    "Finding",
    "Findings",
    "LaunchInstance",
    "ModifyImageAttributes",
    "Output",
    "Parameter",
    "Reference",
    "RegisterImage",
    "Retry",
    "RunCommand",
    "RunSysPrep",
    "SanitizeInstance",
    "Severity",
    "Step",
    "TerminateInstance",
    "WaitForAction",
    "WaitForSSMAgent",
    "WorkflowDocument",
    "boolean_equals",
    "check_document",
    "declared_parameters",
    "number_equals",
    "number_greater_than",
    "number_greater_than_equals",
    "number_less_than",
    "number_less_than_equals",
    "parameter",
    "refusal",
    "step_output",
    "string_equals",
    "system_variable",
    "workflow_output",
]
