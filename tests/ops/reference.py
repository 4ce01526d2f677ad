"""Sibling operators, stepped by Nengo and by their rule, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf
from nengo.builder import Operator, Signal
from nengo.builder.signal import SignalDict

from nengo_nb.ops import find_rule
from nengo_nb.ops.rules import Group, Rule
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.signature import Layout, Signature

DT = 0.001
BATCH = 2

Results = list[list[np.ndarray]]
"""For each operator, for each signal it writes: ``(batch, steps, *shape)``."""


@dataclass
class Case:
    """Siblings and what they read.

    Args:
        ops: Operators of one kind.
        inputs: For each operator, for each read ``(batch, steps, *shape)``, or ``shape`` where
            constant.
        n_steps: Number of steps.
        batch: Number of batch items.
    """

    ops: Sequence[Operator]
    inputs: list[list[np.ndarray]]
    n_steps: int = 50
    batch: int = BATCH
    rule: Rule = field(init=False)
    signatures: list[Signature] = field(init=False)

    def __post_init__(self) -> None:
        rule = find_rule(self.ops[0])
        assert rule is not None
        self.rule = rule
        self.signatures = [rule.signature(op) for op in self.ops]

    @property
    def constant(self) -> tuple[bool, ...]:
        """Which reads are constant over the run."""
        reads = self.signatures[0].reads
        return tuple(self.inputs[0][i].shape == signal.shape for i, signal in enumerate(reads))

    def value(self, op: int, read: int, item: int, t: int) -> np.ndarray:
        """Return the value that an operator reads in a step."""
        given = self.inputs[op][read]
        return given if self.constant[read] else given[item, t]


def random_case(
    ops: Sequence[Operator],
    rng: np.random.Generator,
    constant: Sequence[int] = (),
    scale: float = 1.0,
    offset: float = 0.0,
    **options: int,
) -> Case:
    """A case whose reads are normal variables; those numbered in ``constant`` do not change."""
    n_steps, batch = options.get("n_steps", 50), options.get("batch", BATCH)
    signature = find_rule(ops[0]).signature
    inputs = []
    for op in ops:
        leading = [
            () if i in constant else (batch, n_steps) for i in range(len(signature(op).reads))
        ]
        shapes = [a + s.shape for a, s in zip(leading, signature(op).reads, strict=True)]
        inputs.append([np.asarray(offset + scale * rng.standard_normal(shape)) for shape in shapes])
    return Case(ops, inputs, **options)


def run_nengo(case: Case) -> Results:
    """Step every operator for every batch item with its own ``make_step``."""
    results = []
    for i, (op, signature) in enumerate(zip(case.ops, case.signatures, strict=True)):
        written = [
            np.zeros((case.batch, case.n_steps, *signal.shape)) for signal, _ in signature.writes
        ]
        for item in range(case.batch):
            signals = SignalDict()
            for signal in dict.fromkeys(op.all_signals):
                signals.init(signal)
            step = op.make_step(signals, DT, np.random.RandomState(0))
            for t in range(case.n_steps):
                for read, signal in enumerate(signature.reads):
                    signals[signal.base].setflags(write=True)
                    signals[signal][...] = case.value(i, read, item, t)
                for signal in op.incs:
                    signals[signal][...] = 0
                step()
                for array, (signal, _) in zip(written, signature.writes, strict=True):
                    array[item, t] = signals[signal]
        results.append(written)
    return results


def run_rule(case: Case, dtype: str = "float64", jit: bool = True, first_step: int = 1) -> Results:
    """Step the siblings as one group, compiled, inside one loop over time."""
    layout = case.signatures[0].layout
    reads = [_merge_read(case, i, dtype) for i in range(len(case.signatures[0].reads))]
    carried = [_merge_carried(case, i, dtype) for i in range(len(case.signatures[0].carried))]
    step = case.rule.make_step(group_of(case, dtype))
    written = [signal for signal, _ in case.signatures[0].writes]
    targets = [written.index(signal) for signal in case.signatures[0].carried]

    @tf.function(jit_compile=jit)
    def run(reads: list[tf.Tensor], carried: list[tf.Tensor]) -> list[tf.Tensor]:
        def call(t: tf.Tensor, state: Sequence[tf.Tensor]) -> Sequence[tf.Tensor]:
            now = [r if c else r[t] for r, c in zip(reads, case.constant, strict=True)]
            counter = (
                {"counter": tf.cast(t + first_step, tf.int64)} if case.rule.uses_counter else {}
            )
            return step(*now, *state, **counter)

        def body(t: tf.Tensor, state: tuple, outputs: tuple) -> tuple:
            results = call(t, state)
            outputs = tuple(o.write(t, r) for o, r in zip(outputs, results, strict=True))
            return t + 1, tuple(results[i] for i in targets), outputs

        outputs = tuple(tf.TensorArray(dtype, case.n_steps, element_shape=s) for s in _shapes(case))
        start = (tf.constant(0), tuple(carried), outputs)
        loop = tf.while_loop(
            lambda t, *_: t < case.n_steps, body, start, maximum_iterations=case.n_steps
        )
        return [o.stack() for o in loop[2]]

    merged = [r.numpy() for r in run(reads, carried)]
    assert all(m.dtype == dtype for m in merged)
    return _split(case, merged, layout)


def group_of(case: Case, dtype: str) -> Group:
    """The siblings, as the plan would group them."""
    layout = case.signatures[0].layout
    sizes = tuple((sig.writes[0][0].shape or (1,))[-1] for sig in case.signatures)
    assert len({(sig.rule, sig.kind) for sig in case.signatures}) == 1, "siblings merge"
    return Group(
        tuple(case.ops),
        layout,
        sizes,
        case.constant,
        DT,
        dtype,
        case.batch,
        cost=MODELS[Device.CPU],
    )


def _shapes(case: Case) -> list[tuple[int, ...]]:
    """Shapes of a step's results; every result has the whole batch."""
    shapes = []
    for i in range(len(case.signatures[0].writes)):
        signals = [signature.writes[i][0] for signature in case.signatures]
        merged = _merge(case, [np.zeros(signal.shape) for signal in signals], signals)
        shapes.append((case.batch, *merged.shape))
    return shapes


def _merge(case: Case, arrays: list[np.ndarray], signals: list[Signal]) -> np.ndarray:
    """Lay what siblings read side by side, given any leading axes."""
    if case.signatures[0].layout is Layout.STACKED:
        return np.stack(arrays, axis=arrays[0].ndim - signals[0].ndim)
    parts = []
    for array, signal, signature in zip(arrays, signals, case.signatures, strict=True):
        n = (signature.writes[0][0].shape or (1,))[-1]
        vector = array if signal.ndim else array[..., np.newaxis]
        parts.append(np.broadcast_to(vector, (*vector.shape[:-1], n)))
    return np.concatenate(parts, axis=-1)


def _merge_read(case: Case, read: int, dtype: str) -> tf.Tensor:
    """``(steps, batch, ...)``, or without both where constant."""
    arrays = [inputs[read] for inputs in case.inputs]
    merged = _merge(case, arrays, [sig.reads[read] for sig in case.signatures])
    merged = merged if case.constant[read] else np.swapaxes(merged, 0, 1)
    return tf.constant(merged, dtype=dtype)


def _merge_carried(case: Case, i: int, dtype: str) -> tf.Tensor:
    signals = [sig.carried[i] for sig in case.signatures]
    merged = _merge(case, [s.initial_value for s in signals], signals)
    return tf.constant(np.broadcast_to(merged, (case.batch, *merged.shape)), dtype=dtype)


def _split(case: Case, merged: list[np.ndarray], layout: Layout) -> Results:
    """The results of each operator, ``(batch, steps, *shape)``."""
    results = []
    begins = np.cumsum([0] + [(sig.writes[0][0].shape or (1,))[-1] for sig in case.signatures])
    for i, signature in enumerate(case.signatures):
        arrays = []
        for array, (signal, _) in zip(merged, signature.writes, strict=True):
            items = np.swapaxes(array, 0, 1)
            own = (
                items[:, :, i]
                if layout is Layout.STACKED
                else items[..., begins[i] : begins[i + 1]]
            )
            arrays.append(own.reshape(*own.shape[:2], *signal.shape))
        results.append(arrays)
    return results


def _scale(*results: np.ndarray) -> float:
    """Return the largest absolute value of one result of all siblings."""
    return max(np.abs(result).max() for result in results) + 1e-12


def assert_agrees(case: Case, float32: float | None = 1e-5) -> None:
    """The rule computes what Nengo computes: to 1e-10 in float64, and to ``float32`` in float32."""
    expected = run_nengo(case)
    scales = list(map(_scale, *expected))
    for dtype, tolerance in (("float64", 1e-10), ("float32", float32)):
        if tolerance is None:
            continue
        for own, nengo in zip(run_rule(case, dtype), expected, strict=True):
            for array, wanted, scale in zip(own, nengo, scales, strict=True):
                np.testing.assert_allclose(array / scale, wanted / scale, rtol=0, atol=tolerance)
