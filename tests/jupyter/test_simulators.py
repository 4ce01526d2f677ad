"""Whose simulator it is can be asked at any moment, also while a thread imports ours."""

import sys
from types import ModuleType

import nengo

import nengo_nb
from nengo_nb.jupyter.simulators import own_simulator


def test_simulators_are_told_apart():
    with nengo.Network() as network:
        nengo.Node([1])
    with (
        nengo_nb.Simulator(network, progress_bar=False) as ours,
        nengo.Simulator(network, progress_bar=False) as theirs,
    ):
        assert own_simulator(ours) is ours
        assert own_simulator(theirs) is None


def test_as_long_as_the_simulator_is_being_imported_nothing_is_one(monkeypatch):
    half = ModuleType("nengo_nb.simulator.simulator")
    monkeypatch.setitem(sys.modules, half.__name__, half)

    assert own_simulator(object()) is None
