"""The Sphinx configuration. Built with `nox -s docs`: a warning, and a reference that leads nowhere, is an error."""

import importlib
import re
from importlib.metadata import version as installed_version
from typing import cast

import attrs
from docutils.nodes import Element, TextElement
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = "aio_workflows"
author = "the aio_workflows authors"
project_copyright = author
release = version = installed_version("aio-workflows")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["_build", "reports", "examples"]

html_theme = "furo"
html_title = f"aio_workflows {version}"
html_static_path = ["_static"]
html_css_files = ["narrow.css"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

# Notebooks are kept without what they show: each build runs them in a kernel, and ends where one raises.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300  # seconds for a cell: a slow machine is no error
nb_merge_streams = True

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
add_module_names = False  # what users import has a shorter name than the module where it is written

nitpicky = True
nitpick_ignore_regex = [
    # Python's own library and attrs: the documentation is built without their indexes, offline too.
    (r"py:.*", r"(attr|asyncio|collections|datetime|enum|pathlib|re|time|typing|_pytest)\..*"),
    (r"py:.*", r".*\.(T|[A-Z][a-z]+T)"),  # type variables
    # What only the package hands to constructors, and bases whose methods are shown as inherited.
    (r"py:class", r"aio_workflows\.(bulk\.(job|options)|protocol\.operations|waiters|api)\..*"),
    (r"py:class", r"aio_workflows\.(publish\.operations|document\.steps|emulator\.(base|execution))\..*"),
    (
        r"py:class",
        r"Path|PageSize|Faults|DryRun|ProgressHook|StopCondition|Work|ResultT",
    ),  # as they stand in signatures of modules that load lazily
]

PUBLIC = (
    "aio_workflows.dask",
    "aio_workflows.document",
    "aio_workflows.emulator",
    "aio_workflows.rollout",
    "aio_workflows",
)
"""The modules that users import from."""


def resolve_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contents: TextElement
) -> Element | None:
    """Lead a name as users import it, with its module or without, to where its own module is documented."""
    asked = str(node.get("reftarget", ""))
    for module in map(importlib.import_module, PUBLIC):
        name, _, member = asked.removeprefix(f"{module.__name__}.").partition(".")
        if node.get("refdomain") != "py" or name not in module.__all__:
            continue
        home = getattr(getattr(module, name), "__module__", module.__name__)
        target = ".".join(filter(None, (home, name, member)))
        if target != asked:
            domain = env.domains.python_domain
            return domain.resolve_xref(
                env, node["refdoc"], app.builder, node["reftype"], target, node, contents
            )
    return None


def show_defaults_of_fields(
    _app: Sphinx,
    _what: str,
    _name: str,
    documented: object,
    _options: object,
    signature: str | None,
    returns: str,
) -> tuple[str | None, str]:
    """Show what a field of an attrs class is by default: its source only names a table that attrs keeps."""

    def default(found: re.Match[str]) -> str:
        value = getattr(attrs.fields(cast("type[attrs.AttrsInstance]", documented)), found[1]).default
        return repr(value)

    return signature and re.sub(r"attr_dict\['(\w+)'\]\.default", default, signature), returns


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-signature", show_defaults_of_fields)
    app.connect("missing-reference", resolve_public_name)
