"""The parts that a simulator is composed of, each made of those before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from .network_names import NetworkNames
from .params.parameter_io import ParameterIO
from .params.parameter_values import ParameterValues
from .record.data import SimulationData
from .run.dynamic_probes import DynamicProbes
from .run.function_access import FunctionAccess
from .run.simulation import Simulation
from .train.gradient_check import GradientCheck
from .train.predictor import Predictor
from .train.trainer import Trainer
from .train.training_plans import TrainingPlans


@dataclass(frozen=True, eq=False, repr=False)
class Parts:
    """Parts of a simulator. They know each other as ``compose`` says, and not the simulator.

    Args:
        simulation: Model, runner, signals and recordings.
        data: Samples of probes, and parameters of built objects.
        access: How a run is computed, by what functions of the network can reach.
        probes: Probes that are added while the simulation goes on, and snapshots.
        names: Names of the network's objects.
        parameters: Values of the trainable parameters.
        parameter_io: Parameters in files, and back in networks.
        plans: Training plans.
        predictor: Runs examples, with spikes.
        trainer: Trains with Keras.
        gradients: Checks gradients.
    """

    simulation: Simulation
    data: SimulationData
    access: FunctionAccess
    probes: DynamicProbes
    names: NetworkNames
    parameters: ParameterValues
    parameter_io: ParameterIO
    plans: TrainingPlans
    predictor: Predictor
    trainer: Trainer
    gradients: GradientCheck


def compose(simulation: Simulation) -> Parts:
    """Make the parts of a simulator; none of them builds, plans or compiles anything yet."""
    names = NetworkNames(simulation.model)
    parameters = ParameterValues(simulation)
    plans = TrainingPlans(simulation, names)
    predictor = Predictor(simulation, plans, parameters)
    return Parts(
        simulation=simulation,
        data=SimulationData(
            simulation.model,
            simulation.recordings,
            simulation.current,
            parameters.by_object,
            simulation.minibatch_size,
        ),
        access=FunctionAccess(simulation),
        probes=DynamicProbes(simulation, parameters),
        names=names,
        parameters=parameters,
        parameter_io=ParameterIO(simulation, names, parameters),
        plans=plans,
        predictor=predictor,
        trainer=Trainer(simulation, plans, parameters, predictor),
        gradients=GradientCheck(simulation, plans, parameters),
    )


class Composed(Protocol):
    """A facade over parts."""

    _parts: Parts


Part = TypeVar("Part")
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


def delegate(
    find: Callable[[Parts], Part], method: Callable[Concatenate[Part, Arguments], Result]
) -> Callable[Concatenate[Composed, Arguments], Result]:
    """Return a method that calls that of a part; name, docstring and signature are the same.

    Args:
        find: Finds the part.
        method: A method of its class.
    """

    @wraps(method)
    def call(self: Composed, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return method(find(self._parts), *args, **kwargs)

    return call
