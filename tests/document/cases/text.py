"""The text itself: sizes, characters, YAML."""

from tests.document.cases import GOOD, HEAD, LAUNCH, Case

REGISTER = """\
schemaVersion: 1.0
steps:
  - name: Register
    action: RegisterImage
    inputs:
      blockDeviceMapping: """


def padded(size: int, character: str = "x") -> str:
    """A good document of ``size`` characters."""
    return GOOD + "# " + character + "x" * (size - len(GOOD) - 3)


def nested(levels: int, mark: str = "") -> str:
    """A document of so many levels; four are around the innermost lists."""
    return f"{REGISTER}{'[' * (levels - 5)}{mark}[{']' * (levels - 4)}\n"


def aliased(items: int, aliases: int, mark: str = "") -> str:
    """A list of texts, named so often that the aliases add ``(items + 1) * aliases`` values."""
    listed = ", ".join("a" * items)
    named = ", ".join(["*list"] * (aliases - 1) + [f"{mark}*list"])
    return f"{REGISTER}[&list [{listed}], {named}]\n"


CASES = [
    Case("WF001", "", "»", f"\n# a comment\n---\n{GOOD}"),
    Case("WF001", "", "»# nothing but a comment\n", GOOD),
    Case("WF002", "", f"»{padded(65_537)}", padded(65_536), beside=("WF003",)),
    Case("WF002", "", f"»{padded(65_536, 'é')}", padded(65_535, "é"), beside=("WF003",)),
    Case("WF003", "", f"»{padded(16_001)}", padded(16_000)),
    Case("WF004", "", f"»{padded(16_000, 'é')}", padded(15_999, "é")),
    Case("WF005", "", f"{GOOD}name: a»\x00b\n", f"{GOOD}name: 'a\tb\u00a0ü\U0001f600'\n"),
    Case("WF005", "", f"{GOOD}name: a»\x1b[2J\n", f'{GOOD}name: "a\\e[2J"\n'),
    Case("WF005", "", f"{GOOD}name: a»\ud83d\n", f"{GOOD}name: a\U0001f600\n"),
    Case("WF006", "", f"»\ufeff{GOOD}", f"{GOOD}# \ufeff\n"),
    Case("WF007", "", f"{GOOD}name: »'open\n", f"{GOOD}name: 'closed'\n"),
    Case("WF007", "", f"{GOOD}outputs:\n»\t- name: a\n", f"{GOOD}name:\ta\n"),
    Case("WF007", "", f"{GOOD}outputs: »[{{name: a}}\n", f"{GOOD}outputs: []\n"),
    Case("WF007", "", f"|\n»{GOOD}", f"---\n{GOOD}"),
    Case("WF007", "", f"{GOOD}description: one »: two\n", f"{GOOD}description: one:two\n"),
    Case("WF007", "", f"{GOOD}   »- name: Second\n", f"{GOOD}  - name: Second\n    action: WaitForAction\n"),
    Case("WF007", "", f"{GOOD}name: »@large\n", f"{GOOD}name: '@large'\n"),
    Case("WF007", "", f'{GOOD}name: "C:\\U»sers"\n', f'{GOOD}name: "C:\\\\Users"\n'),
    Case("WF007", "", f"{GOOD}»name\n", f"{GOOD}name: name\n"),
    Case("WF007", "", f"{GOOD}name: *».yaml\n", f"{GOOD}name: '*.yaml'\n"),
    Case("WF007", "", f"{GOOD}name: »? a\n", f"{GOOD}name: '? a'\n"),
    Case("WF008", "", f"{GOOD}»---\n{GOOD}", f"---\n{GOOD}...\n"),
    Case("WF009", "", nested(101, "»"), nested(100)),
    Case(
        "WF009",
        "",
        f"{REGISTER}{{a: &deep {'[' * 60}{']' * 60}, b: {'[' * 50}»*deep{']' * 50}}}\n",
        nested(99),
    ),
    Case("WF010", "", aliased(99, 101, "»"), aliased(99, 100)),
    Case("WF010", "", f"{REGISTER}&list [»*list]\n", f"{REGISTER}[&list [], *list]\n"),
    Case("WF010", "", f"{GOOD}name: »*all\n", f"{GOOD}name: '*all'\n"),
    Case("WF011", "", f"{GOOD}name: »!Sub '${{Name}}'\n", f"{GOOD}name: !!str 5\n"),
    Case("WF011", "", f"{GOOD}name: »!!python/name:os.system\n", f"{GOOD}name: '!!python/name:os.system'\n"),
    Case("WF012", "", f"{HEAD}»{GOOD}", f"{GOOD}  - name: Second\n    action: WaitForAction\n"),
    Case(
        "WF013",
        "",
        f"{HEAD}steps:\n  - name: Run\n    action: RunSysPrep\n    inputs:\n      instanceId: {{»{{ $.imagebuilder.imageId }}}}\n",
        f"{HEAD}steps:\n  - name: Run\n    action: RunSysPrep\n    inputs:\n      instanceId: '{{{{ $.imagebuilder.imageId }}}}'\n",
    ),
    Case(
        "WF014",
        "",
        f"»- {HEAD}  name: a\n",
        '{"schemaVersion": 1.0, "steps": [{"name": "Wait", "action": "WaitForAction"}]}',
    ),
    Case("WF014", "", f"»>\n  {HEAD}", f"{HEAD}description: >\n  a text\n{LAUNCH}"),
]
