"""Runs of one network on several backends, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import nengo
import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.outputs.progress import open_bar
from nengo_nb.jupyter.probes import recorded, trace_probes
from nengo_nb.plots import Trace
from nengo_nb.progress import OneDisplayBar, Phase, assume_phase, one_display

from .backends import load
from .result import Compared, Comparison

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator


def compare_backends(
    network: nengo.Network,
    seconds: float,
    backends: Sequence[str],
    probes: Iterable[nengo.Probe],
    dt: float,
) -> Comparison:
    """Run a network on each backend, and compare the recorded samples.

    Raises:
        LookupError: There is no such backend, or fewer than two are named.
        ValueError: The network has no seed or no probe, or a backend cannot run it.
    """
    classes, chosen = load(backends), list(probes)
    if network.seed is None:
        raise ValueError(
            "without a seed every backend builds another network: give it one, as in "
            "nengo.Network(seed=1)"
        )
    if not chosen:
        raise ValueError("there is nothing to compare: add nengo.Probe(...) to the network")
    runs = [_run(name, make, network, seconds, chosen, dt) for name, make in classes.items()]
    names, walls, traces, dtypes = (tuple(column) for column in zip(*runs, strict=True))
    # Rounding is judged by the coarsest numbers that took part.
    coarsest = "float32" if "float32" in dtypes else "float64"
    compared = tuple(Compared(one, names, coarsest, dt) for one in zip(*traces, strict=True))
    spiking = any(ensemble.neuron_type.spiking for ensemble in network.all_ensembles)
    return Comparison(name_of(network), names, walls, dtypes, compared, spiking)


def _run(
    name: str,
    make: Callable[..., AnySimulator],
    network: nengo.Network,
    seconds: float,
    probes: list[nengo.Probe],
    dt: float,
) -> tuple[str, float, list[Trace], str]:
    """Run one backend; return its name, wall time in seconds without the build, traces, dtype."""
    bar = open_bar(dt)
    if isinstance(bar, OneDisplayBar):
        bar.title = name
    try:
        with one_display(bar), make(network, dt=dt, progress_bar=bar) as sim:
            assume_phase(bar, Phase.SIMULATING)
            start = time.perf_counter()
            sim.run(seconds, progress_bar=bar)
            wall = time.perf_counter() - start
            if len(recorded(sim, probes)) < len(probes):
                raise ValueError("a probe recorded nothing in so short a time")
            dtypes = {np.asarray(sim.data[probe]).dtype.name for probe in probes}
            # Copied, as views would keep the memory of a closed simulator.
            traces = [
                replace(trace, values=trace.values.copy()) for trace in trace_probes(sim, probes)
            ]
    except Exception as error:
        raise ValueError(f"backend {name!r} cannot run this network: {error}") from error
    return name, wall, traces, "float32" if "float32" in dtypes else "float64"
