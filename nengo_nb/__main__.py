"""``python -m nengo_nb``: JupyterLab on a copy of the tutorials and examples, or one of them
executed without a browser; ``python -m nengo_nb migrate`` reads scripts that were written for
NengoDL.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nengo_nb.migrate import command as migrate
from nengo_nb.tutorials import copy_tutorials, execute_notebook

FOLDER = Path("nengo_nb_tutorials")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["migrate"]:
        return migrate.main(given[1:])
    # Unknown options are JupyterLab's.
    options, lab_options = _parser().parse_known_args(given)
    needed = ["ipykernel", "jupyterlab" if options.headless is None else "nbclient"]
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"{missing[0]} is not installed. Install it with: pip install 'nengo-nb[jupyter]'",
            file=sys.stderr,
        )
        return 2
    notebooks = copy_tutorials(options.dir)
    if options.headless is None:
        return open_lab(notebooks[0], lab_options)
    if lab_options:
        print(
            f"With --headless there is no JupyterLab to pass {' '.join(lab_options)} to.",
            file=sys.stderr,
        )
        return 2
    return execute(options.headless, notebooks)


def open_lab(notebook: Path, options: Sequence[str]) -> int:
    """Run JupyterLab in the notebook's folder until the user stops it."""
    from jupyterlab.labapp import LabApp

    os.chdir(notebook.parent)
    # Jupyter refuses to run as root, the usual user of a container, unless it is told to.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    LabApp.launch_instance([notebook.name, *options, *(["--allow-root"] if as_root else [])])
    return 0


def execute(chosen: str, notebooks: Sequence[Path]) -> int:
    """Execute one notebook, print the path of the result, and return 1 if a cell failed."""
    notebook = find_notebook(chosen, notebooks)
    if notebook is None:
        names = ", ".join(copy.stem for copy in notebooks)
        print(
            f"There is no notebook {chosen!r}. Tutorials and examples are: {names}.",
            file=sys.stderr,
        )
        return 2
    print(f"Executing {notebook} ...", flush=True)
    result, error = execute_notebook(notebook)
    if error is not None:
        print(error, file=sys.stderr)
        print(f"A cell of {notebook} failed. What ran before it is in {result}", file=sys.stderr)
        return 1
    print(f"Every cell ran. The result is {result.resolve()}")
    return 0


def find_notebook(chosen: str, notebooks: Sequence[Path]) -> Path | None:
    """Return the notebook at a path, or the tutorial or example of that name; the first tutorial
    if none was chosen.
    """
    if not chosen:
        return notebooks[0]
    if Path(chosen).is_file():
        return Path(chosen)
    return next((copy for copy in notebooks if chosen in (copy.name, copy.stem)), None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nengo_nb",
        description="Open JupyterLab on a copy of the tutorials.",
        epilog="Other options, such as --no-browser or --port 8890, are passed on to JupyterLab. "
        "`python -m nengo_nb migrate FILE` lists what has to change in a script for NengoDL.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--dir",
        type=Path,
        default=FOLDER,
        help="folder for the copies (%(default)s); files in it are kept",
    )
    parser.add_argument(
        "--headless",
        nargs="?",
        const="",
        metavar="NOTEBOOK",
        help="execute a notebook (the first tutorial) in a kernel, write the result beside it, "
        "and open nothing",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
