"""A notebook's session with a real kernel: takes cells on stdin, and tells on stdout what each has given.

Both are JSON: a list of cells' texts; for each cell a list of what it printed (``["stdout", text]``,
``["stderr", text]``), raised (``["error", name, text]``) and showed (``["shown", {MIME type: data}]``).
A cell that prints ``at work`` is interrupted then.
"""

import json
import queue
import sys
from typing import Any

from jupyter_client.manager import KernelManager


def told(message: dict[str, Any], manager: KernelManager) -> list[Any] | None:
    """What a message of the kernel tells, None if it is of no interest."""
    content = message["content"]
    match message["msg_type"]:
        case "stream" if content["text"] == "at work\n":
            manager.interrupt_kernel()
        case "stream":
            return [content["name"], content["text"]]
        case "error":
            print(*content["traceback"], file=sys.stderr)
            return ["error", content["ename"], content["evalue"]]
        case "execute_result" | "display_data":
            return ["shown", content["data"]]
    return None


def joined(messages: list[list[Any] | None]) -> list[list[Any]]:
    """What is of interest; pieces of one stream that follow each other are one."""
    found = list[list[Any]]()
    for one in messages:
        if one is not None and found and one[0] == found[-1][0] and one[0] in {"stdout", "stderr"}:
            found[-1][1] += one[1]
        elif one is not None:
            found.append(one)
    return found


def main(cells: list[str]) -> list[list[Any]]:
    given: list[list[Any]] = []
    manager = KernelManager()
    manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"])
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        for cell in cells:
            messages = list[Any]()
            given.append(messages)
            client.execute_interactive(
                cell,
                timeout=120,
                output_hook=lambda message, messages=messages: messages.append(told(message, manager)),
                stop_on_error=False,
            )
    except (TimeoutError, queue.Empty) as error:
        given.append([["error", type(error).__name__, "the kernel fell silent"]])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return [joined(messages) for messages in given]


print(json.dumps(main(json.load(sys.stdin))))
