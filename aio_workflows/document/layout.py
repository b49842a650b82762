"""The keys of a document and the form of their values (user guide, create a workflow document)."""

from __future__ import annotations

from typing import Final

from aio_workflows.document.shapes import (
    ANYTHING,
    TEXT,
    Integer,
    ListOf,
    Structure,
    Text,
    optional,
    required,
)

PARAMETER_TYPES: Final = ("string", "integer", "boolean", "stringList")
ON_FAILURE: Final = ("Abort", "Continue")

STEPS_MAXIMUM: Final = 15
PARAMETERS_MAXIMUM: Final = 25
OUTPUTS_MAXIMUM: Final = 25

PARAMETER: Final = Structure(
    keys={
        "name": required(Text(minimum=1, maximum=128)),
        "type": optional(Text(words=PARAMETER_TYPES), default="string"),
        "default": optional(ANYTHING),
        "description": optional(Text(maximum=1024)),
    }
)

RETRY: Final = Structure(
    keys={
        "maxAttempts": required(Integer(minimum=1, maximum=10)),
        "backoffSeconds": optional(Integer(minimum=0, maximum=600), default=30),
    }
)

STEP: Final = Structure(
    keys={
        "name": required(TEXT),
        "action": required(TEXT),
        "description": optional(Text(minimum=1, maximum=1024)),
        "if": optional(ANYTHING),
        # The guide's table asks for it; steps without inputs are deployed where the action needs none.
        "inputs": optional(ANYTHING),
        "onFailure": optional(Text(words=ON_FAILURE), default="Abort"),
        "rollbackEnabled": optional(ANYTHING, default=True),
        "timeoutSeconds": optional(Integer(minimum=1)),
        "waitSeconds": optional(Integer(minimum=0), default=0),
        "retry": optional(RETRY),
    },
    older={"timeoutInSeconds": "timeoutSeconds"},
)

OUTPUT: Final = Structure(keys={"name": required(TEXT), "value": required(TEXT)})

DOCUMENT: Final = Structure(
    keys={
        "name": optional(TEXT),
        "description": optional(TEXT),
        "schemaVersion": required(ANYTHING),
        "parameters": optional(ListOf(item=PARAMETER, maximum=PARAMETERS_MAXIMUM)),
        "steps": required(ListOf(item=STEP, minimum=1, maximum=STEPS_MAXIMUM)),
        "outputs": optional(ListOf(item=OUTPUT, maximum=OUTPUTS_MAXIMUM)),
    }
)
