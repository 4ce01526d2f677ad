"""Training plans of a network, and their inputs and outputs by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import nengo
import numpy as np

from nengo_nb.engine.forward import Forward
from nengo_nb.engine.journal import Journal
from nengo_nb.ops.rules import ExecutionMode, Gradients
from nengo_nb.plan.graph import Operation
from nengo_nb.plan.program import Plan
from nengo_nb.settings import get_setting
from nengo_nb.simulator.network_names import NetworkNames
from nengo_nb.simulator.record.sampling import Samples, samples_of
from nengo_nb.simulator.run.planning import plan_for_training
from nengo_nb.simulator.run.simulation import Simulation

from .datasets import Examples
from .losses import Loss
from .noise import Noise
from .python_data import PythonData, Values
from .schedules import NamedForward


class TrainingPlans:
    """Plans a network for training, each plan once.

    Args:
        simulation: The simulation that is trained.
        names: Names of the network's objects.
    """

    def __init__(self, simulation: Simulation, names: NetworkNames) -> None:
        self.simulation = simulation
        self.model = simulation.model
        self.names = names
        self.dtype = simulation.dtype
        self._plans: dict[tuple[ExecutionMode, tuple[str, ...]], Plan] = {}
        self._forwards: dict[Any, NamedForward] = {}
        self._data: dict[tuple[int, str], PythonData] = {}

    @property
    def probes(self) -> dict[str, nengo.Probe]:
        """The probes by name."""
        return self.names.probes

    @cached_property
    def nodes(self) -> dict[str, nengo.Node]:
        """The input nodes by name."""
        feedable = self.simulation.runner.plan.graph.feedable
        return {self.names.by_object[node]: node for node in feedable}

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each probe's signal, by name."""
        return {name: self.model.sig[probe]["in"].shape for name, probe in self.probes.items()}

    @cached_property
    def samples(self) -> dict[str, Samples]:
        """Steps that each probe records, by name."""
        chosen = samples_of(self.model, self.probes.values())
        return {name: chosen[probe] for name, probe in self.probes.items()}

    @property
    def mode(self) -> ExecutionMode:
        """Mode of spiking neurons in training: rates, or spikes with a surrogate gradient."""
        surrogate = get_setting(self.model.toplevel, "surrogate")
        return ExecutionMode.RATES if surrogate is None else ExecutionMode.SPIKES

    @cached_property
    def _gradients(self) -> Gradients:
        network = self.model.toplevel
        return Gradients(get_setting(network, "lif_smoothing"), get_setting(network, "surrogate"))

    def plan(self, mode: ExecutionMode, wanted: Sequence[str]) -> Plan:
        """Return the plan that computes some probes, made at the first call."""
        key = mode, tuple(wanted)
        if key not in self._plans:
            self._plans[key] = plan_for_training(
                self.model, mode, [self.probes[name] for name in wanted]
            )
        return self._plans[key]

    def forward(
        self,
        mode: ExecutionMode,
        wanted: Sequence[str],
        recompute_every: int | None = None,
        dtype: str | None = None,
    ) -> NamedForward:
        """Return the network as a differentiable function; the same object for the same arguments.

        Args:
            mode: How spiking neurons are computed.
            wanted: Names of the probes that are computed.
            recompute_every: See ``Forward``.
            dtype: By default that of the simulation.
        """
        # ``NetworkModel.follow`` drops its traced programs where this is another object.
        key = mode, tuple(wanted), recompute_every, dtype or self.dtype
        if key not in self._forwards:
            plan = self.plan(mode, wanted)
            forward = Forward(plan, dtype or self.dtype, self._gradients, recompute_every)
            inputs = {
                name: plan.graph.feedable[node]
                for name, node in self.nodes.items()
                if node in plan.graph.feedable
            }
            outputs = {name: self.probes[name] for name in wanted}
            self._forwards[key] = NamedForward(forward, inputs, outputs, self.shapes, self.samples)
        return self._forwards[key]

    def noise(
        self, forward: NamedForward, values: Values
    ) -> Callable[[Mapping[str, Any], int], dict[int, Any]]:
        """Return a function for the outputs of Python (processes, functions) during training.

        Args:
            forward: The function that is trained.
            values: Looks up the present values of parameters.

        Returns:
            Function from the inputs of a minibatch, ``(batch, steps, size)`` by name, and the
            number of their first step, to the outputs of processes and of functions of an input, by
            value.
        """
        plan, dtype = forward.forward.plan, forward.forward.dtype
        runner, seed = self.simulation.runner, self.simulation.seed

        def make_steps(operations: list[Operation], batch: int) -> dict[int, Journal]:
            return runner.make_steps(operations, batch, seed)

        noise = Noise(plan, make_steps, dtype)
        # Plans are kept in ``_plans``, so an id is not used again for another one.
        key = id(plan), dtype
        if key not in self._data:
            self._data[key] = PythonData(plan, make_steps, values, dtype, runner.executor.device)
        data = self._data[key]

        def outputs(x: Mapping[str, Any], first: int) -> dict[int, Any]:
            batch, steps = next(iter(x.values())).shape[:2]
            random = noise(batch, first, steps)
            fed = {
                forward.inputs[name]: tensor for name, tensor in x.items() if name in forward.inputs
            }
            return random | data(fed | random, first)

        return outputs

    def find_sources(
        self, nodes: Sequence[nengo.Node], n_steps: int
    ) -> dict[nengo.Node, np.ndarray]:
        """Return the outputs of unfed nodes from the start of a run, ``(n_steps, size)``."""
        runner = self.simulation.runner
        values = {runner.plan.graph.feedable[node]: node for node in nodes}
        return {values[v]: array for v, array in runner.sources(values, n_steps).items()}

    def make_examples(self, losses: Mapping[str, Loss]) -> Examples:
        """Return a converter of training data, for the outputs that have a loss."""
        return Examples(
            self.nodes,
            self.find_sources,
            losses,
            self.names.find_probe,
            self.simulation.batch,
            self.dtype,
        )
