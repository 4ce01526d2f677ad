"""Shift-Tab helps: on the lines of the magics with their options, in the body with what
Python knows.
"""

from __future__ import annotations

import pytest

from nengo_nb.jupyter.magics.inspection import help_at
from tests.jupyter.kernels import TIMEOUT, reply_to

CELL = "%%nengo model --seed 1\nens = nengo.Ensemble(10, 1)\n"


@pytest.mark.parametrize(
    ("code", "cursor", "shown"),
    [
        (CELL, 3, "--minibatch"),
        (CELL, 18, "--minibatch"),
        ("%%nengo_train model --epochs 1\n", 20, "--optimizer"),
        ("x = 1\n%nengo run model 1.0", 15, "seconds"),
        ("%nengo", 6, "compare"),
        ("%nengo nothing", 9, "compare"),
    ],
)
def test_the_line_of_a_magic_shows_its_help(code, cursor, shown):
    assert shown in help_at(code, cursor).lower()


@pytest.mark.parametrize("code", [CELL, "nengo.Ensemble", "x = 1\n%%nengo model"])
def test_other_lines_are_left_to_the_kernel(code):
    assert help_at(code, len(code) - 3) is None


def test_a_real_kernel_helps_on_the_line_and_in_the_body(kernel):
    _, client = kernel

    def inspect(cursor):
        return reply_to(client, client.inspect(CELL, cursor))

    client.execute_interactive("%load_ext nengo_nb\nimport nengo", timeout=TIMEOUT)
    line, body = inspect(4), inspect(CELL.index("Ensemble") + 3)
    client.execute_interactive("%unload_ext nengo_nb", timeout=TIMEOUT)
    unloaded = inspect(4)

    assert "--seed" in line["data"]["text/plain"]
    assert "n_neurons" in body["data"]["text/plain"]
    assert "--seed" not in unloaded["data"]["text/plain"]
