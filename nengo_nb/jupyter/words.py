"""Words: the sentence for a name that does not exist, shared by everything that looks names up."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """One sentence: there is no such thing, perhaps another one was meant, and these exist."""
    options = list(dict.fromkeys(known))
    close = difflib.get_close_matches(name, options, n=1)
    meant = f" (did you mean {close[0]!r}?)" if close else ""
    exist = f"there are {', '.join(options)}" if options else f"there is no {what} at all"
    return f"there is no {what} {name!r}{meant}; {exist}"
