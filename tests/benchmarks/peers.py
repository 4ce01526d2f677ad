"""A peer: a simulator in a process of its own, which builds a network and runs it when told.

This file runs under the interpreter of the peer, which may have neither our package nor our
dependencies: nengo and numpy are all it may lean on, beside what the peer itself brings. It reads
    one JSON object per line and answers each:

``{"build": NAME, "dimensions": D, "neurons": N, "minibatch": B, "first": STEPS}``
    seconds to build, and to the end of the first steps (1000 if not said), with everything imported
    before; and the number of neurons
``{"run": STEPS}``
    seconds that took
``{"step": N}``
    seconds for a call of ``sim.step()``, the mean of N
``{"memory": true}``
    the most memory the process ever held, in MiB
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

ALWAYS = 2**62
"""Number of steps in NumPy of a simulation that is never compiled."""


class Peer:
    """A simulator that is compared."""

    def settle(self, sim: Any) -> None:
        """Take steps until each takes as long as all that follow."""


class Core(Peer):
    """Nengo's own simulator."""

    def open(self, network: Any, minibatch: int) -> Any:
        import nengo

        if minibatch != 1:
            raise ValueError("Nengo's own simulator has no minibatch")
        return nengo.Simulator(network, progress_bar=False)


class Ours(Peer):
    """The simulator of this package, prepared as in a notebook."""

    def __init__(self) -> None:
        import nengo_nb

        nengo_nb.prepare_compiler()
        import tensorflow as tf

        nengo_nb.Simulator  # noqa: B018 - names load on first use
        tf.constant(0.0)

    def open(self, network: Any, minibatch: int) -> Any:
        import nengo_nb

        size = None if minibatch == 1 else minibatch
        return nengo_nb.Simulator(network, minibatch_size=size, progress_bar=False)

    def settle(self, sim: Any) -> None:
        """Run past the steps that are taken in NumPy, and wait for longer chunks."""
        in_numpy = sim._parts.simulation.numpy_steps
        if in_numpy < ALWAYS:
            sim.run_steps(max(in_numpy - sim.n_steps, 0) + 1000)


class NengoDL(Peer):
    """NengoDL, told that nothing is going to be trained."""

    def __init__(self) -> None:
        import nengo_dl
        import tensorflow as tf

        nengo_dl.Simulator  # noqa: B018
        tf.constant(0.0)

    def open(self, network: Any, minibatch: int) -> Any:
        import nengo_dl

        with network:
            nengo_dl.configure_settings(inference_only=True)
        return nengo_dl.Simulator(network, minibatch_size=minibatch, progress_bar=False)


class Loop(Peer):
    """The integrator's step as a loop in C."""

    def open(self, network: Any, minibatch: int) -> Any:
        from tests.benchmarks.c_loop import Integrators

        return Integrators(network, minibatch)


PEERS = {"nengo": Core, "nengo_nb": Ours, "again": Ours, "nengo_dl": NengoDL, "C": Loop}


def serve(peer: str) -> None:
    """Answer until there are no more questions."""
    from tests.benchmarks.networks import Size, build

    simulators = PEERS[peer]()
    answer, sys.stdout = sys.stdout, sys.stderr
    sim = None
    for line in sys.stdin:
        asked = json.loads(line)
        begin = time.perf_counter()
        if "build" in asked:
            network = build(asked["build"], Size(asked["dimensions"], asked["neurons"]))
            begin = time.perf_counter()
            sim = simulators.open(network, asked["minibatch"])
            built = time.perf_counter()
            sim.run_steps(asked.get("first", 1000))
            ready = time.perf_counter()
            found = {"build": built - begin, "first": ready - begin, "neurons": network.n_neurons}
            simulators.settle(sim)
        elif "run" in asked:
            sim.run_steps(asked["run"])
            found = {"run": time.perf_counter() - begin}
        elif "step" in asked:
            for _ in range(asked["step"]):
                sim.step()
            found = {"step": (time.perf_counter() - begin) / asked["step"]}
        else:
            found = {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        print(json.dumps(found), file=answer, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
