"""A gradient step in two programs: loss and gradients compiled by XLA, the optimizer without it.

XLA compiles some kernels for each variable that an optimizer changes: with 129 small variables and
Adam that takes nine tenths of the first ``fit``. Here the compiled program returns the gradients of
the few merged parameters, and a plain graph takes them apart and applies them, by one fused
operation for each variable if the optimizer has one.

Where nobody looks at the variables between two minibatches, what is trained are the merged
parameters themselves (:mod:`.merged_arrays`), and nothing is taken apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nengo_nb.engine.assembly import Assembled, Copies, Slot
from nengo_nb.on_demand import tf

from .calls_by_shape import ByShapes
from .fused_updates import FusedUpdates, is_fused, kept_by, values_of
from .merged_arrays import MergedArrays
from .schedules import Tensor

if TYPE_CHECKING:
    from .keras_model import NetworkModel

Minibatch = tuple[Any, ...]
"""Inputs, targets and weights of examples, outputs of Python, states and number of the first step;
see ``NetworkModel._learn``.
"""


class SplitStep:
    """Gradient step of a network with many trained variables.

    Args:
        model: The model.
        copies: The trained signals, in the plan of the model's schedule.
        merged: The merged arrays.
        jit_compile: Whether XLA compiles loss and gradients.
    """

    def __init__(
        self,
        model: NetworkModel,
        copies: Copies,
        merged: MergedArrays,
        jit_compile: bool,
    ) -> None:
        self.model = model
        self.copies = copies
        self.merged = merged
        self.differentiate = ByShapes(self._differentiate, jit_compile)
        self.update = ByShapes(self._update, jit_compile=False)
        self.fused: FusedUpdates | None = None
        self.is_prepared = False
        self.reached: list[Slot] = []
        """The merged parameters that have a gradient, known once this is traced."""
        self.slots: list[Slot] = []
        """The merged parameters that a program was called with."""

    def __call__(self, *batch: Any) -> tuple[Any, Any]:
        """Apply one gradient step, unless the loss or a gradient is not finite.

        Returns:
            The logs, and the states behind the last step.
        """
        if not self.is_prepared:
            self._prepare()
        merges = self.fused is not None and self.model.is_unwatched
        values = self.merged.values() if merges else {}
        self.slots = list(values)
        tensors = list(values.values()) if merges else None
        finite, gradients, of_own, logs, after = self.differentiate(tensors, *batch)
        if finite and merges:
            by_slot = dict(zip(self.reached, gradients, strict=True))
            self.merged.apply(by_slot, zip(of_own, self._own(), strict=True))
        elif finite:
            self.update(gradients, of_own)
        return logs, after

    def _prepare(self) -> None:
        """Choose how gradients are applied, before that is traced.

        TensorFlow repeats a trace that makes variables.
        """
        optimizer, variables = self.model.optimizer, self.model.trainable_weights
        if is_fused(optimizer, variables):
            self.fused = FusedUpdates(optimizer, values_of(variables), kept_by(optimizer))
        self.is_prepared = True

    def _own(self) -> list[Any]:
        """Return the trained variables of TensorNodes."""
        return [variable for variable in self.model.own_variables if variable.trainable]

    def _differentiate(self, merged: list[Tensor] | None, *batch: Any) -> tuple[Any, ...]:
        """Compute loss and metrics of a minibatch, and gradients of its merged parameters.

        Args:
            merged: The merged parameters; None to have the program assemble them.
            batch: The minibatch.
        """
        model, copies = self.model, self.copies
        # Outside the tape: no gradient goes on from merged parameters to the variables.
        assembled = dict(zip(self.slots, merged or (), strict=True))
        if merged is None:
            assembled = model.assemble(model.trained())
        learned = [assembled[slot] for slot in copies.slots]
        own = values_of(self._own())
        with tf.GradientTape() as tape:
            tape.watch(learned)
            outputs, loss, after = model.run_forward(batch, Assembled(assembled))
            scaled = model.optimizer.scale_loss(loss)
        found = tape.gradient(scaled, [*learned, *own])
        by_slot = zip(copies.slots, found[: len(learned)], strict=True)
        gradients = copies.only({slot: g for slot, g in by_slot if g is not None})
        self.reached, of_own = list(gradients), found[len(learned) :]
        finite = are_finite(
            loss, [*gradients.values(), *(gradient for gradient in of_own if gradient is not None)]
        )
        logs = model.report(batch, outputs, tf.where(finite, loss, float("nan")))
        return finite, list(gradients.values()), of_own, logs, after

    def _update(self, gradients: Sequence[Tensor], of_own: Sequence[Tensor | None]) -> Tensor:
        """Apply the gradients of merged parameters, and those of variables of TensorNodes."""
        model = self.model
        by_signal = self.copies.take_apart(dict(zip(self.reached, gradients, strict=True)))
        by_variable = {
            id(variable): by_signal.get(parameter.signal) if parameter.signal else None
            for parameter, variable in model.variables_by_parameter.items()
        }
        by_variable |= {id(v): g for v, g in zip(self._own(), of_own, strict=True)}
        pairs = [(by_variable[id(v)], v) for v in model.trainable_weights]
        known = [(gradient, v) for gradient, v in pairs if gradient is not None]
        if self.fused is None:
            return model.apply(known)
        self.fused.apply([(gradient, variable.value) for gradient, variable in known])
        return tf.constant(0)


def are_finite(loss: Tensor, gradients: Sequence[Tensor]) -> Tensor:
    """Whether a loss and all elements of gradients are finite numbers."""
    sums = [tf.cast(tf.reduce_sum(gradient), loss.dtype) for gradient in gradients]
    return tf.math.is_finite(tf.add_n([loss, *sums]))
