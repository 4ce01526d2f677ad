"""Training plans of a network, and their inputs and outputs by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import nengo
from nengo.builder import Model, Operator
from nengo.exceptions import ValidationError

from nengo_nb.engine.forward import Forward
from nengo_nb.engine.journal import Journal
from nengo_nb.ops.rules import ExecutionMode, Gradients
from nengo_nb.plan.graph import Operation
from nengo_nb.plan.program import Plan
from nengo_nb.settings import get_setting
from nengo_nb.simulator.record.sampling import samples_of
from nengo_nb.simulator.run.planning import plan_for_training
from nengo_nb.simulator.run.runner import Runner

from .noise import Noise
from .python_data import PythonData, Values
from .schedules import NamedForward


class Trainable:
    """Plans a network for training, each plan once.

    Args:
        model: The built model.
        nodes: The input nodes by name.
        probes: The probes by name.
        dtype: ``"float32"`` or ``"float64"``.
        operators: Names of operators, for errors.
    """

    def __init__(
        self,
        model: Model,
        nodes: Mapping[str, nengo.Node],
        probes: Mapping[str, nengo.Probe],
        dtype: str,
        operators: Mapping[Operator, str],
    ) -> None:
        self.model = model
        self.nodes = nodes
        self.probes = probes
        self.dtype = dtype
        self.operators = operators
        self.shapes = {name: model.sig[probe]["in"].shape for name, probe in probes.items()}
        chosen = samples_of(model, probes.values())
        self.samples = {name: chosen[probe] for name, probe in probes.items()}
        self.gradients = Gradients(
            get_setting(model.toplevel, "lif_smoothing"), get_setting(model.toplevel, "surrogate")
        )
        self._plans: dict[tuple[ExecutionMode, tuple[str, ...]], Plan] = {}
        self._forwards: dict[Any, NamedForward] = {}
        self._data: dict[tuple[int, str], PythonData] = {}

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
            forward = Forward(plan, dtype or self.dtype, self.gradients, recompute_every)
            inputs = {
                name: plan.graph.feedable[node]
                for name, node in self.nodes.items()
                if node in plan.graph.feedable
            }
            outputs = {name: self.probes[name] for name in wanted}
            self._forwards[key] = NamedForward(forward, inputs, outputs, self.shapes, self.samples)
        return self._forwards[key]

    def noise(
        self, forward: NamedForward, runner: Runner, seed: int, values: Values
    ) -> Callable[[Mapping[str, Any], int], dict[int, Any]]:
        """Return a function for the outputs of Python (processes, functions) during training.

        Args:
            forward: The function that is trained.
            runner: The simulation, whose processes and functions these are.
            seed: Seed of the processes.
            values: Looks up the present values of parameters.

        Returns:
            Function from the inputs of a minibatch, ``(batch, steps, size)`` by name, and the
            number of their first step, to the outputs of processes and of functions of an input, by
            value.
        """
        plan, dtype = forward.forward.plan, forward.forward.dtype

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


OLD_EPSILONS = {"RMSprop": "1e-10", "Adam": "1e-8"}
"""Default ``epsilon`` of TensorFlow 1; Keras' 1e-7 is too large for small gradients."""


def refuse_old_optimizer(optimizer: Any) -> None:
    """Refuse optimizers of TensorFlow 1, which cannot train a Keras model.

    Raises:
        ValidationError: This is one; the error names its Keras equivalent.
    """
    kind = type(optimizer)
    if kind.__module__.startswith("tensorflow.python.training"):
        twin = (
            kind.__name__.removesuffix("Optimizer")
            .replace("GradientDescent", "SGD")
            .replace("RMSProp", "RMSprop")
        )
        epsilon = OLD_EPSILONS.get(twin)
        same = f", with epsilon={epsilon} to learn as it did" if epsilon else ""
        raise ValidationError(
            f"{kind.__name__} belongs to TensorFlow 1; use keras.optimizers.{twin}{same}",
            attr="optimizer",
        )
