"""Record more than the probes of the network, or feed more than its nodes, without building it
again and without changing it.

A watched value is that of a probe which belongs to no network, and an input that is added is a node
(``added_inputs``). The built model gets the operators of these, a new plan is made and compiled,
and the states move over, so that the simulation goes on where it was. That costs as much time as
compiling did at first, during which the old plan may go on running; afterwards it costs as much as
recording does. States that were not computed until now start from their initial states.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model

from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.record.recording import new_recordings

from .added_inputs import build_input
from .aside import Aside, set_aside, take_back
from .checkpoint import Snapshot, go_back, take
from .observed_signals import observing
from .runner import Runner
from .simulation import Simulation


@dataclass(frozen=True)
class Prepared:
    """A wider model and a compiled runner for it, ready to take over.

    Args:
        probes: The new probes.
        inputs: The connections of the new inputs.
        model: The model with these.
        runner: The machine that runs it.
        replaced: The machine whose model was widened.
    """

    probes: tuple[nengo.Probe, ...]
    inputs: tuple[nengo.Connection, ...]
    model: Model
    runner: Runner
    replaced: Runner


def make_probe(target: Any, attr: str | None = None, label: str | None = None) -> nengo.Probe:
    """Return a probe that belongs to no network, without a synapse.

    Args:
        target: An ensemble, its neurons, a node or a connection, or a slice of one.
        attr: Attribute to record; by default that of ``nengo.Probe``.
        label: Label of the probe.

    Raises:
        ValidationError: There is no such attribute.
    """
    return nengo.Probe(target, attr, label=label, add_to_container=False)


def widen(
    model: Model, probes: Sequence[nengo.Probe], inputs: Sequence[nengo.Connection] = ()
) -> Model:
    """Return a copy of a built model with more probes and inputs; the model stays as it is."""
    wider = copy.copy(model)
    for name in ("operators", "params", "probes", "seeds", "seeded", "sig"):
        setattr(wider, name, copy.copy(getattr(model, name)))
    with wider.decoder_cache, np.errstate(divide="ignore"):  # as when the network was built
        for probe in probes:
            # Nengo's builder asks for a seed; an unfiltered probe draws nothing from it.
            wider.seeded[probe], wider.seeds[probe] = True, 0
            wider.build(probe)
        for connection in inputs:
            build_input(connection, wider)
    return wider


KEPT = 0.75
"""Share of the memory that samples may take which is left once they have taken more."""


class DynamicProbes:
    """Adds probes and inputs to a simulation while it goes on, and takes snapshots to go back to.

    Args:
        simulation: The simulation.
        parameters: The parameters that it runs with.
    """

    def __init__(self, simulation: Simulation, parameters: ParameterValues) -> None:
        self.simulation = simulation
        self.parameters = parameters

    def prepare(
        self, probes: Sequence[nengo.Probe], inputs: Sequence[nengo.Connection] = ()
    ) -> Prepared:
        """Compile a machine with more probes and inputs; the simulation may run meanwhile.

        Args:
            probes: Probes that belong to no network.
            inputs: Connections from nodes with a constant output, neither of which belongs to a
                network.
        """
        simulation = self.simulation
        replaced = simulation.runner
        model = widen(simulation.model, probes, inputs)
        runner = simulation.make_runner(observing(model, replaced.memory.observed))
        # The first steps are taken without a program.
        if replaced.state.n_steps >= simulation.numpy_steps:
            runner.start_compiling().result()
        return Prepared(tuple(probes), tuple(inputs), model, runner, replaced)

    def adopt(self, prepared: Prepared) -> None:
        """Replace the runner by a prepared one, which continues from the present state."""
        simulation = self.simulation
        simulation.check_open("watch")
        # Whoever widened it meanwhile must not lose what it has got.
        while prepared.replaced is not simulation.runner:
            prepared.runner.executor.release()
            prepared = self.prepare(prepared.probes, prepared.inputs)
        # In place: ``sim.data``, ``sim.signals`` and the user hold this model.
        vars(simulation.model).update(vars(prepared.model))
        simulation.replace_runner(prepared.runner)
        self.parameters.hand_over()
        simulation.recordings |= new_recordings(simulation.model, prepared.probes, simulation.dtype)

    def limit_recorded(self, most_bytes: float) -> bool:
        """Forget the oldest samples of all probes, if all take more memory than they may.

        At least a quarter is forgotten, so that it happens seldom; each probe keeps its last
        sample. Arrays that were handed out stay as they are.

        Returns:
            Whether samples were forgotten.
        """
        recordings = [r for r in list(self.simulation.recordings.values()) if len(r) > 1]
        total = sum(recording.nbytes for recording in recordings)
        if total <= most_bytes:
            return False
        left = KEPT * most_bytes / total
        for recording in recordings:
            recording.drop(len(recording) - max(int(left * len(recording)), 1))
        return True

    def recorded_bytes(self) -> int:
        """Return the bytes of the samples of all probes."""
        return sum(recording.nbytes for recording in list(self.simulation.recordings.values()))

    def recorded_samples(self) -> tuple[int, dict[nengo.Probe, np.ndarray]]:
        """Return the number of steps, and the samples of all probes that have any by then.

        Returns:
            The steps, and for each probe a read-only array ``(batch, samples, *shape)``, which is
            never overwritten.
        """
        simulation = self.simulation
        batch = simulation.minibatch_size or 1
        samples = {
            probe: recording.array(batch)
            for probe, recording in simulation.recordings.items()
            if len(recording)
        }
        return simulation.runner.state.n_steps, samples

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the present state, for ``restore``."""
        self.simulation.signals.write_back()
        return take(self.simulation.runner, self.simulation.recordings)

    def restore(self, snapshot: Snapshot) -> None:
        """Return to a snapshot of this simulation, and forget data recorded after it."""
        self.simulation.check_open("go back")
        go_back(snapshot, self.simulation.runner, self.simulation.recordings)
        self.simulation.signals.forget_written()

    def set_aside(self) -> Aside:
        """Set the present run and its samples aside, for other runs from here or from a reset."""
        self.simulation.check_open("be set aside")
        return set_aside(self.simulation, self.outputs)

    def take_back(self, aside: Aside) -> None:
        """Return to a run that was set aside, with all its samples."""
        take_back(self.simulation, aside)

    @property
    def outputs(self) -> dict[nengo.Node, np.ndarray]:
        """Outputs of the input nodes at the last step, ``(batch, size)``; empty at first."""
        runner = self.simulation.runner
        last = runner.inputs
        feedable = runner.plan.graph.feedable.items()
        return {node: last[value] for node, value in feedable if value in last}

    @property
    def recorded(self) -> dict[nengo.Probe, int]:
        """Number of samples that each probe has recorded."""
        # ``list``, as a live view reads this while ``watch`` may add probes in another thread.
        recordings = list(self.simulation.recordings.items())
        return {probe: len(recording) for probe, recording in recordings}
