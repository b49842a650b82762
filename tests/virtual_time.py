"""Time that passes only when someone waits: tests of waits and deadlines take no time."""

import asyncio


class VirtualTime:
    """A clock and a sleep that belong together. ``sleeps`` are the waits so far, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await self.pass_by(seconds)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass without counting as a wait, as an attempt does that takes long."""
        self.now += seconds
        await asyncio.sleep(0)
