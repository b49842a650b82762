"""How long the checker takes for a document: a short one, and one as long, with as many steps, as is allowed."""

import time

from aio_workflows.document import check_document
from bench.clients.work import DOCUMENT
from bench.programs.tools import tell

LONGEST, MOST_STEPS = 16_000, 15
_STEP = """\
  - name: Step{number}
    action: ExecuteStateMachine
    onFailure: Abort
    inputs:
      stateMachineArn: arn:aws:states:eu-west-1:123456789012:stateMachine:check-{number}
"""


def long_document() -> str:
    """All steps, each with the comments that there is room for."""
    comment = "    # what it is for, why it is there, and who asks for it\n"
    steps = [_STEP.format(number=number) for number in range(MOST_STEPS - 1)]
    room = (LONGEST - len(DOCUMENT) - sum(map(len, steps))) // len(steps) // len(comment)
    return DOCUMENT + "".join(step + comment * room for step in steps)


def check_ms(text: str, times: int) -> float:
    """The milliseconds that a check takes."""
    check_document(text)
    began = time.process_time()
    for _ in range(times):
        check_document(text)
    return (time.process_time() - began) / times * 1000


if __name__ == "__main__":
    tell(short_ms=check_ms(DOCUMENT, 200), long_ms=check_ms(long_document(), 5))
