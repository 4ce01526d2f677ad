"""A network as it is trained: planned for the probes that are wanted, and with names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import nengo
from nengo.builder import Model, Operator
from nengo.exceptions import ValidationError

from nengo_nb.engine.forward import Forward
from nengo_nb.ops.rules import Form, Gradients
from nengo_nb.plan.program import Plan
from nengo_nb.settings import get_setting

from .build import plan_for_training
from .flow import refuse_python
from .machine import Machine
from .network_model import NamedForward
from .noise import Noise
from .samples import samples_of


class Trainable:
    """Plans a network for training, each plan once.

    Args:
        model: The built model.
        nodes: The input nodes by name.
        probes: The probes by name.
        dtype: ``"float32"`` or ``"float64"``.
        operators: What to call operators in errors.
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
        self._plans: dict[tuple[Form, tuple[str, ...]], Plan] = {}
        self._forwards: dict[Any, NamedForward] = {}

    def plan(self, form: Form, wanted: Sequence[str]) -> Plan:
        """The plan that computes some probes."""
        key = form, tuple(wanted)
        if key not in self._plans:
            self._plans[key] = plan_for_training(self.model, form, [self.probes[name] for name in wanted])
        return self._plans[key]

    def forward(
        self,
        form: Form,
        wanted: Sequence[str],
        recompute_every: int | None = None,
        dtype: str | None = None,
    ) -> NamedForward:
        """The network as a function that can be differentiated; the same object for the same arguments.

        Args:
            form: What spiking neurons are.
            wanted: Names of the probes that are computed.
            recompute_every: See ``Forward``.
            dtype: By default that of the simulation.

        Raises:
            SimulationError: Python stands in the way.
        """
        key = form, tuple(wanted), recompute_every, dtype or self.dtype
        if key not in self._forwards:
            plan = self.plan(form, wanted)
            refuse_python(plan, self.operators)
            forward = Forward(plan, dtype or self.dtype, self.gradients, recompute_every)
            inputs = {
                name: plan.graph.feedable[node]
                for name, node in self.nodes.items()
                if node in plan.graph.feedable
            }
            outputs = {name: self.probes[name] for name in wanted}
            self._forwards[key] = NamedForward(forward, inputs, outputs, self.shapes, self.samples)
        return self._forwards[key]

    @staticmethod
    def noise(forward: NamedForward, machine: Machine, seed: int) -> Callable[[int, int, int], Any]:
        """What processes without an input output while a function of this network is trained."""
        plan, dtype = forward.forward.plan, forward.forward.dtype
        return Noise(plan, lambda operations, batch: machine.make_steps(operations, batch, seed), dtype)


OLD_EPSILONS = {"RMSprop": "1e-10", "Adam": "1e-8"}
"""What TensorFlow 1 kept denominators from zero with; Keras has 1e-7, which is too much for small gradients."""


def refuse_old_optimizer(optimizer: Any) -> None:
    """Optimizers of TensorFlow 1 know nothing of Keras.

    Raises:
        ValidationError: This is one; the error names its twin.
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
            f"{kind.__name__} belongs to TensorFlow 1; use keras.optimizers.{twin}{same}", attr="optimizer"
        )
