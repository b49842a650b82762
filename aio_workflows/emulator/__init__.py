"""Image Builder's workflows on this machine, to test programs with.

    from aio_workflows.emulator import Emulator

    async with Emulator() as emulator, emulator.client() as client:
        created = await client.create_workflow(...)

Names are loaded on first use, so that the web server is imported only where an emulator runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aio_workflows.emulator.execution import Execution, StepRun
    from aio_workflows.emulator.executions import Fails
    from aio_workflows.emulator.face import Emulator, serve
    from aio_workflows.emulator.faults import (
        Close,
        CloseAfter,
        Delay,
        Drip,
        Fault,
        Garbage,
        GoStale,
        HalfAnswer,
        RateLimit,
        Reset,
        Respond,
        redirect,
        throttled,
    )
    from aio_workflows.emulator.scripts import AtRandom, ByOperation, FaultScript, InTurn
    from aio_workflows.emulator.server import RecordedRequest
    from aio_workflows.emulator.service import ImageBuilder
    from aio_workflows.emulator.signature import Secret
    from aio_workflows.emulator.store import WorkflowBuild
    from aio_workflows.emulator.workflows import Quotas

__all__ = [
    "AtRandom",
    "ByOperation",
    "Close",
    "CloseAfter",
    "Delay",
    "Drip",
    "Emulator",
    "Execution",
    "Fails",
    "Fault",
    "FaultScript",
    "Garbage",
    "GoStale",
    "HalfAnswer",
    "ImageBuilder",
    "InTurn",
    "Quotas",
    "RateLimit",
    "RecordedRequest",
    "Reset",
    "Respond",
    "Secret",
    "StepRun",
    "WorkflowBuild",
    "redirect",
    "serve",
    "throttled",
]

_HOMES: Final = {
    "execution": ("Execution", "StepRun"),
    "executions": ("Fails",),
    "face": ("Emulator", "serve"),
    "faults": (
        "Close",
        "CloseAfter",
        "Delay",
        "Drip",
        "Fault",
        "Garbage",
        "GoStale",
        "HalfAnswer",
        "RateLimit",
        "Reset",
        "Respond",
        "redirect",
        "throttled",
    ),
    "scripts": ("AtRandom", "ByOperation", "FaultScript", "InTurn"),
    "server": ("RecordedRequest",),
    "service": ("ImageBuilder",),
    "signature": ("Secret",),
    "store": ("WorkflowBuild",),
    "workflows": ("Quotas",),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
