"""Sphinx' configuration. ``poe docs`` builds into docs/_build, and a warning is an error
there, as in CI.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nbformat
from sphinx.util.logging import getLogger

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import nengo_nb  # noqa: E402 - from this checkout, whatever is installed
import nengo_nb.quiet  # noqa: E402 - before autodoc imports TensorFlow

project = "nengo_nb"
author = "the nengo_nb developers"
project_copyright = author
version = release = nengo_nb.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_nb"]
exclude_patterns = ["_build"]

# Docstrings have Google's sections; types are in the signatures.
napoleon_numpy_docstring = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

# The tutorials are shown as a run of them was saved. Pictures need no kernel, and no scripts from
# elsewhere.
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [
    ("html", "image/svg+xml", 0),
    ("html", "image/png", 1),
    ("html", "application/vnd.jupyter.widget-view+json", None),
]
suppress_warnings = [
    "mystnb.unknown_mime_type"
]  # each output has a picture or a text beside its own type

html_theme = "furo"
html_title = "nengo_nb"
html_copy_source = False
html_show_sphinx = False


def copy_tutorials() -> None:
    """Put the tutorials below docs/tutorials, executed copies where there are some.

    Notebooks in the repository have no outputs. ``python -m nengo_nb --headless NOTEBOOK`` writes
    an executed copy into nengo_nb_tutorials. ``NENGO_NB_EXECUTED`` names another folder of copies,
    as in CI, where all of them have to be.
    """
    required = os.environ.get("NENGO_NB_EXECUTED")
    folder = Path(required) if required else ROOT / "nengo_nb_tutorials"
    pages = HERE / "tutorials"
    pages.mkdir(exist_ok=True)
    logger = getLogger(__name__)
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        executed = folder / f"{notebook.stem}.executed.ipynb"
        is_current = executed.is_file() and sources(executed) == sources(notebook)
        if not is_current:
            report = logger.warning if required else logger.info
            report(
                f"{folder} has no executed copy of {notebook.name} as it is: its page has no "
                "outputs"
            )
        shutil.copyfile(executed if is_current else notebook, pages / notebook.name)


def sources(notebook: Path) -> list[str]:
    """The text of all cells of a notebook."""
    return [cell.source for cell in nbformat.read(notebook, as_version=4).cells]


copy_tutorials()
