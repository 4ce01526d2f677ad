"""Tables that Python and TypeScript share are written once, in Python."""

from __future__ import annotations

import importlib.util
from pathlib import Path

LABEXTENSION = Path(__file__).parents[1] / "labextension"


def test_the_tables_are_as_they_would_be_written_now():
    """If not, run ``poe tables``."""
    spec = importlib.util.spec_from_file_location("write_tables", LABEXTENSION / "write_tables.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)

    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in (LABEXTENSION / "src" / "tables").iterdir()
    }

    assert files == writer.typescript()
