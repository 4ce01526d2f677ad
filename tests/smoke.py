"""Smoke test of an installed nengo_nb and its dependencies alone: ``python tests/smoke.py``.

Needs neither pytest nor this checkout: the modules, a script and a ``%%nengo`` cell are those of
the installed package.
"""

from __future__ import annotations

import importlib
import pkgutil
import warnings
from pathlib import Path

import numpy as np

CHECKOUT = Path(__file__).resolve().parents[1]

CELL = """%%nengo model --seed 1 --run 0.2
import nengo
stimulus = nengo.Node(0.5)
neurons = nengo.Ensemble(50, dimensions=1)
nengo.Connection(stimulus, neurons)
decoded = nengo.Probe(neurons, synapse=0.01)
"""


def import_everything() -> int:
    """Import every module of the package, and return their number."""
    import nengo_nb

    if Path(nengo_nb.__file__).parents[1] == CHECKOUT:
        raise AssertionError(f"{nengo_nb.__file__} is not the installed package")
    importlib.import_module("nengo_nb.quiet")  # before any other imports TensorFlow
    names = [module.name for module in pkgutil.walk_packages(nengo_nb.__path__, "nengo_nb.")]
    for name in names:
        importlib.import_module(name)
    return len(names)


def run_script() -> None:
    """Run a network with dense and sparse weights, which both simulators agree upon."""
    import nengo

    import nengo_nb

    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node(lambda t: [np.sin(9 * t), t])
        ensemble = nengo.Ensemble(40, 2)
        target = nengo.Node(size_in=40)
        weights = nengo.Sparse((40, 40), indices=[[0, 3], [39, 1], [5, 5]], init=[1.0, -2.0, 0.5])
        nengo.Connection(source, ensemble)
        nengo.Connection(ensemble.neurons, target, transform=weights, synapse=0.01)
        probes = [nengo.Probe(ensemble, synapse=0.01), nengo.Probe(target)]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Nengo makes matrices dense without SciPy, and says so
        with nengo.Simulator(net, progress_bar=False) as theirs:
            theirs.run(0.2)
    # The one takes its first steps in NumPy, and the other is compiled from the first one on.
    for minibatch_size in (None, 1):
        with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as ours:
            ours.run(0.2)
        for probe in probes:
            found = ours.data[probe].reshape(theirs.data[probe].shape)
            np.testing.assert_allclose(found, theirs.data[probe], atol=1e-9)


def run_cell() -> None:
    """Run a ``%%nengo`` cell in an IPython shell."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "nengo_nb")
    shell.run_cell(CELL).raise_error()
    simulator = shell.run_cell("%nengo run model 0.1").result
    shell.run_line_magic("unload_ext", "nengo_nb")
    if abs(simulator.data[shell.user_ns["decoded"]][-1].item() - 0.5) > 0.2:
        raise AssertionError("the ensemble does not represent its input")


if __name__ == "__main__":
    print(f"{import_everything()} modules imported", flush=True)
    run_script()
    print("a script runs, and agrees with Nengo", flush=True)
    run_cell()
    print("a %%nengo cell runs", flush=True)
