"""Traces of recorded probes: how many are drawn, as which kind of plot, and with which quantity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import nengo
import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.plots import Trace, make_trace

from .labels import remember_names

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

MOST_PLOTS = 12
"""Number of plots when no probes are named: each costs 40 kB of a saved notebook."""

QUANTITIES = {
    "decoded_output": "decoded value",
    "voltage": "membrane voltage",
    "refractory_time": "refractory time (s)",
    "weights": "weight",
    "input": "input current",
    "scaled_encoders": "encoder",
}


def first_dozen(probes: Sequence[nengo.Probe], how: str) -> tuple[Sequence[nengo.Probe], str]:
    """Return the first ``MOST_PLOTS`` probes, and a sentence about the others.

    Args:
        probes: All probes.
        how: Code that draws one of the others, with ``{}`` for its name.
    """
    if len(probes) <= MOST_PLOTS:
        return probes, ""
    other = how.format(repr(name_of(probes[MOST_PLOTS])))
    return probes[:MOST_PLOTS], (
        f"These are the first {MOST_PLOTS} of {len(probes)} probes. Name others to see them: "
        f"{other}"
    )


def trace_probes(sim: AnySimulator, probes: Iterable[nengo.Probe], item: int = 0) -> list[Trace]:
    """Return the recorded traces of probes, each over the times of its own ``sample_every``."""
    remember_names(sim.model.toplevel)
    return [_trace(sim, probe, item) for probe in probes]


def recorded(sim: AnySimulator, probes: Iterable[nengo.Probe]) -> list[nengo.Probe]:
    """Return the probes with at least one sample; one that was added since the build has none."""
    return [probe for probe in probes if probe in sim.data and np.asarray(sim.data[probe]).size]


def _trace(sim: AnySimulator, probe: nengo.Probe, item: int) -> Trace:
    """Return the trace of one probe; a live run may advance or reset the simulator meanwhile."""
    # Simulators of other backends have no minibatch.
    batched = getattr(sim, "minibatch_size", None) is not None
    times = np.asarray(sim.trange(sample_every=probe.sample_every))
    values = np.asarray(sim.data[probe])
    # Times and samples are read one after the other: samples that came since have no time yet, and
    # times that a reset has taken back no sample.
    times = times[times <= (sim.n_steps + 0.5) * sim.dt]
    # Where there are fewer samples than times, the oldest were forgotten.
    length = min(len(times), values.shape[int(batched)])
    return make_trace(
        name_of(probe),
        times[-length:] if length else times[:0],
        values[:, :length] if batched else values[:length],
        batched=batched,
        item=item,
        spikes=records_spikes(probe),
        quantity=quantity_of(probe),
        index="neuron" if isinstance(probe.obj, nengo.ensemble.Neurons) else "dimension",
    )


def records_spikes(probe: nengo.Probe) -> bool:
    """Whether a probe records unfiltered output of spiking neurons."""
    target = probe.obj
    is_output = isinstance(target, nengo.ensemble.Neurons) and probe.attr == "output"
    return is_output and probe.synapse is None and bool(target.ensemble.neuron_type.spiking)


def quantity_of(probe: nengo.Probe) -> str:
    """Return the quantity that a probe records, with its unit."""
    if probe.attr != "output":
        return QUANTITIES.get(probe.attr, probe.attr.replace("_", " "))
    if not isinstance(probe.obj, nengo.ensemble.Neurons):
        return "value"
    return "filtered spikes (Hz)" if probe.obj.ensemble.neuron_type.spiking else "firing rate (Hz)"
