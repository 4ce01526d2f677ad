"""Tuning: accuracy of spiking networks against their firing rates, time and synaptic operations.

A grid of firing rates and synapses is run once on labelled examples. From the outputs at every step
follow curves of accuracy over the presentation time, and the cheapest point that is good enough.

References:
    Rueckauer, Lungu, Hu, Pfeiffer & Liu (2017), Conversion of continuous-valued deep networks to
    efficient event-driven networks for image classification. Frontiers in Neuroscience 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo.synapses import Synapse

from .activations import is_spiking
from .conversion import Conversion

if TYPE_CHECKING:
    from .converter import Converter

DEFAULT_SYNAPSES = (0.005, 0.01)
LOSS = 0.01
"""Accuracy that the chosen point may lose, of that of the model."""


@dataclass(frozen=True)
class Setting:
    """Options of a spiking network.

    Args:
        target: Firing rate in Hz that a percentile of the activities becomes.
        synapse: Time constant in seconds of what leaves neurons; 0 for no synapse.
    """

    target: float
    synapse: float

    def __str__(self) -> str:
        return f"{self.target:g} Hz, synapse {1000 * self.synapse:g} ms"


@dataclass(frozen=True)
class Point:
    """Accuracy and cost of presenting an example for some steps.

    Args:
        setting: Options of the network.
        n_steps: Number of steps that an example is presented for.
        accuracy: Score of the outputs at the last of them.
        rate: Mean firing rate of all neurons until then, in Hz.
        operations: Synaptic operations for one example: spikes times the synapses they reach.
    """

    setting: Setting
    n_steps: int
    accuracy: float
    rate: float
    operations: float


@dataclass(frozen=True)
class Curve:
    """Accuracy and cost of one setting at each step.

    Args:
        setting: The setting.
        accuracy: Score at each step, ``(n_steps,)``.
        spikes: Spikes of all neurons for one example in each step, ``(n_steps,)``.
        operations: Synaptic operations for one example in each step, ``(n_steps,)``.
    """

    setting: Setting
    accuracy: np.ndarray
    spikes: np.ndarray
    operations: np.ndarray


@dataclass(frozen=True, repr=False)
class Tuning:
    """Curves of accuracy over presentation time for some firing rates and synapses.

    Args:
        curves: A curve for each setting.
        model_accuracy: Score of the model, which has no spikes.
        n_neurons: Number of neurons of the network.
        dt: Length of a step in seconds.
        chosen: The point that was chosen.
        converter: The converter with the options of that point.
        make: Returns the converter of a setting.
    """

    curves: tuple[Curve, ...]
    model_accuracy: float
    n_neurons: int
    dt: float
    chosen: Point
    converter: Converter
    make: Callable[[Setting], Converter]

    def point(self, setting: Setting, n_steps: int) -> Point:
        """Return accuracy and cost after some steps.

        Raises:
            KeyError: There is no such setting.
            ValueError: So many steps were not run.
        """
        by_setting = {curve.setting: curve for curve in self.curves}
        if setting not in by_setting:
            raise KeyError(f"{setting} was not tried: {', '.join(map(str, by_setting))}")
        curve = by_setting[setting]
        if not 1 <= n_steps <= len(curve.accuracy):
            raise ValueError(f"there are 1 to {len(curve.accuracy)} steps, not {n_steps}")
        return _point(curve, n_steps, self.n_neurons, self.dt)

    def choose(self, loss: float = LOSS, max_steps: int | None = None) -> Tuning:
        """Choose again: of the points that are accurate enough the one with fewest operations.

        Args:
            loss: Accuracy that may be lost, of that of the model. Where no point is as good, the
                most accurate one is chosen.
            max_steps: Largest number of steps; by default as many as were run.

        Returns:
            The same curves, with another ``chosen`` point and ``converter``.

        Raises:
            ValidationError: An argument cannot be used.
        """
        chosen = choose(
            self.curves, self.model_accuracy, self.n_neurons, self.dt, loss=loss, most=max_steps
        )
        return replace(self, chosen=chosen, converter=self.make(chosen.setting))

    def rows(self, loss: float = LOSS) -> list[Point]:
        """Return for each setting the first point that is accurate enough, or its last one."""
        needed = self.model_accuracy - loss
        points = []
        for curve in self.curves:
            steps = _lasting(curve.accuracy, needed)
            n_steps = int(steps[0]) + 1 if steps.size else len(curve.accuracy)
            points.append(_point(curve, n_steps, self.n_neurons, self.dt))
        return points

    def table(self) -> str:
        """Return a table with a line for each setting, at the step from which it is accurate.

        The line of the chosen setting is that of the chosen point.
        """
        head = f"{'setting':<28}{'steps':>7}{'accuracy':>10}{'rate (Hz)':>11}{'operations':>13}"
        lines = [head]
        for row in self.rows():
            is_chosen = row.setting == self.chosen.setting
            point, mark = (self.chosen, "  <- chosen") if is_chosen else (row, "")
            lines.append(
                f"{point.setting!s:<28}{point.n_steps:>7}{point.accuracy:>10.4f}"
                f"{point.rate:>11.1f}{point.operations:>13,.0f}{mark}"
            )
        return "\n".join(lines)

    def __repr__(self) -> str:
        point = self.chosen
        return (
            f"{self.table()}\n"
            f"The model's accuracy is {self.model_accuracy:.4f}; chosen: {point.setting}, "
            f"{point.n_steps} steps, accuracy {point.accuracy:.4f}."
        )


def check_tuning(
    conversion: Conversion,
    y: np.ndarray,
    n_examples: int,
    targets: Sequence[float],
    synapses: Sequence[float],
    n_steps: int,
) -> None:
    """Check the arguments of ``Converter.tune``.

    Raises:
        ValidationError: One cannot be used.
    """
    check_spiking(conversion, "tune")
    check_labels(y, n_examples)
    for name, values, is_fine in (
        ("targets", targets, lambda value: 0 < value < np.inf),
        ("synapses", synapses, lambda value: 0 <= value < np.inf),
    ):
        if not len(values) or not all(map(is_fine, values)):
            raise ValidationError(f"must be positive numbers, not {values!r}", attr=name)
    if n_steps < 1:
        raise ValidationError(f"must be at least 1, not {n_steps}", attr="n_steps")


def check_spiking(conversion: Conversion, method: str) -> None:
    """Check that a network spikes, and answers with one output after some time.

    Args:
        conversion: The network.
        method: Name of the converter's method that needs it.

    Raises:
        ValidationError: It does not.
    """
    if conversion.options.temporal_model:
        raise ValidationError("is for models without a time axis", attr=method)
    if len(conversion.graph.outputs) != 1:
        names = ", ".join(value.call.name for value in conversion.graph.outputs)
        raise ValidationError(f"needs a model with one output, not with {names}", attr=method)
    if not any(is_spiking(ens.neuron_type) for ens in conversion.net.all_ensembles):
        raise ValidationError(
            "needs neurons that spike: Converter(model, swap_activations="
            '{"relu": nengo.SpikingRectifiedLinear()})',
            attr=method,
        )


def check_labels(y: np.ndarray, n_examples: int) -> None:
    """Check that there is a label for each example.

    Raises:
        ValidationError: There is not.
    """
    n_labels = len(y) if y.ndim else 0
    if n_labels != n_examples:
        raise ValidationError(f"has {n_labels} labels for {n_examples} examples", attr="y")


def time_constants(synapse: Synapse | None) -> tuple[float, ...]:
    """Return the time constants in seconds that are tried of a converter with a synapse.

    Raises:
        ValidationError: It is no lowpass filter, so no time constant tells what it is.
    """
    if synapse is None:
        return DEFAULT_SYNAPSES
    if type(synapse) is nengo.Lowpass:
        return (float(synapse.tau),)
    raise ValidationError(
        f"must be given, as {synapse} of the converter is no lowpass filter", attr="synapses"
    )


def choose(
    curves: Sequence[Curve],
    model_accuracy: float,
    n_neurons: int,
    dt: float,
    loss: float = LOSS,
    most: int | None = None,
) -> Point:
    """Choose a point; see ``Tuning.choose``."""
    if not loss >= 0:
        raise ValidationError(f"must be a share of examples, not {loss!r}", attr="loss")
    if most is not None and most < 1:
        raise ValidationError(f"must be at least 1, not {most!r}", attr="max_steps")
    enough, best = [], []
    for curve in curves:
        shown = curve.accuracy[:most]
        points = [_point(curve, k + 1, n_neurons, dt) for k in range(len(shown))]
        enough += [points[k] for k in _lasting(shown, model_accuracy - loss)]
        best += points
    if enough:
        return min(enough, key=lambda point: (point.operations, point.n_steps))
    return max(best, key=lambda point: (point.accuracy, -point.operations))


def _lasting(scores: np.ndarray, needed: float) -> np.ndarray:
    """Return the steps from which on the score never falls below what is needed."""
    # From the end: whether all scores from a step on are good enough. Labels are counted, so equal
    # shares may differ by rounding.
    stays = np.logical_and.accumulate((scores >= needed - 1e-9)[::-1])[::-1]
    return np.flatnonzero(stays)


def _point(curve: Curve, n_steps: int, n_neurons: int, dt: float) -> Point:
    spikes = float(curve.spikes[:n_steps].sum())
    return Point(
        curve.setting,
        n_steps,
        float(curve.accuracy[n_steps - 1]),
        spikes / (n_neurons * n_steps * dt),
        float(curve.operations[:n_steps].sum()),
    )
