"""A kernel that has imported everything, and builds and runs what it is asked for.

This file runs under the interpreter of the peer and answers one JSON object per line, as ``peers``
does:

``{"model": NAME, "seconds": S}``
    seconds of wall and CPU time until the model has run and its data was looked at, the same for
    each phase, and the number of neurons
``{"loop": NAME}``
    wall and CPU seconds of each turn of a loop of ``wait_loops``
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from contextlib import suppress
from typing import Any

import nengo

from tests.benchmarks import wait_loops
from tests.benchmarks.peers import PEERS
from tests.models import MODELS


def cpu_seconds() -> float:
    """Return the processor time of this process, all of its threads, and its children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Stopwatch:
    """Wall and CPU seconds since it was made or last read."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), cpu_seconds()

    def lap(self) -> dict[str, float]:
        """Return both, and start anew."""
        before = self.wall, self.cpu
        self.wall, self.cpu = time.perf_counter(), cpu_seconds()
        return {"wall": self.wall - before[0], "cpu": self.cpu - before[1]}


def run_model(peer: Any, name: str, seconds: float) -> dict[str, Any]:
    """Make, build and run a model, and look at its data."""
    whole, phase, phases = Stopwatch(), Stopwatch(), {}
    network = MODELS[name]()
    phases["make network"] = phase.lap()["wall"]
    sim = peer.open(network, 1)
    phases["build"] = phase.lap()["wall"]
    sim.run(seconds)
    for probe in network.all_probes:
        sim.data[probe][-1:]
    phases["run"] = phase.lap()["wall"]
    answer = {**whole.lap(), "phases": phases, "neurons": network.n_neurons}
    sim.close()
    return answer


def serve(name: str) -> None:
    """Answer until there are no more questions."""
    nengo.rc.set("decoder_cache", "path", os.environ["WAIT_DECODERS"])
    peer = PEERS[name]()
    with suppress(ImportError):
        import nengo_spa  # noqa: F401 - as a cell above has imported it
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        if "model" in asked:
            answer = run_model(peer, asked["model"], asked["seconds"])
        else:
            turns = wait_loops.LOOPS[asked["loop"]].turns(name, peer)
            answer = {"turns": [_timed(turn) for turn in turns]}
        print(json.dumps(answer), file=answers, flush=True)


def _timed(turn: wait_loops.Turn) -> dict[str, float]:
    """Return the seconds of a turn of a loop."""
    stopwatch = Stopwatch()
    turn()
    return stopwatch.lap()


if __name__ == "__main__":
    serve(sys.argv[1])
