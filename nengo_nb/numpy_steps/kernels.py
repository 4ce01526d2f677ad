"""Kernels: functions that compute a group of operators, with few calls of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from nengo.builder import Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo.builder.processes import SimProcess
from nengo.neurons import LIF

from nengo_nb.positions import positions_of

from .elements import Elements
from .grouping import Group
from .kinds import Kinds
from .lif import lif_step
from .operator_positions import copied_positions

Kernel = Callable[[], object]
"""Function that computes a group of operators."""


class Kernels:
    """Makes the kernels of groups whose signals are in one piece of memory.

    Args:
        flat: The memory.
        begins: Position of each pooled base signal in it.
        arrays: Arrays of all other base signals.
        kinds: Finds coefficients and constants.
    """

    def __init__(
        self,
        flat: np.ndarray,
        begins: Mapping[Signal, int],
        arrays: Mapping[Signal, np.ndarray],
        kinds: Kinds,
    ) -> None:
        self.flat = flat
        self.begins = begins
        self.arrays = arrays
        self.kinds = kinds
        self._makers: dict[str, Callable[[Any], Kernel | None]] = {
            "constant": self._constants,
            "add constant": self._added_constants,
            "copy": self._copies,
            "product": self._products,
            "dot": self._dots,
            "neurons": self._neurons,
            "filter": self._filters,
        }

    def of(self, group: Group) -> Kernel | None:
        """Return the kernel of a group; None if its operators have to be computed one by one."""
        return None if group.kind is None else self._makers[group.kind.name](group.ops)

    # -- where the numbers are

    def _elements(self, parts: Iterable[tuple[Signal, np.ndarray]]) -> Elements:
        """Return the elements at positions of base signals, one part after the other."""
        positions = [self.begins[base] + inside.reshape(-1) for base, inside in parts]
        return Elements(self.flat, np.concatenate(positions))

    def _signals(self, signals: Iterable[Signal]) -> Elements:
        """Return the elements of signals, one after the other."""
        return self._elements((signal.base, positions_of(signal)) for signal in signals)

    def _values(self, signal: Signal) -> np.ndarray:
        """Return the values of a signal that no step changes."""
        return self.arrays[signal.base].reshape(-1)[positions_of(signal)]

    # -- one method for each kind

    def _constant_parts(self, ops: Sequence[Reset | Copy]) -> tuple[Elements, np.ndarray]:
        """Return the elements that operators set or increment, and with what."""
        parts, values = [], []
        for op in ops:
            if isinstance(op, Reset):
                parts.append((op.dst.base, positions_of(op.dst)))
                values.append(np.full(op.dst.size, op.value))
            else:
                to, come = copied_positions(op)
                parts.append((op.dst.base, to))
                values.append(self.arrays[op.src.base].reshape(-1)[come])
        # In the order of memory, where most of them are in a row.
        elements, numbers = self._elements(parts), np.concatenate(values)
        order = np.argsort(elements.positions, kind="stable")
        return Elements(self.flat, elements.positions[order]), numbers[order]

    def _constants(self, ops: Sequence[Reset | Copy]) -> Kernel:
        targets, values = self._constant_parts(ops)
        return partial(targets.writer(), values)

    def _added_constants(self, ops: Sequence[Reset | Copy]) -> Kernel:
        targets, values = self._constant_parts(ops)
        return partial(targets.adder(), values)

    def _copies(self, ops: Sequence[Copy]) -> Kernel:
        pairs = [(op, *copied_positions(op)) for op in ops]
        sources = self._elements((op.src.base, come) for op, _, come in pairs)
        targets = self._elements((op.dst.base, to) for op, to, _ in pairs)
        act = targets.adder() if ops[0].inc else targets.writer()
        read = sources.reader()
        return lambda: act(read())

    def _products(self, ops: Sequence[ElementwiseInc]) -> Kernel:
        targets = self._signals(op.Y for op in ops)
        read = self._elements((op.X.base, _spread(positions_of(op.X), op.Y)) for op in ops).reader()
        add = targets.adder()
        product = np.empty(targets.size, self.flat.dtype)
        if self.kinds.is_constant(ops[0].A):
            scales = np.concatenate([_spread(self._values(op.A), op.Y) for op in ops])
            return lambda: add(np.multiply(scales, read(), out=product))
        factors = (_spread(positions_of(op.A), op.Y) for op in ops)
        read_factors = self._elements(
            (op.A.base, inside) for op, inside in zip(ops, factors, strict=True)
        ).reader()
        return lambda: add(np.multiply(read_factors(), read(), out=product))

    def _dots(self, ops: Sequence[DotInc]) -> Kernel:
        n = len(ops)
        n_rows, n_columns = ops[0].A.shape
        weights = np.stack([self._values(op.A) for op in ops])
        read = self._signals(op.X for op in ops).reader()
        add = self._signals(op.Y for op in ops).adder()
        if n_columns == 1:
            column = weights[:, :, 0]
            product = np.empty((n, n_rows), self.flat.dtype)
            flat_product = product.reshape(-1)

            def scale() -> None:
                np.multiply(column, read()[:, np.newaxis], out=product)
                add(flat_product)

            return scale
        if n == 1:
            matrix, result = weights[0], np.empty(n_rows, self.flat.dtype)
            return lambda: add(np.dot(matrix, read(), out=result))
        results = np.empty((n, n_rows, 1), self.flat.dtype)
        flat_results = results.reshape(-1)

        def multiply() -> None:
            np.matmul(weights, read().reshape(n, n_columns, 1), out=results)
            add(flat_results)

        return multiply

    def _neurons(self, ops: Sequence[SimNeurons]) -> Kernel | None:
        neurons = ops[0].neurons
        outputs = self._signals(op.output for op in ops).view
        states: dict[str, np.ndarray] = {}
        for name in ops[0].state:
            state = self._signals(op.state[name] for op in ops).view
            if state is None:
                return None  # it is written in place
            states[name] = state
        if outputs is None:
            return None
        currents = self._signals(op.J for op in ops)
        dt = self.kinds.dt
        if currents.view is not None and type(neurons) is LIF:
            return lif_step(neurons, dt, currents.view, outputs, **states)
        read = currents.reader()
        return lambda: neurons.step(dt, read(), outputs, **states)

    def _filters(self, ops: Sequence[SimProcess]) -> Kernel | None:
        state = self._signals(op.state["X"] for op in ops).view
        if state is None:
            return None
        read = self._signals(op.input for op in ops).reader()
        targets = self._signals(op.output for op in ops)
        act = targets.adder() if ops[0].mode == "inc" else targets.writer()
        pairs = [self.kinds.coefficients(op.process) or (0.0, 0.0) for op in ops]
        sizes = [op.output.size for op in ops]
        a, b = np.repeat(np.array(pairs), sizes, axis=0).T.copy()
        scaled = np.empty(targets.size, self.flat.dtype)

        def step() -> None:
            np.multiply(state, a, out=state)
            np.multiply(read(), b, out=scaled)
            np.add(state, scaled, out=state)
            act(state)

        return step


def _spread(array: np.ndarray, target: Signal) -> np.ndarray:
    """Repeat an operand's elements for each element of the target, flat."""
    return np.broadcast_to(array, target.shape).reshape(-1)
