"""Requests of a viewer are handled, each by one function."""

from typing import get_args

from nengo_nb.jupyter.live.handlers import ANSWERS
from nengo_nb.jupyter.protocol import live


def test_every_request_has_a_handler():
    assert ANSWERS.keys() == set(get_args(live.Request))
