"""Retrieval from a semantic pointer: a trace of bound pairs and a role give the filler."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .pairs import accuracy, bind, random_pointers, similarity
from .timing import EpochTimes


def make_examples(n_examples, n_pairs, dims, seed):
    rng = np.random.default_rng(seed)
    roles = random_pointers(rng, n_examples, n_pairs, dims)
    fillers = random_pointers(rng, n_examples, n_pairs, dims)
    traces = bind(roles, fillers).sum(axis=1)
    traces /= np.linalg.norm(traces, axis=-1, keepdims=True)
    # All pairs have the same distribution, so the first one is asked for.
    return traces[:, None], roles[:, :1], fillers


def run(n_examples=5000, n_pairs=2, dims=32, neurons_per_d=50, epochs=10, batch=100):
    keras.utils.set_random_seed(0)
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(stateful=False)
        net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        net.config[nengo.Ensemble].gain = nengo.dists.Choice([1])
        net.config[nengo.Ensemble].bias = nengo.dists.Uniform(-1, 1)
        net.config[nengo.Connection].synapse = None

        trace_inp = nengo.Node(np.zeros(dims))
        cue_inp = nengo.Node(np.zeros(dims))
        cconv = nengo.networks.CircularConvolution(neurons_per_d, dims, invert_b=True)
        nengo.Connection(trace_inp, cconv.input_a)
        nengo.Connection(cue_inp, cconv.input_b)
        out = nengo.Probe(cconv.output)

    traces, cues, fillers = make_examples(n_examples, n_pairs, dims, seed=1)
    test_traces, test_cues, test_fillers = make_examples(500, n_pairs, dims, seed=2)
    asked = np.zeros(500, int)

    def measure(sim):
        answers = sim.predict({trace_inp: test_traces, cue_inp: test_cues})[out][:, -1]
        return accuracy(answers, test_fillers, asked), similarity(answers, test_fillers[:, 0])

    times = EpochTimes()
    with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
        untrained = measure(sim)
        # Keras 3 adds epsilon below the square root, and Keras 2, with 1e-7, behind it.
        sim.compile(keras.optimizers.RMSprop(2e-3, epsilon=1e-14), loss="mse")
        sim.fit(
            {trace_inp: traces, cue_inp: cues},
            {out: fillers[:, :1]},
            epochs=epochs,
            verbose=0,
            callbacks=[times],
        )
        trained = measure(sim)
    return {
        "retrieval accuracy": trained[0],
        "similarity": trained[1],
        "accuracy before training": untrained[0],
        "similarity before training": untrained[1],
        "first epoch in s": times.seconds[0],
    }
