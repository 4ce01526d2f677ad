"""Traces the operators that Nengo's builder made into the dataflow graph of one time step.

Within a step Nengo sets a signal, then increments it, then reads it, then updates it. Walking the
operators in that order, each write gives the signal a new value, and each read sees the newest one,
so memory disappears: what is left are values and operations. A set to zero followed by an increment
is just the increment; increments of different parts of a signal are one concatenation; only
overlapping increments become a sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from nengo import Node
from nengo.builder import Model, Operator, Signal
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset, SimPyFunc, TimeUpdate
from nengo.builder.probe import SimProbe
from nengo.builder.processes import SimProcess
from nengo.builder.transforms import GeneralConvInc
from nengo.utils.graphs import toposort
from nengo.utils.simulator import operator_dependency_graph

from .accumulator import Contribution
from .broadcasting import broadcast, elementwise, flat_positions, shape_after
from .cost import CostModel
from .deferred import deferrable, signals_before, written_bases
from .graph import Graph, Operation, Origin, Shape, Value, all_inputs, size_of
from .refs import Piece, Ref, shown_by, view_index, whole, zeros
from .signature import Layout, Mode, Signature, default_writes

SignatureOf = Callable[[Operator], Signature | None]
"""Function from an operator to its signature; None where it has no rule and runs in Python."""

SUM = "sum"

PRODUCTS = (DotInc, ElementwiseInc, GeneralConvInc)
"""Operators that add a product to a signal; they add nothing where a factor is zero."""


def make_graph(model: Model, signature_of: SignatureOf, cost: CostModel) -> Graph:
    """Make the dataflow of one time step of a built Nengo model.

    Args:
        model: The built model. It is only read.
        signature_of: Function from an operator to the signature of its rule.
        cost: Says from which size on a matrix keeps its rows.

    Returns:
        The graph. Its operations stand in the order of Nengo's own step.
    """
    tracer = _Tracer(model, signature_of, cost)
    tracer.graph.order = step_order(model)
    for op in tracer.graph.order:
        tracer.trace(op)
    return tracer.finish()


def step_order(model: Model) -> list[Operator]:
    """Return the operators in the order in which ``nengo.Simulator(optimize=False)`` runs them."""
    return [
        op
        for op in toposort(operator_dependency_graph(model.operators))
        if hasattr(op, "make_step")
    ]


class _Tracer:
    """Symbolic execution of one step, in which signals hold references in place of numbers."""

    def __init__(self, model: Model, signature_of: SignatureOf, cost: CostModel) -> None:
        self.model = model
        self.cost = cost
        self.graph = Graph(dt=model.dt)
        self.layers: dict[Signal, list[Contribution]] = {}
        self.start: dict[Signal, int] = {}
        self.written = set(written_bases(model))
        self.held = _constant_nodes(model)
        self.signatures = {op: signature_of(op) for op in model.operators}
        self.postponed = deferrable(model, self.signatures)
        self.before: dict[Operator, dict[Signal, int]] = {}
        self.later: dict[int, Ref] = {}
        self.handlers: dict[type, Callable[..., None]] = {
            TimeUpdate: self._time,
            Reset: self._reset,
            Copy: self._copy,
            SimProbe: self._probe,
        }

    def trace(self, op: Operator) -> None:
        """Let one operator act on the signals, as its ``make_step`` would."""
        handler = self.handlers.get(type(op))
        if handler is not None:
            handler(op)
            return
        signature = self.signatures[op]
        if signature is not None and any(
            signal in self.postponed for signal, _ in signature.writes
        ):
            # It was computed at the start of the step, from states that hold its reads of the step
            # before (``_postpone``); this is the place at which they take the reads of this step.
            for signal, start in self.before.get(op, {}).items():
                self.later[start] = self.read(signal)
            return
        self._operate(op, signature or _python_signature(op), in_python=signature is None)

    def finish(self) -> Graph:
        """Return the graph, once every operator has acted."""
        graph = self.graph
        for base in list(self.layers):
            graph.final[base] = self.read(base)
        # Only what is read across steps is a state: a signal that is set before it is read is none.
        states = graph.all_starts([*all_inputs(graph.operations), *graph.final.values()])
        for base, v in self.start.items():
            if v not in states:
                continue
            if graph.final[base].pieces == whole(v, base.size).pieces:
                graph.values[v] = replace(
                    graph.values[v], origin=Origin.PARAMETER
                )  # nothing ever changes it
            else:
                graph.next_value[v] = graph.final[base]
        graph.next_value.update(self.later)
        for signal, node in self.held.items():
            graph.feedable[node] = self._first_value(signal)
        self._find_fed_operations()
        return graph

    def read(self, signal: Signal) -> Ref:
        """Return the elements of a signal or a view at this point of the step."""
        base = signal.base
        layers = self._layers(base)
        if len(layers) > 1:
            self.layers[base] = layers = [
                Contribution(self._sum([layer.ref for layer in layers], base))
            ]
        return shown_by(signal, layers[0].ref)

    def write(self, signal: Signal, ref: Ref, mode: Mode) -> None:
        """Set, increment or update a signal, or the part of it that a view shows."""
        index = view_index(signal)
        if index is None:
            offset = signal.elemoffset if signal.is_view else 0
            self._write_run(signal.base, offset, ref, mode)
        else:
            self._write_at(signal.base, index, ref, mode)

    def _write_at(self, base: Signal, index: np.ndarray, ref: Ref, mode: Mode) -> None:
        """Write to scattered positions; increments of repeated ones add up, as in ``np.add.at``."""
        # Each turn takes the first write to every position that is left, so no turn has one twice.
        # The stable sort makes the last of several sets win, as in Nengo.
        order = np.argsort(index, kind="stable")
        while order.size:
            at = index[order]
            first = np.concatenate(([True], at[1:] != at[:-1]))
            now, order = order[first], order[~first]
            at = index[now]
            bounds = np.flatnonzero(np.diff(at) != 1) + 1
            for part in np.split(np.arange(at.size), bounds):
                self._write_run(base, int(at[part[0]]), ref.take(now[part]), mode)

    def _write_run(self, base: Signal, begin: int, ref: Ref, mode: Mode) -> None:
        """Write to consecutive positions of a base signal."""
        if ref.size == 0:
            return
        layers = self._layers(base)
        end = begin + ref.size
        # A set or an update replaces the whole sum. An increment is written into a contribution
        # that is still zero there, so that increments of different parts need no sum.
        if mode is not Mode.INC:
            for layer in layers[1:]:
                layer.write(begin, zeros(ref.size))
            layers[0].write(begin, ref)
        elif not ref.is_zero():
            free = next((layer for layer in layers if layer.is_zero(begin, end)), None)
            if free is None:
                free = Contribution(zeros(base.size))
                layers.append(free)
            free.write(begin, ref)

    def _layers(self, base: Signal) -> list[Contribution]:
        """Return the contributions whose sum a signal holds."""
        if base not in self.layers:
            self.layers[base] = [Contribution(whole(self._first_value(base), base.size))]
        return self.layers[base]

    def _first_value(self, base: Signal) -> int:
        """Return the value that a signal holds at the start of the step."""
        if base in self.postponed and base not in self.start:
            self.start[base] = self._postpone(self.postponed[base])
        if base not in self.start:
            changing = Origin.STATE if base in self.written else Origin.PARAMETER
            origin = Origin.CONSTANT_INPUT if base in self.held else changing
            self.start[base] = self.graph.add(Value(origin, base.size, signal=base))
        return self.start[base]

    def _postpone(self, op: Operator) -> int:
        """Add the operation of one step ago, on states that hold its reads of that step."""
        signature = self.signatures[op]
        if signature is None:
            raise AssertionError("only what has a signature is postponed")
        memories = signals_before(op, signature)
        starts = {
            signal: self.graph.add(Value(Origin.STATE, memory.size, signal=memory))
            for signal, memory in memories.items()
        }
        self.before[op] = starts
        (result,) = self._add_operation(
            signature,
            op,
            # One signal may be two arguments: the activities of neurons that learn from their own.
            tuple(whole(starts[signal], signal.size) for signal in signature.reads),
            tuple(signal.shape for signal in signature.reads),
            len(signature.reads),
            tuple(signal.shape for signal, _ in signature.writes),
        )
        return result.pieces[0].value

    def _sum(self, layers: list[Ref], base: Signal) -> Ref:
        """Add the sum of contributions.

        A large matrix keeps its two axes, so that an outer product is added to it as a matrix,
        without the row and column of each of its elements.
        """
        # Constants first: only sums whose arguments are constant in the same places are merged.
        layers = sorted(layers, key=lambda ref: not self.graph.is_fixed(ref))
        is_matrix = base.ndim > 1 and base.size >= self.cost.large_signal
        shape = base.shape if is_matrix else (base.size,)
        layout = Layout.STACKED if is_matrix else Layout.ELEMENTWISE
        return self._add_operation(
            Signature(kind=(SUM, len(layers)), layout=layout, reads=(), carried=(), writes=()),
            None,
            tuple(layers),
            (shape,) * len(layers),
            len(layers),
            (shape,),
        )[0]

    def _time(self, op: TimeUpdate) -> None:
        for signal, origin in ((op.step, Origin.STEP), (op.time, Origin.TIME)):
            self.write(signal, whole(self.graph.add(Value(origin, 1)), 1), Mode.SET)

    def _reset(self, op: Reset) -> None:
        size = op.dst.size
        if op.value == 0:
            ref = zeros(size)
        else:
            constant = self.graph.add(Value(Origin.CONSTANT, 1, number=op.value))
            ref = Ref((Piece(constant, 0, 0, size),))
        self.write(op.dst, ref, Mode.SET)

    def _copy(self, op: Copy) -> None:
        source = self.read(op.src)
        if op.src_slice is not None:
            source = source.take(flat_positions(op.src.shape, op.src_slice))
        mode = Mode.INC if op.inc else Mode.SET
        if op.dst_slice is None:
            self.write(op.dst, broadcast(source, shape_after(op), op.dst.shape), mode)
            return
        # Flat positions in the view first, then those in its base, to which writes go.
        positions = flat_positions(op.dst.shape, op.dst_slice)
        base_index = view_index(op.dst)
        if base_index is None:
            positions = positions + (op.dst.elemoffset if op.dst.is_view else 0)
        else:
            positions = base_index[positions]
        if source.size == 1 and positions.size > 1:
            source = source.take(np.zeros(positions.size, dtype=int))
        self._write_at(op.dst.base, positions.reshape(-1), source, mode)

    def _probe(self, op: SimProbe) -> None:
        self._layers(op.signal.base)

    def _operate(self, op: Operator, signature: Signature, in_python: bool) -> None:
        """Add the operation of an operator, and write its results."""
        inputs = tuple(self.read(signal) for signal in signature.reads + signature.carried)
        # Such as the encoders of an ensemble whose input was set to zero and never added to.
        if isinstance(op, PRODUCTS) and any(ref.size and ref.is_zero() for ref in inputs):
            return
        shapes = tuple(signal.shape for signal in signature.reads + signature.carried)
        out_shapes = tuple(signal.shape for signal, _ in signature.writes)
        if signature.layout is Layout.ELEMENTWISE and not in_python:
            inputs, shapes, out_shapes = elementwise(inputs, shapes, out_shapes)
        results = self._add_operation(
            signature, op, inputs, shapes, len(signature.reads), out_shapes, in_python
        )
        for (signal, mode), ref in zip(signature.writes, results, strict=True):
            self.write(signal, ref, mode)

    def _add_operation(
        self,
        signature: Signature,
        op: Operator | None,
        inputs: tuple[Ref, ...],
        shapes: tuple[Shape, ...],
        n_reads: int,
        out_shapes: tuple[Shape, ...],
        in_python: bool = False,
    ) -> list[Ref]:
        """Add an operation to the graph, and return references to its results."""
        graph = self.graph
        index = len(graph.operations)
        outputs = tuple(
            graph.add(Value(Origin.OPERATION, size_of(shape), operation=index, port=port))
            for port, shape in enumerate(out_shapes)
        )
        graph.operations.append(
            Operation(
                index=index,
                rule=signature.rule,
                kind=signature.kind,
                op=op,
                layout=signature.layout,
                inputs=inputs,
                input_shapes=shapes,
                n_reads=n_reads,
                outputs=outputs,
                output_shapes=out_shapes,
                in_python=in_python,
            )
        )
        return [
            whole(value, size_of(shape)) for value, shape in zip(outputs, out_shapes, strict=True)
        ]

    def _find_fed_operations(self) -> None:
        """Make nodes without input that run in Python feedable, by the value they output."""
        by_signal = {
            operation.op.output: operation.outputs[0]
            for operation in self.graph.operations
            if isinstance(operation.op, SimPyFunc | SimProcess)
            and operation.in_python
            and operation.outputs
        }
        for node in _nodes(self.model):
            signal = self.model.sig[node]["out"]
            if node.size_in == 0 and signal in by_signal:
                self.graph.feedable[node] = by_signal[signal]


def _nodes(model: Model) -> list[Node]:
    """Return the nodes that were built, of a network or added to it."""
    return [thing for thing in list(model.sig) if isinstance(thing, Node)]


def _constant_nodes(model: Model) -> dict[Signal, Node]:
    """Return the nodes with a constant output, by the signal that holds it."""
    return {model.sig[n]["out"]: n for n in _nodes(model) if isinstance(n.output, np.ndarray)}


def _python_signature(op: Operator) -> Signature:
    """Make the signature of an operator without a rule, which keeps its own memory in Python."""
    reads, writes = python_reads(op), default_writes(op)
    if isinstance(op, SimProcess):
        memory = set(op.state.values())
        writes = tuple((signal, mode) for signal, mode in writes if signal not in memory)
    return Signature(
        kind=(type(op), id(op)), layout=Layout.STACKED, reads=reads, carried=(), writes=writes
    )


def python_reads(op: Operator) -> tuple[Signal, ...]:
    """Return the signals an operator in Python is given each step; the time comes as a float."""
    if isinstance(op, SimPyFunc):
        return () if op.x is None else (op.x,)
    if isinstance(op, SimProcess):
        return () if op.input is None else (op.input,)
    return tuple(op.reads)
