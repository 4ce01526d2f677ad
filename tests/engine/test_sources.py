"""Outputs of a stage go to the next one as they are, and all other values beside them."""

from __future__ import annotations

import nengo
import numpy as np

import nengo_nb
from nengo_nb.engine.chunk_values import Histories
from nengo_nb.engine.sources import Slice, joined


def test_neighbouring_columns_of_one_tensor_are_one_slice():
    """And what has no columns is left out."""
    sources = joined([Slice(1, 0, 3), Slice(1, 3, 2), Slice(0, 5, 0), Slice(1, 7, 1)], n_tensors=2)

    assert sources.slices == (Slice(1, 0, 5), Slice(1, 7, 1))


def test_inputs_come_from_several_tensors_in_the_order_of_the_slices(rng):
    """One that does not change is the same at each step."""
    changing, fixed = rng.standard_normal((4, 2, 5)), rng.standard_normal((1, 2, 3))
    sources = joined([Slice(1, 1, 2), Slice(0, 0, 5)], n_tensors=2)

    at_all = sources.all([changing, fixed]).numpy()

    expected = np.concatenate([np.broadcast_to(fixed[..., 1:], (4, 2, 2)), changing], axis=2)
    np.testing.assert_array_equal(at_all, expected)
    np.testing.assert_array_equal(sources.at(3, [changing, fixed]).numpy(), expected[3])


def test_what_a_stage_puts_out_is_handed_on_without_a_copy():
    """Layers of neurons whose products are stages of their own."""
    with nengo.Network(seed=0) as net:
        layers = [nengo.Ensemble(200, 1).neurons for _ in range(2)]
        nengo.Connection(*layers, transform=np.ones((200, 200)) / 200)
        nengo.Probe(layers[1])

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        executor, graph = sim._parts.simulation.runner.executor, sim.plan.graph
        histories = Histories(graph, 1, 8, 1, "float32")
        first, second = executor.segments[0, 0], executor.segments[1, 0]
        outputs = np.ones((executor.room, 1, first.n_outputs), np.float32)
        histories.hand_on(first.segment.gives, first.output_sizes, executor.tensor(outputs))
        inputs = executor.inputs.gather(second, histories, executor.room)

    assert len(sim.plan.stages) == 3
    assert inputs.tensors[0].shape[2] == 0
    assert inputs.tensors[1] is histories.tensors[second.varying[0]][0]
