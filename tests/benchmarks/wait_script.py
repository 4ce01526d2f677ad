"""A script, as a user starts it: ``python wait_script.py PEER MODEL SECONDS``.

It imports, builds a model and runs it, and prints one JSON object: the number of neurons, and for
each phase the seconds that it took. Like ``peers`` it runs under the interpreter of the peer.
``WAIT_DECODERS`` names the folder of Nengo's cache of decoders.
"""

# Imports stand at the top of the file that Python was started with, as in any script, and not in a
# function or behind ``-m``: in CPython 3.11 the depth of the stack decides whether ``import nengo``
# takes two seconds or six where JupyterLab is installed. A grammar that is compiled there may call
# functions across the end of a chunk of the stack, which is mapped and unmapped at every call.

from __future__ import annotations

import time

ENDS = {"start": time.perf_counter()}

import nengo  # noqa: E402 - the clock of the phases starts before all other imports

ENDS["import nengo"] = time.perf_counter()

import os  # noqa: E402
import sys  # noqa: E402

PEER, MODEL, SECONDS = sys.argv[1:]
nengo.rc.set("decoder_cache", "path", os.environ["WAIT_DECODERS"])

if PEER == "nengo_nb":
    import nengo_nb

    nengo_nb.prepare_compiler()
    Simulator = nengo_nb.Simulator
elif PEER == "nengo_dl":
    import nengo_dl

    Simulator = nengo_dl.Simulator
else:
    Simulator = nengo.Simulator
ENDS["import simulator"] = time.perf_counter()

from tests.models import MODELS  # noqa: E402

network = MODELS[MODEL]()
if PEER == "nengo_dl":
    with network:
        nengo_dl.configure_settings(inference_only=True)
ENDS["make network"] = time.perf_counter()

with Simulator(network, progress_bar=False) as sim:
    ENDS["build"] = time.perf_counter()
    sim.run(float(SECONDS))
    for probe in network.all_probes:
        sim.data[probe][-1:]
    ENDS["run"] = time.perf_counter()
ENDS["close"] = time.perf_counter()

import json  # noqa: E402
from itertools import pairwise  # noqa: E402

phases = {after: ENDS[after] - ENDS[before] for before, after in pairwise(ENDS)}
print(json.dumps({"neurons": network.n_neurons, **phases}), flush=True)
