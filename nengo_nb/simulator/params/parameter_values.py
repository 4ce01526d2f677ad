"""Present values of a simulation's trainable parameters, and their way into the program."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Signal

from nengo_nb.engine.assembly import Copies
from nengo_nb.engine.forward import parameter_signals
from nengo_nb.on_demand import tf
from nengo_nb.plan.program import Plan
from nengo_nb.settings import NetworkSettings
from nengo_nb.simulator.run.simulation import Simulation

from .parameters import LEAST_TAU, Parameter, find_parameters, signal_values

if TYPE_CHECKING:
    from .variables import ParameterVariables

Tensor = Any


class ParameterValues:
    """Values of parameters, which Keras variables hold once they are asked for.

    Until then every parameter has the value that it was built with, and running costs nothing more.

    Args:
        simulation: The simulation that runs with them.
    """

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._variables: ParameterVariables | None = None

    @property
    def may_differ(self) -> bool:
        """Whether values may differ from the built ones: there are variables of them."""
        return self._variables is not None

    @property
    def variables(self) -> ParameterVariables:
        """The variables, made when this is first asked for."""
        return self.make_variables() if self._variables is None else self._variables

    def make_variables(self) -> ParameterVariables:
        """Make the variables, unless there are some, and return them."""
        if self._variables is None:
            # Here, as its classes are derived from Keras' own.
            from .variables import ParameterVariables

            simulation = self.simulation
            model = simulation.model
            self._variables = ParameterVariables(
                find_parameters(model, parameter_signals(simulation.runner.plan)),
                partial(_is_trainable, NetworkSettings(model.toplevel)),
                simulation.dtype,
                LEAST_TAU * model.dt,
            )
        return self._variables

    def tensors(self) -> dict[Signal, Tensor]:
        """Return the values of signals that depend on parameters, to be differentiated."""
        return signal_values(self.simulation.model, self.variables.tensors())

    def copies(self, plan: Plan) -> Copies | None:
        """Return the trained signals that are variables, element by element, in a plan.

        None where one is computed of variables, such as encoders of trained gains.
        """
        by_parameter = self.variables.by_parameter
        if any(parameter.signal is None for parameter in by_parameter):
            return None
        trained = [p.signal for p, variable in by_parameter.items() if variable.trainable]
        return Copies(plan, [signal for signal in trained if signal is not None])

    def by_signal(self) -> dict[Signal, np.ndarray]:
        """Return the values of signals that depend on parameters, as arrays."""
        values = {p: tf.constant(array) for p, array in self.variables.values().items()}
        tensors = signal_values(self.simulation.model, values)
        return {signal: tensor.numpy() for signal, tensor in tensors.items()}

    def by_object(self) -> dict[tuple[Any, str], np.ndarray]:
        """Return the arrays of parameters by object and attribute; empty where none may differ."""
        if self._variables is None:
            return {}
        return {(p.obj, p.attribute): array for p, array in self._variables.values().items()}

    def hand_over(self) -> None:
        """Let the simulation run with the present values."""
        if self._variables is not None:
            self.simulation.runner.set_parameters(self.by_signal())

    def reset(self) -> None:
        """Return to the values that parameters were built with."""
        if self._variables is not None:
            built = {parameter: parameter.initial for parameter in self._variables.by_parameter}
            self._variables.assign(built)
            self.hand_over()


def _is_trainable(settings: NetworkSettings, parameter: Parameter) -> bool:
    """Whether ``configure_settings`` lets training change a parameter."""
    # Biases are configured on ``ens.neurons``, encoders and gains on the ensemble.
    obj = parameter.obj.neurons if parameter.attribute == "bias" else parameter.obj
    return bool(settings.get("trainable", obj))
