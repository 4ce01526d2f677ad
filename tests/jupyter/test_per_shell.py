"""A value of which each shell has one is made when it is asked for, and ends with its shell."""

import gc
import weakref
from types import SimpleNamespace

import pytest

from nengo_nb.jupyter import per_shell as module
from nengo_nb.jupyter.per_shell import per_shell


@pytest.fixture
def enter(monkeypatch):
    """Lets a shell, or None for a script, be the running one."""
    running = SimpleNamespace(shell=None)
    monkeypatch.setattr(module, "get_ipython", lambda: running.shell)
    return lambda shell: vars(running).update(shell=shell)


class Shell(SimpleNamespace):
    pass


class Value:
    pass


def test_each_shell_has_a_value_of_its_own_which_is_made_once(enter):
    get_value, one, other = per_shell(Value), Shell(), Shell()

    enter(one)
    first = get_value()
    enter(other)
    second = get_value()
    enter(one)

    assert get_value() is first
    assert first is not second


def test_a_script_has_one_for_the_process(enter):
    get_value = per_shell(Value)

    enter(None)

    assert get_value() is get_value()


def test_a_value_that_refers_to_its_shell_ends_with_it(enter):
    shell = Shell()
    enter(shell)
    per_shell(Value)().shell = shell
    gone = weakref.ref(shell)

    enter(None)
    del shell
    gc.collect()

    assert gone() is None
