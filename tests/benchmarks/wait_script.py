"""A script, as a user starts it: ``python -m tests.benchmarks.wait_script PEER MODEL SECONDS``.

It imports, builds a model and runs it, and prints one JSON object: the number of neurons, and for
each phase the seconds that it took. Like ``peers`` it runs under the interpreter of the peer.
``WAIT_DECODERS`` names the folder of Nengo's cache of decoders.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import os  # noqa: E402 - the clock of the phases starts before all other imports
import sys  # noqa: E402
from typing import Any  # noqa: E402


def simulator_class(peer: str) -> Any:
    """Return the class of a peer's simulator, imported as a script imports it."""
    if peer == "nengo":
        import nengo

        return nengo.Simulator
    if peer == "nengo_nb":
        import nengo_nb

        nengo_nb.prepare_compiler()
        return nengo_nb.Simulator
    import nengo_dl

    return nengo_dl.Simulator


def main(peer: str, name: str, seconds: float) -> dict[str, float]:
    """Run a model and look at its data; return the seconds of each phase."""
    ends = {}
    import nengo

    nengo.rc.set("decoder_cache", "path", os.environ["WAIT_DECODERS"])
    ends["import nengo"] = time.perf_counter()
    simulator = simulator_class(peer)
    ends["import simulator"] = time.perf_counter()
    from tests.models import MODELS

    network = MODELS[name]()
    if peer == "nengo_dl":
        import nengo_dl

        with network:
            nengo_dl.configure_settings(inference_only=True)
    ends["make network"] = time.perf_counter()
    with simulator(network, progress_bar=False) as sim:
        ends["build"] = time.perf_counter()
        sim.run(seconds)
        for probe in network.all_probes:
            sim.data[probe][-1:]
        ends["run"] = time.perf_counter()
    ends["close"] = time.perf_counter()
    phases, before = {}, STARTED
    for phase, end in ends.items():
        phases[phase], before = end - before, end
    return {"neurons": network.n_neurons, **phases}


if __name__ == "__main__":
    report = main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
    import json  # after the clock has stopped

    print(json.dumps(report), flush=True)
