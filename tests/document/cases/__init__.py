"""What a case is: a document that breaks one rule, and one that nearly does.

The files beside this one hold the cases, one file for each chapter of the rules; a file may have several
cases of one rule.
"""

from dataclasses import dataclass

MARK = "»"
"""Stands in a broken document where the finding is expected; it is taken out before the check."""

HEAD = "schemaVersion: 1.0\n"
LAUNCH = """\
steps:
  - name: Launch
    action: LaunchInstance
    inputs:
      waitFor: ssmAgent
"""
GOOD = HEAD + LAUNCH
"""A document without findings, to which steps and outputs can be added."""


@dataclass(frozen=True)
class Case:
    """``broken`` breaks the rule ``code`` at its mark, which is at ``path``; ``near`` does not break it.

    ``near`` breaks no other rule either, but for those in ``beside``.
    """

    code: str
    path: str
    broken: str
    near: str
    type: str = "BUILD"
    beside: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The broken document as it is checked."""
        return self.broken.replace(MARK, "", 1)

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of the mark."""
        before = self.broken[: self.broken.index(MARK)]
        return before.count("\n") + 1, len(before) - before.rfind("\n")
