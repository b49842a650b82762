"""A notebook's session with a real kernel: prints what its cells print, and the names of what they raise."""

import queue
import sys
from typing import Any

from jupyter_client.manager import KernelManager

DOCUMENT = "schemaVersion: 1.0\\nsteps:\\n  - {name: Wait, action: WaitForAction}\\n"
CELLS = [
    f"""
import asyncio
from aio_workflows import run
from aio_workflows.emulator import Emulator
asyncio.get_running_loop()  # the kernel's own
emulator = run(Emulator().start())
client = emulator.client()
def create(number):
    options = dict(name=f"name-{{number}}", semantic_version="1.0.0", type="TEST", data="{DOCUMENT}")
    return client.create_workflow(**options)
async def names():
    return [one.name async for one in client.list_workflows(owner="Self")]
async def stuck():
    print("at work", flush=True)
    await asyncio.Event().wait()
async def left():
    return [task.get_coro().__name__ for task in asyncio.all_tasks() if task is not asyncio.current_task()]
""",
    "for number in range(3): run(create(number))",
    "found = run(names()); print(len(found), sorted(found)[-1])",
    "await asyncio.sleep(0); print('mixed', len([name for name in run(names()) if name == 'name-1']))",
    "run(stuck())",
    "await asyncio.sleep(0); run(stuck())",
    "run(client.aclose()); run(emulator.stop()); print(run(left()))",
    "print('closed')",
]


def say(message: dict[str, Any], manager: KernelManager) -> None:
    """What a message of the kernel says; a cell that is stuck is interrupted once it says so."""
    content = message["content"]
    if message["msg_type"] == "stream" and content["name"] == "stdout":
        if content["text"] == "at work\n":
            manager.interrupt_kernel()
        else:
            sys.stdout.write(content["text"])
    elif message["msg_type"] == "error":
        print(content["ename"])
        print(*content["traceback"], file=sys.stderr)


def main() -> None:
    manager = KernelManager()
    manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"])
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        for cell in CELLS:
            client.execute_interactive(
                cell, timeout=120, output_hook=lambda message: say(message, manager), stop_on_error=False
            )
    except (TimeoutError, queue.Empty) as error:
        print(f"the kernel fell silent: {type(error).__name__}")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


main()
