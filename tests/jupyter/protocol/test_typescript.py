"""The TypeScript of the messages is what the Python says."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from nengo_nb.jupyter.protocol import live

LABEXTENSION = Path(__file__).parents[3] / "labextension"


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """The writer, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(
        "write_protocol", LABEXTENSION / "write_protocol.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_as_they_would_be_written_now(writer):
    """If not, run ``poe protocol``, and raise ``VERSION`` if a message has changed."""
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in (LABEXTENSION / "src" / "protocol").iterdir()
    }

    assert files == writer.typescript()


def test_a_field_that_typescript_would_not_know_is_refused(writer):
    @dataclass
    class Strange:
        field: set

    Strange.__annotations__["field"] = set[int]

    with pytest.raises(TypeError, match="not known"):
        writer._Writer(live)._interface(Strange)
