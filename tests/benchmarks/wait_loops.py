"""Loops that people write around a simulator: over sizes, seeds and edits, step by step, with a
plant in the loop, and the first training.

A loop yields its turns, functions that are called and timed; whatever the generator does between
them, such as building a plant, is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import nengo
import numpy as np

from tests.models.control import plant

Turn = Callable[[], object]

SIZES = (10, 20, 30, 50, 80, 100, 150, 200, 300, 500, 700, 1000)
SEEDS = range(20)
STEPS = 500
STEPS_TO_HAND_OVER = 25_000


def channel(
    n_neurons: int = 100,
    seed: int = 0,
    function: Callable[[np.ndarray], np.ndarray] | None = np.square,
    synapse: float = 0.005,
) -> nengo.Network:
    """Build two populations in a row, the second probed."""
    with nengo.Network(seed=seed) as network:
        stimulus = nengo.Node(lambda t: np.sin(6 * t))
        a, b = nengo.Ensemble(n_neurons, 1), nengo.Ensemble(n_neurons, 1)
        nengo.Connection(stimulus, a)
        nengo.Connection(a, b, function=function, synapse=synapse)
        nengo.Probe(b, synapse=0.01)
    return network


def run_one_second(peer: Any, make: Callable[[], nengo.Network]) -> None:
    """Make a network, run it for a second and look at its data."""
    network = make()
    with peer.open(network, 1) as sim:
        sim.run(1.0)
        for probe in network.all_probes:
            sim.data[probe][-1:]


def over(makes: list[Callable[[], nengo.Network]], name: str, peer: Any) -> Iterator[Turn]:
    """Run one network after another."""
    for make in makes:
        yield partial(run_one_second, peer, make)


def edits() -> list[Callable[[], nengo.Network]]:
    """Return one cell as it is edited: neurons, functions and synapses change."""
    return [
        channel,
        partial(channel, n_neurons=120),
        partial(channel, function=np.abs),
        partial(channel, function=None),
        partial(channel, synapse=0.02),
        partial(channel, synapse=0.1),
        partial(channel, n_neurons=200, function=np.sin),
        partial(channel, n_neurons=200, function=lambda x: x**3),
    ]


def step_by_step(name: str, peer: Any) -> Iterator[Turn]:
    """Build, and call ``sim.step()`` again and again."""

    def act() -> None:
        with peer.open(channel(), 1) as sim:
            for _ in range(STEPS):
                sim.step()

    yield act


def look_at_each_step(name: str, peer: Any) -> Iterator[Turn]:
    """Build, and call ``sim.run_steps(1)`` again and again, each time with a look at the data."""

    def act() -> float:
        network, seen = channel(), 0.0
        with peer.open(network, 1) as sim:
            for _ in range(STEPS):
                sim.run_steps(1)
                seen += float(np.sum(sim.data[network.probes[0]][-1]))
        return seen

    yield act


def steps_with_plant(n_neurons: int, name: str, peer: Any) -> Iterator[Turn]:
    """Run 1000 steps of a plant with Python in the loop, again and again after the first 1000."""
    with peer.open(plant(n_neurons), 1) as sim:
        sim.run_steps(1000)
        for _ in range(5):
            yield partial(sim.run_steps, 1000)


def steps_with_plant_anywhere(n_neurons: int, name: str, peer: Any) -> Iterator[Turn]:
    """Run a plant, after the hand-over to a program that may call Python on any thread."""
    network = plant(n_neurons)
    if name == "nengo_nb":
        package = __import__(name)
        with network:
            package.configure_settings(functions_on_any_thread=True)
    with peer.open(network, 1) as sim:
        sim.run_steps(STEPS_TO_HAND_OVER)
        for _ in range(5):
            yield partial(sim.run_steps, 5000)


def parallel_ensembles(n_ensembles: int) -> tuple[nengo.Network, nengo.Node, nengo.Probe]:
    """Build ensembles of ten rectified neurons, each with its own output."""
    with nengo.Network(seed=0) as network:
        network.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        network.config[nengo.Connection].synapse = None
        stimulus, output = nengo.Node(np.zeros(n_ensembles)), nengo.Node(size_in=n_ensembles)
        for index in range(n_ensembles):
            ensemble = nengo.Ensemble(10, 1)
            nengo.Connection(stimulus[index], ensemble)
            nengo.Connection(ensemble, output[index])
        probe = nengo.Probe(output)
    return network, stimulus, probe


def convolution() -> tuple[nengo.Network, nengo.Node, nengo.Probe]:
    """Build a circular convolution of eight dimensions, five neurons each."""
    with nengo.Network(seed=0) as network:
        network.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        network.config[nengo.Connection].synapse = None
        stimulus = nengo.Node(np.zeros(8))
        product = nengo.networks.CircularConvolution(5, 8)
        nengo.Connection(stimulus, product.input_a)
        nengo.Connection(stimulus, product.input_b)
        probe = nengo.Probe(product.output)
    return network, stimulus, probe


def first_fit(
    make: Callable[[], tuple[nengo.Network, nengo.Node, nengo.Probe]], name: str, peer: Any
) -> Iterator[Turn]:
    """Build, and train for the first epoch: 20 examples of 5 steps in minibatches of 10."""
    package = __import__(name)
    import tensorflow as tf

    def act() -> None:
        network, stimulus, probe = make()
        examples = np.random.RandomState(0).uniform(-1, 1, (20, 5, stimulus.size_out))
        targets = examples[..., : probe.size_in]
        with package.Simulator(network, minibatch_size=10, progress_bar=False) as sim:
            sim.compile(tf.keras.optimizers.SGD(0.01), loss={probe: "mse"})
            sim.fit({stimulus: examples}, {probe: targets}, epochs=1, verbose=0)

    yield act


@dataclass(frozen=True)
class Loop:
    """A loop and its goal.

    Args:
        turns: Yields the turns, for the name of a peer and the peer.
        goal: Largest ratio of times, ours over that of the reference.
        reference: The peer to compare with.
        each: Whether every turn has the goal, and not only all of them together.
    """

    turns: Callable[[str, Any], Iterator[Turn]]
    goal: float = 1.05
    reference: str = "nengo"
    each: bool = False


def _first_fits() -> dict[str, Loop]:
    """Return the loops that train, all compared with NengoDL."""
    makes = {f"first-fit-{n}": partial(parallel_ensembles, n) for n in (1, 5, 20, 40)}
    makes["first-fit-convolution"] = convolution
    return {name: Loop(partial(first_fit, make), 1.0, "nengo_dl") for name, make in makes.items()}


LOOPS = {
    "sizes": Loop(partial(over, [partial(channel, n) for n in SIZES]), each=True),
    "seeds": Loop(partial(over, [partial(channel, seed=seed) for seed in SEEDS]), each=True),
    "edits": Loop(partial(over, edits()), each=True),
    "step": Loop(step_by_step),
    "look": Loop(look_at_each_step),
    "plant-150": Loop(partial(steps_with_plant, 150), 0.9),
    "plant-3000": Loop(partial(steps_with_plant, 3000), 0.4),
    "plant-150-any-thread": Loop(partial(steps_with_plant_anywhere, 150), 0.9),
    "plant-3000-any-thread": Loop(partial(steps_with_plant_anywhere, 3000), 0.4),
    **_first_fits(),
}
"""By name; the goals are those of the issue about waiting."""
