"""Memory of bound pairs: they come one after another, and a role then asks for its filler."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .pairs import accuracy, random_pointers, similarity
from .timing import EpochTimes


def make_examples(n_examples, n_pairs, dims, seed):
    """One step for each pair, and a last one for the question."""
    rng = np.random.default_rng(seed)
    roles = random_pointers(rng, n_examples, n_pairs, dims)
    fillers = random_pointers(rng, n_examples, n_pairs, dims)
    asked = rng.integers(n_pairs, size=n_examples)
    rows = np.arange(n_examples)
    nothing = np.zeros((n_examples, 1, dims))
    cues = np.zeros((n_examples, n_pairs + 1, dims))
    cues[:, -1] = roles[rows, asked]
    targets = np.full((n_examples, n_pairs + 1, dims), np.nan)
    targets[:, -1] = fillers[rows, asked]
    shown = [np.concatenate([pointers, nothing], axis=1) for pointers in (roles, fillers)]
    return *shown, cues, targets, fillers, asked


def run(n_examples=4000, n_pairs=3, dims=32, neurons_per_d=50, epochs=10, batch=50):
    keras.utils.set_random_seed(0)
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(stateful=False)
        net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        net.config[nengo.Ensemble].gain = nengo.dists.Choice([1])
        net.config[nengo.Ensemble].bias = nengo.dists.Uniform(-1, 1)
        net.config[nengo.Connection].synapse = None

        role_inp = nengo.Node(np.zeros(dims))
        fill_inp = nengo.Node(np.zeros(dims))
        cue_inp = nengo.Node(np.zeros(dims))
        binding = nengo.networks.CircularConvolution(neurons_per_d, dims)
        nengo.Connection(role_inp, binding.input_a)
        nengo.Connection(fill_inp, binding.input_b)
        memory = nengo.networks.EnsembleArray(neurons_per_d, dims)
        nengo.Connection(binding.output, memory.input)
        # What is there stays until the next step.
        nengo.Connection(memory.output, memory.input, synapse=0)
        unbinding = nengo.networks.CircularConvolution(neurons_per_d, dims, invert_b=True)
        nengo.Connection(memory.output, unbinding.input_a)
        nengo.Connection(cue_inp, unbinding.input_b)
        out = nengo.Probe(unbinding.output)

    def inputs(roles, fills, cues):
        return {role_inp: roles, fill_inp: fills, cue_inp: cues}

    *shown, targets, _, _ = make_examples(n_examples, n_pairs, dims, seed=1)
    *test_shown, test_targets, fillers, asked = make_examples(500, n_pairs, dims, seed=2)

    def measure(sim):
        answers = sim.predict(inputs(*test_shown))[out][:, -1]
        return accuracy(answers, fillers, asked), similarity(answers, test_targets[:, -1])

    times = EpochTimes()
    with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
        untrained = measure(sim)
        # Keras 3 adds epsilon below the square root, and Keras 2, with 1e-7, behind it.
        optimizer = keras.optimizers.RMSprop(1e-4, epsilon=1e-14)
        # Only the step of the question has a target.
        sim.compile(optimizer, loss=nengo_dl.losses.nan_mse)
        sim.fit(inputs(*shown), {out: targets}, epochs=epochs, verbose=0, callbacks=[times])
        trained = measure(sim)
    return {
        "retrieval accuracy": trained[0],
        "similarity": trained[1],
        "accuracy before training": untrained[0],
        "similarity before training": untrained[1],
        "first epoch in s": times.seconds[0],
    }
