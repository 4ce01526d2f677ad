"""Tutorials and examples: their folder and data, copies for the user, and headless execution."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Digits = tuple[np.ndarray, np.ndarray]

from nengo_nb.atomic_file import replacing

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

TIMEOUT = 1200
"""Seconds that one cell of a tutorial may take; the first one compiles, perhaps on a slow
machine.
"""

PATIENCE = 15
"""Seconds without a byte after which a download of MNIST is given up; by itself it would
wait for minutes.
"""


def load_mnist() -> tuple[Digits, Digits]:
    """Load MNIST with Keras, which downloads it once; without a network, the part of it that comes
    with this package.

    Returns:
        Training and test data, as ``keras.datasets.mnist.load_data`` returns them: images
        ``(examples, 28, 28)`` and labels ``(examples,)``, bytes both.
    """
    from keras.datasets import mnist

    # Keras takes no timeout. The default is that of the whole process, so it is put back.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        return mnist.load_data()
    except Exception as error:  # Keras raises no narrower one
        return _part_of_mnist(error)
    finally:
        socket.setdefaulttimeout(before)


def _part_of_mnist(error: Exception) -> tuple[Digits, Digits]:
    import numpy as np

    with np.load(tutorials_folder() / "mnist" / "part.npz", allow_pickle=False) as part:
        train, test = (part["x_train"], part["y_train"]), (part["x_test"], part["y_test"])
    print(
        f"MNIST could not be downloaded ({error}). Here is the part of it that comes with "
        "nengo_nb: "
        f"{len(train[0])} images to learn from and {len(test[0])} to test with, so networks will "
        "be a little worse "
        "than the text says."
    )
    return train, test


EXAMPLES = "examples"
"""Folder of the examples, in that of the tutorials."""


def tutorials_folder() -> Path:
    """Return the folder of the numbered notebooks and of the examples: inside an installed
    package, or at the top of a checkout.
    """
    package = Path(__file__).parent
    inside, beside = package / "notebooks", package.parent / "notebooks"
    return inside if inside.is_dir() else beside


def copy_tutorials(target: Path) -> list[Path]:
    """Copy tutorials and examples to a folder of the user's; a file that exists is never
    overwritten.

    Args:
        target: The folder; it and the one of the examples in it are made if they are missing.

    Returns:
        The notebooks in ``target``, in reading order, and the examples after the tutorials.
    """
    (target / EXAMPLES).mkdir(parents=True, exist_ok=True)
    folder = tutorials_folder()
    copies = []
    for source in [*sorted(folder.glob("*.ipynb")), *sorted((folder / EXAMPLES).glob("*.ipynb"))]:
        copy = target / source.relative_to(folder)
        if not copy.exists():
            # Whole or not at all: half a notebook would be left alone by the next start.
            with replacing(copy) as file:
                file.write(source.read_bytes())
        copies.append(copy)
    return copies


def execute_notebook(notebook: Path) -> tuple[Path, str | None]:
    """Run all cells of a notebook in a kernel of its own, and write the result beside it.

    Args:
        notebook: The notebook; it is not changed.

    Returns:
        The notebook with its outputs, and the error of the cell that failed, if one did.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    result = notebook.with_name(f"{notebook.stem}.executed.ipynb")
    content = nbformat.read(notebook, as_version=4)
    # Relative paths in a notebook are relative to its folder.
    client = NotebookClient(
        content, timeout=TIMEOUT, resources={"metadata": {"path": str(notebook.parent)}}
    )
    error = None
    try:
        client.execute()
    except CellExecutionError as failure:
        # A traceback in a notebook has escape sequences for colours.
        error = _COLOUR.sub("", str(failure))
    # Written after an error as well: the cells that ran have their outputs.
    with replacing(result) as file:
        file.write((nbformat.writes(content) + "\n").encode())
    return result, error
