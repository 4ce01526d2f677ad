"""``%load_ext`` begins to import Nengo, which changes nothing but when that is done."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nengo_nb.jupyter.import_ahead import AHEAD, begin_import

AHEAD_OF_CELL = """
import sys
from nengo_nb.jupyter.import_ahead import begin_import
thread = begin_import()
assert thread.daemon
import nengo
thread.join()
print("tensorflow" in sys.modules, begin_import())
"""

BROKEN = """
import sys

class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == "nengo":
            raise ImportError("broken")

sys.meta_path.insert(0, Broken())
from nengo_nb.jupyter.import_ahead import begin_import
begin_import().join()
try:
    import nengo
except ImportError as error:
    print(error)
"""


def run(script):
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )


def test_a_cell_that_imports_nengo_waits_for_the_import_that_has_begun():
    finished = run(AHEAD_OF_CELL)

    assert (finished.stdout, finished.stderr) == ("False None\n", "")


def test_an_error_is_left_to_the_cell_that_imports_nengo():
    finished = run(BROKEN)

    assert (finished.stdout, finished.stderr) == ("broken\n", "")


@pytest.mark.parametrize("setting", ["off", "0", ""])
def test_it_can_be_switched_off(setting, monkeypatch):
    monkeypatch.setenv(AHEAD, setting)
    monkeypatch.delitem(sys.modules, "nengo")

    assert begin_import() is None


def test_nothing_begins_where_nengo_is_imported():
    assert begin_import() is None
