"""Compare gradients with central finite differences, for ``sim.check_gradients``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from nengo.builder import Signal
from nengo.exceptions import SimulationError

from nengo_nb.errors import GradientWarning
from nengo_nb.objects.operator import node_weights, uncompiled
from nengo_nb.on_demand import tf
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.params.parameters import Parameter, signal_values
from nengo_nb.simulator.run.nonfinite import user_level
from nengo_nb.simulator.run.simulation import Simulation

from .python_data import called_with_inputs
from .schedules import NamedForward
from .training_plans import TrainingPlans

Tensor = Any

DIRECTIONS = 4
"""Number of random directions along which a gradient is compared with finite differences."""

SHORTER = (1.0, 0.03, 0.001)
"""Step sizes of the differences, in units of the best one for smooth functions."""


class GradientCheck:
    """Checks the gradients of a network.

    Args:
        simulation: The simulation whose network is checked.
        plans: Its training plans.
        parameters: Its parameters.
    """

    def __init__(
        self, simulation: Simulation, plans: TrainingPlans, parameters: ParameterValues
    ) -> None:
        self.simulation = simulation
        self.plans = plans
        self.parameters = parameters

    def check_gradients(
        self,
        inputs: Sequence[Any] | None = None,
        outputs: Sequence[Any] | None = None,
        atol: float = 1e-5,
        rtol: float = 1e-3,
        n_steps: int = 5,
    ) -> dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]:
        """Compare gradients with finite differences, along random directions, at random inputs.

        Spiking neurons are differentiated by their rates. Where there are TensorNodes everything is
        computed in the type of the simulation, whose rounding then asks for larger tolerances;
        otherwise in float64.

        Args:
            inputs: Which input nodes (or names); by default all. Parameters are always compared.
            outputs: Which probes (or names); by default all.
            atol: Absolute tolerance.
            rtol: Relative tolerance.
            n_steps: Number of steps.

        Returns:
            For each probe by name, for each input and parameter by name, the derivatives by
            gradients and by differences.

        Raises:
            SimulationError: They differ, or are no numbers.

        Warns:
            GradientWarning: Python functions of an input take part. No gradient passes through
                them, and their outputs are held while the rest is compared.
        """
        self.simulation.check_open("learn")
        simulation, plans = self.simulation, self.plans
        probes = list(plans.probes)
        if outputs is not None:
            probes = [plans.names.find_probe(probe) for probe in outputs]
        chosen = list(plans.nodes)
        if inputs is not None:
            chosen = list(plans.make_examples({}).given(dict.fromkeys(inputs)))
        # TensorNodes compute in the type of the simulation; all else can be checked in float64.
        has_own = any(node_weights(simulation.model).values()) or uncompiled(simulation.model)
        dtype = simulation.dtype if has_own else "float64"
        forward = plans.forward(ExecutionMode.RATES, probes, dtype=dtype)
        # A seed may be any integer; ``RandomState`` takes 32 bits.
        seed = simulation.seed % 2**32
        rng = np.random.RandomState(seed)
        batch = simulation.batch
        x = {
            name: rng.uniform(-1, 1, (batch, n_steps, node.size_out))
            for name, node in plans.nodes.items()
        }
        # Without input nodes, an empty input still tells the number of items and steps.
        x = x or {"": np.zeros((batch, n_steps, 0))}
        self._warn_of_python(forward)
        noise = plans.noise(forward, self.parameters.by_signal)(x, 1)
        signals = partial(signal_values, simulation.model)
        values = self.parameters.variables.values()
        results = compare(forward, x, values, signals, noise, chosen, seed)
        refuse_differences(results, atol, rtol)
        return results

    def _warn_of_python(self, forward: NamedForward) -> None:
        """Warn of Python functions whose output depends on inputs or parameters."""
        names = self.simulation.runner.names
        functions: list[str] = []
        for stage in forward.forward.plan.stages:
            functions += [names[operation.op] for operation in called_with_inputs(stage)]
        if functions:
            warnings.warn(
                f"No gradient passes through {', '.join(functions)}, which "
                f"{'run' if len(functions) > 1 else 'runs'} in Python: gradients in front of "
                "Python are not compared, and are zero there in training, too.",
                GradientWarning,
                stacklevel=user_level(),
            )


def compare(
    forward: NamedForward,
    x: Mapping[str, np.ndarray],
    values: Mapping[Parameter, np.ndarray],
    signals: Callable[[Mapping[Parameter, Tensor]], dict[Signal, Tensor]],
    noise: Mapping[int, Tensor],
    wanted: Sequence[str],
    seed: int,
) -> dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Compute directional derivatives by gradients and by finite differences.

    Args:
        forward: The network.
        x: Inputs, ``(batch, steps, size)``.
        values: The values of parameters.
        signals: From parameters to the values of signals.
        noise: Outputs of processes, by value.
        wanted: Names of the inputs whose gradients are compared.
        seed: Seed of the directions.

    Returns:
        For each output, for each input and parameter by name, the derivatives along some random
        directions of a random sum of the output: by gradients, and by central differences.
    """
    dtype = forward.forward.dtype
    rng = np.random.RandomState(seed)
    points = {name: tf.constant(array, dtype) for name, array in x.items()}
    points |= {p.name: tf.constant(array, dtype) for p, array in values.items()}
    # The step at which rounding and truncation errors of a central difference balance.
    width = np.finfo(dtype).eps ** (1 / 3)
    batch, steps = next(iter(x.values())).shape[:2]
    results: dict[str, dict[str, tuple[np.ndarray, np.ndarray]]] = {}
    for output in forward.outputs:
        samples = forward.samples[output].count(steps)
        weights = tf.constant(rng.standard_normal((batch, samples, *forward.shapes[output])), dtype)

        # Defaults bind this output and these weights: the loop replaces both variables.
        def value(
            points: Mapping[str, Tensor], output: str = output, weights: Tensor = weights
        ) -> Tensor:
            trained = {p: points[p.name] for p in values}
            outputs, _ = forward({name: points[name] for name in x}, signals(trained), noise)
            return tf.reduce_sum(weights * outputs[output])

        total, gradients = _traced(value, points)
        derivatives = gradients(points)
        results[output] = {}
        for name in [*wanted, *(p.name for p in values)]:
            # A few random directions test the whole gradient; one difference per element would take
            # as many runs as there are weights.
            directions = rng.standard_normal((DIRECTIONS, *points[name].shape))
            step = float(width) * max(1.0, float(np.abs(points[name]).max(initial=0)))
            with np.errstate(invalid="ignore"):  # an infinite gradient is told of by the check
                analytic = np.array([np.sum(derivatives[name].numpy() * d) for d in directions])
            numeric = [
                _difference(total, points, name, d, step, float(a))
                for d, a in zip(directions, analytic, strict=True)
            ]
            results[output][name] = analytic, np.array(numeric)
    return results


def _traced(
    value: Callable[[Mapping[str, Tensor]], Tensor], points: Mapping[str, Tensor]
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return a function and its gradients, both traced.

    They are traced before they are called: of many functions that are traced by a call, as one
    simulator after the other has its own, TensorFlow would warn.
    """

    def total(points: Mapping[str, Tensor]) -> Tensor:
        return value(points)

    def gradients(points: Mapping[str, Tensor]) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(points)
            result = value(points)
        tape_gradients = tape.gradient(
            result, points, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        # What is read by an index has a gradient of slices, such as time constants.
        return {name: tf.convert_to_tensor(gradient) for name, gradient in tape_gradients.items()}

    first, second = (
        tf.function(function, autograph=False).get_concrete_function(points)
        for function in (total, gradients)
    )
    return first, second


def _difference(
    total: Callable[[Mapping[str, Tensor]], Tensor],
    points: Mapping[str, Tensor],
    name: str,
    direction: np.ndarray,
    step: float,
    wanted: float,
) -> float:
    """Return the nearest of several central differences: a wrong derivative is near none.

    At a step that is too long some neuron may cross its threshold, where its rate has no
    derivative.
    """
    differences = []
    for shorter in SHORTER:
        delta = tf.constant(step * shorter * direction, points[name].dtype)
        ahead = total({**points, name: points[name] + delta})
        behind = total({**points, name: points[name] - delta})
        differences.append(float(ahead - behind) / (2 * step * shorter))
    return min(differences, key=lambda value: abs(value - wanted))


def refuse_differences(
    results: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]], atol: float, rtol: float
) -> None:
    """Check that gradients agree with finite differences.

    Raises:
        SimulationError: One is not, or is no number.
    """
    for output, compared in results.items():
        for name, (analytic, numeric) in compared.items():
            if not np.allclose(analytic, numeric, atol=atol, rtol=rtol):  # NaN is close to nothing
                worst = int(np.argmax(np.nan_to_num(np.abs(analytic - numeric), nan=np.inf)))
                if not np.isfinite([analytic, numeric]).all():
                    wrong = f"the gradient of {output} by {name}"
                    if not np.isfinite(numeric).all():
                        wrong = f"{output}, or its gradient by {name},"
                    raise SimulationError(
                        f"{wrong} is NaN or infinite: along random "
                        f"directions gradients are {_listed(analytic)}, and finite differences "
                        f"{_listed(numeric)}."
                    )
                raise SimulationError(
                    f"the gradient of {output} by {name} is wrong: along a random direction it is "
                    f"{analytic[worst]:g}, but finite differences give {numeric[worst]:g}."
                )


def _listed(values: np.ndarray) -> str:
    return ", ".join(f"{value:g}" for value in values)
