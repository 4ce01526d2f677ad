"""Suggestions for unknown names, and names as Python normalizes them."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return a sentence: the name does not exist, perhaps a similar one was meant, these exist."""
    options = list(dict.fromkeys(known))
    close = difflib.get_close_matches(name, options, n=1)
    meant = f" (did you mean {close[0]!r}?)" if close else ""
    exist = f"there are {', '.join(options)}" if options else f"there is no {what} at all"
    return f"there is no {what} {name!r}{meant}; {exist}"


def as_python(name: str) -> str:
    """Return a name in NFKC, as Python has it: the micro sign becomes the Greek letter mu."""
    return unicodedata.normalize("NFKC", name)
