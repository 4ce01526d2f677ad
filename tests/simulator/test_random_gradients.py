"""Gradients of random networks are those of finite differences; trainable_networks.py says
how to extend them.
"""

from __future__ import annotations

import hypothesis
import nengo
import numpy as np
from hypothesis import example, given, settings

import nengo_nb

from .trainable_networks import Layer, Link, TrainableRecipe, build_trainable, trainable_recipes

N_NETWORKS = 15
"""Each takes half a second or more; ``--hypothesis-seed`` gives others."""

GAINS_OF_SOME_NEURONS = TrainableRecipe(
    seed=346,
    source=3,
    layers=(Layer(nengo.Direct(), 1), Layer(nengo.LIFRate(), 3, neurons=True)),
    links=(
        Link(0, 1, nengo.Lowpass(0.003), "dense", 1695),
        Link(1, 2, nengo.Alpha(0.002), "dense", 46),
        Link(2, 3, None, "dense", 32525),
    ),
    settings=(("train_gains", True), ("train_synapses", True)),
    n_steps=4,
    minibatch_size=1,
)
"""Gains that are read by an index have gradients of slices."""


@example(recipe=GAINS_OF_SOME_NEURONS)
@given(recipe=trainable_recipes())
@settings(max_examples=N_NETWORKS, suppress_health_check=[hypothesis.HealthCheck.too_slow])
def test_gradients_of_random_networks_are_those_of_finite_differences(recipe: TrainableRecipe):
    net = build_trainable(recipe)
    with nengo_nb.Simulator(net, minibatch_size=recipe.minibatch_size, progress_bar=False) as sim:
        results = sim.check_gradients(n_steps=recipe.n_steps, atol=1e-5, rtol=2e-3)

    derivatives = np.concatenate([analytic for analytic, _ in results["answer"].values()])
    assert np.isfinite(derivatives).all()


def test_most_random_networks_have_gradients():
    """Or the test before would compare zeros: a delay may be longer than the run, but seldom is."""
    found = []

    @given(recipe=trainable_recipes())
    @settings(
        max_examples=8,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def look(recipe):
        with nengo_nb.Simulator(build_trainable(recipe), progress_bar=False) as sim:
            results = sim.check_gradients(n_steps=5)["answer"]
        found.append(any(np.abs(analytic).max() > 0 for analytic, _ in results.values()))

    look()

    assert sum(found) > len(found) / 2
