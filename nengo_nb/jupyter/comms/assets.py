"""Scripts and styles of the widgets, as built from ``labextension``."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "static"


def read_static(name: str) -> str:
    """Return the text of a built file.

    Raises:
        FileNotFoundError: It was not built; the message says how to.
    """
    try:
        return (FOLDER / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{name}, a part of nengo_nb for the browser, was not built. Installing builds it: "
            "pip install -e ."
        ) from None
