"""The models that waits are measured with are networks that both simulators run alike."""

from __future__ import annotations

from importlib.util import find_spec

import nengo
import numpy as np
import pytest

import nengo_nb
from tests.models import MODELS, NEED_SPA

NAMES = [name for name in MODELS if name not in NEED_SPA or find_spec("nengo_spa")]
LARGE = {*NEED_SPA, "vector-memory", "circular-convolution"}
SMALL = [name for name in NAMES if name not in LARGE]


def model(name: str) -> nengo.Network:
    """A model whose decoders are solved in no time, since nobody minds how good they are."""
    network = MODELS[name]()
    for ensemble in network.all_ensembles:
        ensemble.n_eval_points = 50
    return network


def run(make_simulator, network: nengo.Network, n_steps: int) -> list[np.ndarray]:
    """Samples of all probes after a run."""
    with make_simulator(network, progress_bar=False) as sim:
        sim.run_steps(n_steps)
        return [np.array(sim.data[probe]) for probe in network.all_probes]


def test_there_are_models_of_every_kind_and_size():
    sizes = [MODELS[name]().n_neurons for name in NAMES]

    assert len(MODELS) >= 25
    assert min(sizes) == 1
    assert max(sizes) == 25_000


@pytest.mark.parametrize("name", NAMES)
def test_every_model_builds_and_runs_in_nengo(name):
    for samples in run(nengo.Simulator, model(name), 5):
        assert np.all(np.isfinite(samples))


@pytest.mark.parametrize("name", SMALL)
def test_a_model_in_float64_is_nengo_to_rounding(name):
    """Each simulator has a model of its own, for nodes keep the state of what they control."""
    network = model(name)
    with network:
        nengo_nb.configure_settings(dtype="float64")

    ours, theirs = run(nengo_nb.Simulator, network, 20), run(nengo.Simulator, model(name), 20)

    for mine, his in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, his, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("name", ["oscillator", "adaptive-pendulum", "learn-product"])
def test_a_model_is_the_same_whenever_it_is_made(name):
    """So that simulators that are timed beside each other compute the same."""
    first, second = (run(nengo.Simulator, model(name), 20) for _ in range(2))

    for one, other in zip(first, second, strict=True):
        # Sums of BLAS may depend on where an array happens to lie.
        np.testing.assert_allclose(one, other, atol=1e-12)
