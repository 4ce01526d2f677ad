"""Sparse transforms where SciPy is not installed."""

import warnings

import nengo
import numpy as np

import nengo_nb

INDICES = [[0, 0], [1, 1], [0, 2], [1, 3]]
WEIGHTS = [0.3, 0.7, 0.25, 0.6]


def recorded(transform):
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        signal = nengo.Node(nengo.processes.WhiteSignal(0.1, high=50, seed=2), size_out=4)
        ensemble = nengo.Ensemble(50, 2)
        nengo.Connection(signal, ensemble, synapse=None, transform=transform)
        probe = nengo.Probe(ensemble, synapse=0.03)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(100)
    return sim.data[probe]


def test_a_sparse_transform_needs_no_scipy_and_warns_of_nothing(monkeypatch):
    monkeypatch.setattr(nengo.transforms, "scipy_sparse", None)
    monkeypatch.setattr(nengo.utils.numpy, "scipy_sparse", None)
    monkeypatch.setattr(nengo.utils.numpy, "is_spmatrix", lambda obj: False)
    dense = np.zeros((2, 4))
    dense[tuple(np.transpose(INDICES))] = WEIGHTS

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sparse = recorded(nengo.Sparse((2, 4), indices=INDICES, init=WEIGHTS))

    np.testing.assert_allclose(sparse, recorded(dense), atol=1e-12)
