"""Thresholds stand in one place, and decide how networks are planned."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.engine.devices import kind_of
from nengo_nb.engine.executor import Executor
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.stages import StageKind
from tests.costs import change_costs
from tests.plan.networks import plan_of


def layers(n: int) -> nengo.Network:
    """Two ensembles, each neuron of one connected to each of the other."""
    with nengo.Network(seed=0) as net:
        a, b = nengo.Ensemble(n, 1), nengo.Ensemble(n, 1)
        nengo.Connection(a.neurons, b.neurons, transform=np.zeros((n, n)))
        nengo.Probe(b.neurons)
    return net


def test_there_is_a_model_for_each_kind_of_device():
    assert set(MODELS) == set(Device)


@pytest.mark.parametrize(
    ("device", "kind"), [("/cpu:0", Device.CPU), ("/cpu:1", Device.CPU), ("/gpu:0", Device.GPU)]
)
def test_the_name_of_a_device_says_its_kind(device, kind):
    assert kind_of(device) is kind


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [(512, 64, True), (511, 64, False), (2**15, 63, False), (63, 2**15, False)],
)
def test_a_stage_of_its_own_is_for_products_with_many_weights_that_are_not_narrow(
    rows, columns, expected
):
    assert MODELS[Device.CPU].is_worth_a_stage(rows, columns) is expected


@pytest.mark.parametrize(
    ("n_weights", "batch", "expected"),
    [(10**5, 1, True), (10**5 - 1, 1, False), (10**5, 2, False), (2**22, 2, True)],
)
def test_one_item_gains_from_blocks_before_many_do(n_weights, batch, expected):
    assert MODELS[Device.CPU].is_worth_blocks(n_weights, batch) is expected


def test_a_plan_follows_the_costs_of_the_device_it_is_for(monkeypatch):
    before = [stage.kind for stage in plan_of(layers(20)).stages]

    change_costs(monkeypatch, many_weights=1, fewest_rows=1)
    after = [stage.kind for stage in plan_of(layers(20)).stages]

    assert StageKind.PARALLEL not in before
    assert StageKind.PARALLEL in after


def test_rules_are_given_the_costs_of_the_device(monkeypatch):
    change_costs(monkeypatch, most_slices=2, wide_siblings=7)
    executor = Executor(plan_of(layers(20)), batch=1, dtype="float32")

    for segment in executor.segments.values():
        assert segment.emitter.cost.most_slices == 2
        assert {group.cost for group in segment.emitter.groups.values()} == {segment.emitter.cost}


def test_a_simulator_has_chunks_as_long_as_its_plan_has_room_for(monkeypatch):
    change_costs(monkeypatch, chunk_bytes=2**12, long_chunk_bytes=2**14)
    net = layers(20)

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        executor = sim._parts.simulation.runner.executor
        assert executor.plan.cost == MODELS[Device.CPU]
        assert (executor.room, executor.wide_room) == (2**12 // (20 * 4), 2**14 // (20 * 4))
