"""The Sphinx configuration. Built with `nox -s docs`: a warning is an error."""

from importlib.metadata import version as installed_version

project = "aio_workflows"
author = "the aio_workflows authors"
project_copyright = author
release = version = installed_version("aio-workflows")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["_build", "reports", "examples"]

html_theme = "furo"
html_title = f"aio_workflows {version}"

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

# Notebooks are kept without what they show: each build runs them in a kernel, and ends where one raises.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300  # seconds for a cell: a slow machine is no error
nb_merge_streams = True

autodoc_default_options = {"members": True, "show-inheritance": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
