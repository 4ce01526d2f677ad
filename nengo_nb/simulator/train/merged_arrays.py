"""Trained arrays, and those an optimizer keeps for them, merged from one minibatch to the next.

To assemble some hundred arrays for every minibatch and to take their gradients apart is a graph of
thousands of operations, of which tracing takes as long as a short training. While nobody looks at
the variables, which is between two minibatches of an epoch, the merged arrays are what is trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Signal

from nengo_nb.engine.assembly import Copies, Slot
from nengo_nb.on_demand import tf

from .fused_updates import FusedUpdates, kept_by, values_of
from .schedules import Tensor

if TYPE_CHECKING:
    from .keras_model import NetworkModel


class MergedArrays:
    """Merged parameters of a network, and what its optimizer keeps for them.

    Where a parameter holds what others hold as well, such as a scalar weight of many dimensions, it
    is assembled for each minibatch from variables that are trained themselves.

    Args:
        model: The model.
        copies: The trained signals, in the plan of the model's schedule.
    """

    def __init__(self, model: NetworkModel, copies: Copies) -> None:
        self.model = model
        self.copies = copies
        self._whole = copies.whole_slots()
        self._composed = [slot for slot in copies.slots if slot not in self._whole]
        whole = set().union(*map(copies.signals_in, self._whole))
        parameters = model.variables_by_parameter.items()
        variables = {p.signal: v for p, v in parameters if p.signal and v.trainable}
        single = set().union(*map(copies.signals_in, self._composed))
        self._single = {signal: variables[signal].value for signal in single}
        """Variables that parameters are composed of for each minibatch."""
        self._merged = {id(v): signal for signal, v in variables.items() if signal in whole}
        self._is_ahead = False
        """Whether a minibatch has changed them since the variables had their values."""
        self._is_current = False
        self._learned: dict[Slot, Any] = {}
        self._kept: list[dict[Slot, Any]] = []
        self._fixed: dict[Slot, Tensor] = {}
        self._untrained: dict[Signal, np.ndarray] = {}
        self._fused: FusedUpdates | None = None

    def values(self) -> dict[Slot, Tensor]:
        """Return the merged parameters, those that are not trained as well."""
        if not self._is_current:
            self._gather()
        learned = {slot: variable.read_value() for slot, variable in self._learned.items()}
        arrays = {**_arrays(self._single), **self._untrained}
        merged = self.copies.merge(self._composed, arrays, is_kept=False)
        composed = {slot: tf.constant(array, self.model.dtype) for slot, array in merged.items()}
        return {**learned, **composed, **self._fixed}

    def apply(
        self, gradients: Mapping[Slot, Tensor], of_own: Iterable[tuple[Tensor | None, Any]]
    ) -> None:
        """Apply a gradient step to what ``values`` returned.

        Args:
            gradients: Gradients of merged parameters.
            of_own: Gradients of variables of TensorNodes, with these variables.
        """
        if self._fused is None:
            raise RuntimeError("a gradient step needs the values that it is of")
        self._is_ahead = True
        pairs = [(g, self._learned[slot]) for slot, g in gradients.items() if slot in self._learned]
        others = {slot: g.numpy() for slot, g in gradients.items() if slot not in self._learned}
        for signal, gradient in self.copies.split(others).items():
            pairs.append((tf.constant(gradient), self._single[signal]))
        pairs += [(gradient, v.value) for gradient, v in of_own if gradient is not None]
        self._fused.apply(pairs)

    def hand_back(self) -> None:
        """Give the variables, and those of the optimizer, the values that were learned."""
        # Whoever reads the variables may change them as well.
        self._is_current = False
        if not self._is_ahead:
            return
        self._is_ahead = False
        variables = self.model.trainable_weights
        lists = [values_of(variables), *kept_by(self.model.optimizer)]
        for arrays, merged in zip(lists, [self._learned, *self._kept], strict=True):
            by_signal = self.copies.split({slot: v.numpy() for slot, v in merged.items()})
            for variable, array in zip(variables, arrays, strict=True):
                if id(variable) in self._merged:
                    _assign(array, by_signal[self._merged[id(variable)]])

    def _gather(self) -> None:
        """Merge the present values of the variables, and of those of the optimizer."""
        model, copies, whole = self.model, self.copies, self._whole
        untrained = {
            p.signal: v for p, v in model.variables_by_parameter.items() if not v.trainable
        }
        self._untrained = _arrays({signal: v.value for signal, v in untrained.items() if signal})
        others = model.assemble(self._untrained) if self._untrained else {}
        self._fixed = {slot: tensor for slot, tensor in others.items() if slot not in copies.slots}
        variables = values_of(model.trainable_weights)
        arrays = {**self._by_signal(variables), **self._untrained}
        kept = [
            copies.merge(whole, self._by_signal(each), is_kept=True)
            for each in kept_by(model.optimizer)
        ]
        learned = [copies.merge(whole, arrays, is_kept=False), *kept]
        if self._fused is None:
            self._learned, *self._kept = map(self._make_variables, learned)
            self._fused = self._make_updates()
        else:
            for merged, values in zip([self._learned, *self._kept], learned, strict=True):
                for slot, array in values.items():
                    _assign(merged[slot], array)
        self._is_current = True

    def _by_signal(self, variables: Sequence[Any]) -> dict[Signal, np.ndarray]:
        """Return arrays of what is merged, of a list in the order of the trained variables."""
        pairs = zip(self.model.trainable_weights, variables, strict=True)
        merged = {self._merged[id(v)]: array for v, array in pairs if id(v) in self._merged}
        return _arrays(merged)

    def _make_variables(self, arrays: Mapping[Slot, np.ndarray]) -> dict[Slot, Any]:
        dtype = self.model.dtype
        return {slot: tf.Variable(array, dtype=dtype) for slot, array in arrays.items()}

    def _make_updates(self) -> FusedUpdates:
        """Return the updates of merged parameters, and of all other variables."""
        optimizer, variables = self.model.optimizer, self.model.trainable_weights
        single = [k for k, variable in enumerate(variables) if id(variable) not in self._merged]

        def with_single(merged: Mapping[Slot, Any], arrays: Sequence[Any]) -> list[Any]:
            return [*merged.values(), *(arrays[k] for k in single)]

        lists = [values_of(variables), *kept_by(optimizer)]
        updated, *kept = map(with_single, [self._learned, *self._kept], lists)
        return FusedUpdates(optimizer, updated, kept)


def _arrays(variables: Mapping[Signal, Any]) -> dict[Signal, np.ndarray]:
    # Raw operations take a third of the time that the methods of a variable do.
    return {
        signal: tf.raw_ops.ReadVariableOp(resource=v.handle, dtype=v.dtype).numpy()
        for signal, v in variables.items()
    }


def _assign(variable: Any, array: np.ndarray) -> None:
    value = array.astype(variable.dtype.as_numpy_dtype, copy=False)
    tf.raw_ops.AssignVariableOp(resource=variable.handle, value=value)
