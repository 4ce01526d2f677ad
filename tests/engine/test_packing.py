"""A loop carries neurons in packed form where nobody sees the difference, and as they are
where somebody does.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.engine.lowering import Emitter
from nengo_nb.engine.packing import Carried, Packing, pack, sole_place, unpack
from nengo_nb.ops.rules import Packed
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.program import Gather, Place, Source, Span
from tests.plan.networks import plan_of


def packed_groups(neuron_type: nengo.neurons.NeuronType, probed: str | None = None) -> int:
    """How many groups of an ensemble's program are packed."""
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(10, 1, neuron_type=neuron_type)
        nengo.Probe(ens)
        if probed is not None:
            nengo.Probe(ens.neurons, probed)
    (segment,) = plan_of(net).segments
    return len(Emitter(segment, 1, 0.001, "float32", MODELS[Device.CPU]).packings)


@pytest.mark.parametrize(
    ("neuron_type", "expected"),
    [(nengo.LIF(), 1), (nengo.AdaptiveLIF(), 1), (nengo.LIFRate(), 0), (nengo.Izhikevich(), 0)],
)
def test_neurons_with_a_refractory_time_are_packed(neuron_type, expected):
    assert packed_groups(neuron_type) == expected


def test_neurons_whose_refractory_time_is_recorded_are_carried_as_they_are():
    assert packed_groups(nengo.LIF(), "refractory_time") == 0


def test_neurons_whose_voltage_is_recorded_are_packed_as_it_comes_back_unchanged():
    assert packed_groups(nengo.LIF(), "voltage") == 1


def sum_and_difference() -> dict[int, Packing]:
    """States 0 and 2 are carried as their sum and their difference; they are results 1 and
    2 of group 4.
    """
    form = Packed(
        pack=lambda a, b: (a + b, a - b),
        step=lambda s, d: (s, d),
        results=lambda s, d: (s * d, (s + d) / 2, (s - d) / 2),
    )
    return {4: Packing(form, states=(0, 2), ports=(1, 2))}


def test_packed_states_come_back_in_their_places():
    states = [tf.constant([3.0]), tf.constant([10.0]), tf.constant([1.0])]
    packings = sum_and_difference()

    carried = pack(states, packings)

    assert set(carried.plain) == {1}
    np.testing.assert_array_equal(carried.packed[4], [[4], [2]])
    np.testing.assert_array_equal(unpack(carried, packings), [[3], [10], [1]])


def test_without_packed_groups_states_are_carried_as_they_are():
    states = [tf.constant([3.0]), tf.constant([10.0])]

    carried = pack(states, {})

    assert carried == Carried({0: states[0], 1: states[1]}, {})
    assert unpack(carried, {}) == states


@pytest.mark.parametrize(
    ("spans", "is_whole"),
    [
        ([Span(Place(Source.STATE, 3), 0, 1, 4)], True),
        ([Span(Place(Source.STATE, 3), 1, 1, 4)], False),
        ([Span(Place(Source.STATE, 3), 0, 2, 4)], False),
        ([Span(Place(Source.STATE, 3), 0, 1, 2), Span(Place(Source.STATE, 4), 0, 1, 2)], False),
    ],
)
def test_an_argument_is_a_tensor_itself_only_from_its_first_element_on(spans, is_whole):
    place = sole_place(Gather(tuple(spans), (2, 2)))

    assert place == (Place(Source.STATE, 3) if is_whole else None)
