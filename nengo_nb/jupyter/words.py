"""Words: names as Python has them, and the sentence for one that does not exist."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """One sentence: there is no such thing, perhaps another one was meant, and these exist."""
    options = list(dict.fromkeys(known))
    close = difflib.get_close_matches(name, options, n=1)
    meant = f" (did you mean {close[0]!r}?)" if close else ""
    exist = f"there are {', '.join(options)}" if options else f"there is no {what} at all"
    return f"there is no {what} {name!r}{meant}; {exist}"


def as_python(name: str) -> str:
    """A name as Python has it: the micro sign and the Greek letter mu, which look alike,
    are the same.
    """
    return unicodedata.normalize("NFKC", name)
