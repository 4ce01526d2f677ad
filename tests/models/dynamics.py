"""Models of dynamical systems: recurrent connections that compute a differential equation."""

from __future__ import annotations

import nengo
import numpy as np


def integrator() -> nengo.Network:
    """Build a population that integrates: "Integrator", Nengo documentation."""
    tau = 0.1
    with nengo.Network(seed=20) as network:
        stimulus = nengo.Node(
            nengo.processes.Piecewise({0: 0, 0.2: 1, 1: 0, 2: -2, 3: 0, 4: 1, 5: 0})
        )
        memory = nengo.Ensemble(100, 1)
        nengo.Connection(stimulus, memory, transform=tau, synapse=tau)
        nengo.Connection(memory, memory, synapse=tau)
        nengo.Probe(stimulus)
        nengo.Probe(memory, synapse=0.01)
    return network


def controlled_integrator() -> nengo.Network:
    """Build an integrator whose decay is an input: "Controlled integrator", Nengo
    documentation.
    """
    tau = 0.1
    with nengo.Network(seed=21) as network:
        stimulus = nengo.Node(
            nengo.processes.Piecewise({0: 0, 0.2: 5, 0.3: 0, 0.44: -10, 0.54: 0, 0.8: 5, 0.9: 0})
        )
        control = nengo.Node(nengo.processes.Piecewise({0: 1, 0.6: 0.5}))
        memory = nengo.Ensemble(225, 2, radius=1.5)
        nengo.Connection(stimulus, memory[0], transform=[[tau]], synapse=tau)
        nengo.Connection(control, memory[1], synapse=0.005)
        nengo.Connection(memory, memory[0], function=lambda x: x[0] * x[1], synapse=tau)
        nengo.Probe(memory, synapse=0.01)
    return network


def oscillator() -> nengo.Network:
    """Build a harmonic oscillator: "A simple harmonic oscillator", Nengo documentation."""
    with nengo.Network(seed=22) as network:
        kick = nengo.Node(nengo.processes.Piecewise({0: [1, 0], 0.1: [0, 0]}))
        state = nengo.Ensemble(200, 2)
        nengo.Connection(kick, state)
        nengo.Connection(state, state, transform=[[1, 1], [-1, 1]], synapse=0.1)
        nengo.Probe(state, synapse=0.1)
        nengo.Probe(state.neurons)
    return network


def controlled_oscillator() -> nengo.Network:
    """Build an oscillator with a dimension for its speed: "Controlled oscillator", Nengo
    documentation.
    """
    tau, w_max = 0.1, 10

    def feedback(x: np.ndarray) -> list[float]:
        speed = x[2] * w_max
        return [x[0] + -tau * speed * x[1], x[1] + tau * speed * x[0]]

    with nengo.Network(seed=23) as network:
        kick = nengo.Node([1, 0])
        speed = nengo.Node(nengo.processes.Piecewise({0: 1, 0.4: 0.5, 0.6: 0, 0.7: -0.5}))
        state = nengo.Ensemble(500, 3, radius=1.7)
        nengo.Connection(kick, state[:2], transform=0.1)
        nengo.Connection(speed, state[2])
        nengo.Connection(state, state[:2], function=feedback, synapse=tau)
        nengo.Probe(state, synapse=0.03)
    return network


def lorenz_attractor() -> nengo.Network:
    """Build a chaotic attractor: "The Lorenz chaotic attractor", Nengo documentation."""
    tau, sigma, beta, rho = 0.1, 10, 8.0 / 3, 28

    def feedback(x: np.ndarray) -> list[float]:
        return [
            tau * (-sigma * x[0] + sigma * x[1]) + x[0],
            tau * (-x[0] * x[2] - x[1]) + x[1],
            tau * (x[0] * x[1] - beta * (x[2] + rho) - rho) + x[2],
        ]

    with nengo.Network(seed=24) as network:
        state = nengo.Ensemble(2000, 3, radius=60)
        nengo.Connection(state, state, function=feedback, synapse=tau)
        nengo.Probe(state, synapse=tau)
    return network


def van_der_pol() -> nengo.Network:
    """Build a relaxation oscillator, from the textbook's principle for nonlinear dynamics
    (Eliasmith & Anderson 2003, chapter 8).
    """
    tau, mu = 0.1, 2.0

    def feedback(x: np.ndarray) -> list[float]:
        return [x[0] + tau * 6 * x[1], x[1] + tau * 6 * (mu * (1 - x[0] ** 2) * x[1] - x[0])]

    with nengo.Network(seed=25) as network:
        kick = nengo.Node(lambda t: [1.0 if t < 0.1 else 0.0, 0.0])
        state = nengo.Ensemble(800, 2, radius=4)
        nengo.Connection(kick, state)
        nengo.Connection(state, state, function=feedback, synapse=tau)
        nengo.Probe(state, synapse=0.02)
    return network


def delay_network() -> nengo.Network:
    """Build a memory of the last half second: Voelker & Eliasmith (2018), Improving spiking
    dynamical networks; "Legendre memory units", Nengo documentation.
    """
    theta, order, tau = 0.5, 6, 0.1
    row, column = np.arange(order)[:, None], np.arange(order)[None, :]
    A = (2 * row + 1) / theta * np.where(row < column, -1.0, (-1.0) ** (row - column + 1))
    B = (2 * row + 1) / theta * (-1.0) ** row
    with nengo.Network(seed=26) as network:
        stimulus = nengo.Node(nengo.processes.WhiteSignal(10.0, high=4, rms=0.4, seed=1))
        memory = nengo.networks.EnsembleArray(100, order)
        nengo.Connection(stimulus, memory.input, transform=tau * B, synapse=tau)
        nengo.Connection(
            memory.output, memory.input, transform=tau * A + np.eye(order), synapse=tau
        )
        delayed = nengo.Node(size_in=1)
        nengo.Connection(memory.output, delayed, transform=np.ones((1, order)) / order)
        nengo.Probe(stimulus)
        nengo.Probe(delayed, synapse=0.01)
    return network


def noisy_decision() -> nengo.Network:
    """Build an accumulator of noisy evidence in two dimensions: "2D decision integrator" of
    NengoGUI's examples, after Roitman & Shadlen (2002).
    """
    with nengo.Network(seed=27) as network:
        evidence = nengo.Node([0.1, 0.06])
        noise = nengo.Node(
            nengo.processes.WhiteNoise(nengo.dists.Gaussian(0, 0.3), scale=False, seed=2),
            size_out=2,
        )
        motion = nengo.Ensemble(200, 2)
        area_lip = nengo.Ensemble(400, 2, noise=nengo.processes.WhiteNoise(seed=3))
        choice = nengo.networks.EnsembleArray(50, 2, intercepts=nengo.dists.Uniform(0.3, 1))
        nengo.Connection(evidence, motion)
        nengo.Connection(noise, motion)
        nengo.Connection(motion, area_lip, transform=0.3, synapse=0.1)
        nengo.Connection(area_lip, area_lip, synapse=0.1)
        nengo.Connection(area_lip, choice.input)
        nengo.Connection(
            choice.output, choice.input, transform=[[0, -0.5], [-0.5, 0]], synapse=0.008
        )
        nengo.Probe(area_lip, synapse=0.02)
        nengo.Probe(choice.output, synapse=0.02)
    return network


MODELS = (
    integrator,
    controlled_integrator,
    oscillator,
    controlled_oscillator,
    lorenz_attractor,
    van_der_pol,
    delay_network,
    noisy_decision,
)
