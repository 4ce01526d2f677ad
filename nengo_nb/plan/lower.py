"""Lowers groups of operations to a segment: arguments are spans of tensors, states are tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from nengo.builder import Signal

from .graph import Graph, Operation, Origin, Shape, size_of
from .program import Gather, OperationGroup, Parameter, Place, Segment, Source, Span, State
from .refs import ZERO, Piece, Ref, compress, join, runs, whole
from .signature import Layout

Groups = Sequence[tuple[Operation, ...]]


def constant_value(
    graph: Graph, ref: Ref, trained: Mapping[Signal, np.ndarray] | None = None
) -> np.ndarray:
    """Return the numbers of a reference to parameters, constants and zeros.

    Args:
        graph: The dataflow of a step.
        ref: The reference.
        trained: Values of signals that replace those that were built; by default ``graph.changed``.
    """
    changed = graph.changed if trained is None else trained
    numbers = np.zeros(ref.size)
    begin = 0
    for piece in ref.pieces:
        value = graph.values[piece.value]
        if value.origin is Origin.CONSTANT:
            numbers[begin : begin + piece.length] = value.number
        elif value.origin is Origin.PARAMETER:
            signal = graph.signal(piece.value)
            flat = np.asarray(changed.get(signal, signal.initial_value)).reshape(-1)
            numbers[begin : begin + piece.length] = flat[_index(piece)]
        begin += piece.length
    return numbers


def make_states(graph: Graph, segments: Sequence[Groups], starts: Iterable[int]) -> list[State]:
    """Make the tensors for the states of a stage.

    Where all siblings of a group move on one state each, these states are one tensor, laid out as
    the group's result, so that moving on copies nothing. The others share one flat tensor.

    Args:
        graph: The dataflow of a step.
        segments: The groups of each compiled part of the stage.
        starts: The ``STATE`` values the stage owns.
    """
    loose = dict.fromkeys(starts)
    # Where two states follow the same value, the first one gets the group's tensor.
    moved_by = {
        _sole_value(graph, graph.next_value[start]): start for start in reversed(list(loose))
    }
    moved_by.pop(None, None)
    states = []
    for groups in segments:
        for group in groups:
            for port in range(len(group[0].outputs)):
                owned = [moved_by[o.outputs[port]] for o in group if o.outputs[port] in moved_by]
                if len(owned) == len(group):
                    states.append(_group_state(graph, group, port, owned))
                    for start in owned:
                        del loose[start]
    if loose:
        states.append(_flat_state(graph, list(loose)))
    return states


def _sole_value(graph: Graph, ref: Ref) -> int | None:
    """Return the value that a reference reads whole and in order, or None."""
    if len(ref.pieces) != 1:
        return None
    piece = ref.pieces[0]
    is_whole = (
        piece.start == 0 and piece.step == 1 and piece.length == graph.values[piece.value].size
    )
    return (
        piece.value
        if is_whole or (piece.length == 1 and graph.values[piece.value].size == 1)
        else None
    )


def _initial(graph: Graph, start: int) -> np.ndarray:
    """Return the initial value of a state, flat."""
    return np.asarray(graph.signal(start).initial_value).reshape(-1)


def _group_state(
    graph: Graph, group: tuple[Operation, ...], port: int, starts: Sequence[int]
) -> State:
    """Make one tensor of the states that one group moves on, laid out as the group's result."""
    shape = result_shape(group, port)
    initial = np.zeros(size_of(shape))
    members = {}
    for start, positions in zip(starts, _positions(group, port), strict=True):
        members[start] = positions
        initial[positions] = _initial(graph, start)
    return State(_state_name(graph, starts), initial.reshape(shape), members)


def _flat_state(graph: Graph, starts: Sequence[int]) -> State:
    """Make one flat tensor of states, side by side."""
    members = {}
    begin = 0
    for start in starts:
        members[start] = np.arange(begin, begin + graph.values[start].size)
        begin += graph.values[start].size
    initial = np.concatenate([_initial(graph, start) for start in starts]).astype(float)
    return State(_state_name(graph, starts), initial, members)


def _state_name(graph: Graph, starts: Sequence[int]) -> str:
    """Return a name for the tensor of some states."""
    first = graph.signal(starts[0]).name
    return first if len(starts) == 1 else f"{first} and {len(starts) - 1} more"


def result_shape(group: tuple[Operation, ...], port: int) -> Shape:
    """Return the shape of a group's result, without the batch axis."""
    return side_by_side([o.output_shapes[port] for o in group], group[0].layout)


def side_by_side(shapes: Sequence[Shape], layout: Layout) -> Shape:
    """Return the shape of a tensor that holds siblings side by side."""
    if layout is Layout.STACKED:
        return (len(shapes), *shapes[0])
    return (*shapes[0][:-1], sum(shape[-1] for shape in shapes))


def _positions(group: tuple[Operation, ...], port: int) -> Iterator[np.ndarray]:
    """Yield the flat positions of each sibling's elements in a group's result."""
    shapes = [o.output_shapes[port] for o in group]
    if group[0].layout is Layout.STACKED:
        size = size_of(shapes[0])
        for i in range(len(group)):
            yield np.arange(i * size, (i + 1) * size)
        return
    # Side by side along the last axis, a row of the result is a row of each sibling in turn.
    total, offset = sum(shape[-1] for shape in shapes), 0
    for shape in shapes:
        rows, columns = np.divmod(np.arange(size_of(shape)), shape[-1])
        yield rows * total + offset + columns
        offset += shape[-1]


@dataclass
class Lowering:
    """Lowering of one segment.

    Args:
        graph: The dataflow of a step.
        groups: The groups of the segment, in order.
        states: The states of the stage.
        inputs: The values in the segment's input vector, in order.
    """

    graph: Graph
    groups: Groups
    states: Sequence[State]
    inputs: tuple[int, ...]

    def __post_init__(self) -> None:
        self.parameters: list[Parameter] = []
        self.pool: list[Piece] = []
        self.pool_size = 0
        self.places: dict[int, tuple[Place, int | np.ndarray]] = {}
        self._place_inputs()
        self._place_states()
        self._place_results()

    def segment(self, gives: tuple[int, ...], moved: Sequence[int]) -> Segment:
        """Return the finished segment.

        Args:
            gives: The values to hand on.
            moved: Indices of the states that this segment moves on.
        """
        groups = tuple(self._group(group) for group in self.groups)
        outputs = tuple(self._value(value) for value in gives)
        next_states = tuple((i, self._next(self.states[i])) for i in moved)
        # Last, as each argument above may have added to the pool.
        if self.pool:
            self.parameters[self.pool_index] = self._pool()
        return Segment(groups, tuple(self.parameters), self.inputs, outputs, gives, next_states)

    # -- where each value is

    def _place_inputs(self) -> None:
        begin = 0
        for value in self.inputs:
            self.places[value] = (Place(Source.INPUT), begin)
            begin += self.graph.values[value].size

    def _place_states(self) -> None:
        for s, state in enumerate(self.states):
            for start, positions in state.members.items():
                # Not in place of an input: a value that the segment is given is read from there.
                self.places.setdefault(start, (Place(Source.STATE, s), _simplest(positions)))

    def _place_results(self) -> None:
        """Place the results of all groups: at a first element if contiguous, else at positions."""
        for g, group in enumerate(self.groups):
            for port in range(len(group[0].outputs)):
                if group[0].layout is Layout.ELEMENTWISE and len(group[0].output_shapes[port]) == 1:
                    begin = 0
                    for operation in group:
                        self.places[operation.outputs[port]] = (
                            Place(Source.RESULT, g, port),
                            begin,
                        )
                        begin += operation.output_shapes[port][-1]
                    continue
                for operation, positions in zip(group, _positions(group, port), strict=True):
                    place = Place(Source.RESULT, g, port)
                    self.places[operation.outputs[port]] = (place, _simplest(positions))

    # -- arguments

    def _group(self, group: tuple[Operation, ...]) -> OperationGroup:
        """Lower one group: argument ``k`` holds input ``k`` of all siblings side by side."""
        first = group[0]
        arguments, parametric = [], []
        for k in range(len(first.inputs)):
            refs = [o.inputs[k] for o in group]
            shapes = [o.input_shapes[k] for o in group]
            shape = side_by_side(shapes, first.layout)
            ref = _arranged(refs, shapes, first.layout)
            # Constant inputs become parameters, without batch
            # axis; siblings agree on them, see ``merge_key``.
            fixed = all(self.graph.is_fixed(r) for r in refs)
            parametric.append(fixed)
            arguments.append(
                self._parameter(first, k, ref, shape) if fixed else self._gather(ref, shape)
            )
        return OperationGroup(
            operations=group,
            layout=first.layout,
            sizes=tuple(o.output_shapes[0][-1] if o.output_shapes[0] else 1 for o in group),
            arguments=tuple(arguments),
            parametric=tuple(parametric),
            n_reads=first.n_reads,
            result_shapes=tuple(result_shape(group, port) for port in range(len(first.outputs))),
        )

    def _parameter(self, first: Operation, k: int, ref: Ref, shape: Shape) -> Gather:
        """Add a parameter for argument ``k`` of a group, without batch axis."""
        array = constant_value(self.graph, ref).reshape(shape)
        place = Place(Source.PARAMETER, len(self.parameters))
        self.parameters.append(Parameter(f"{first.name}/{k}", array, ref))
        return Gather((Span(place, 0, 1, array.size),), shape)

    def _gather(self, ref: Ref, shape: Shape) -> Gather:
        spans: list[Span] = []
        for piece in ref.pieces:
            spans.extend(self._spans(piece))
        return Gather(tuple(compress(spans, Place(Source.ZERO))), shape)

    def _value(self, value: int) -> Gather:
        size = self.graph.values[value].size
        return self._gather(whole(value, size), (size,))

    def _next(self, state: State) -> Gather:
        """Gather the next value of a state tensor from the next values of its members."""
        owners = list(state.members)
        refs = [self.graph.next_value[start] for start in owners]
        # Element ``k`` of the tensor is element ``order[k]``
        # of the members' next values end to end.
        order = np.argsort(
            np.concatenate([state.members[start] for start in owners]), kind="stable"
        )
        ref = join(refs)
        in_order = (np.diff(order) == 1).all() if order.size else True
        return self._gather(ref if in_order else ref.take(order), state.initial.shape)

    def _spans(self, piece: Piece) -> list[Span]:
        """Find the elements of a piece in the tensors of the segment."""
        value = self.graph.values[piece.value]
        if piece.value == ZERO:
            return [Span(Place(Source.ZERO), 0, 0, piece.length)]
        if value.origin is Origin.STEP:
            return [Span(Place(Source.STEP), 0, 0, piece.length)]
        if value.origin is Origin.TIME:
            return [Span(Place(Source.TIME), 0, 0, piece.length)]
        if self.graph.is_fixed(Ref((piece,))):
            return [self._pooled(piece)]
        place, at = self.places[piece.value]
        if isinstance(at, int):
            return [Span(place, at + piece.start, piece.step, piece.length)]
        return [Span(place, begin, step, count) for begin, step, count in runs(at[_index(piece)])]

    def _pool(self) -> Parameter:
        ref = Ref(self.pool)
        return Parameter("constants", constant_value(self.graph, ref), ref)

    def _pooled(self, piece: Piece) -> Span:
        """Add a constant among values that change to the segment's one pool of constants."""
        if not self.pool:
            self.pool_index = len(self.parameters)
            self.parameters.append(Parameter("constants", np.zeros(0), Ref(())))
        self.pool.append(piece)
        begin = self.pool_size
        self.pool_size += piece.length
        return Span(Place(Source.PARAMETER, self.pool_index), begin, 1, piece.length)


def _index(piece: Piece) -> np.ndarray:
    """Return the flat positions of a piece's elements in its value."""
    return piece.start + piece.step * np.arange(piece.length)


def _simplest(positions: np.ndarray) -> int | np.ndarray:
    """Return the first position alone if the others follow it one by one, else all."""
    if positions.size == 0:
        return 0
    in_a_row = (
        positions[-1] - positions[0] == positions.size - 1 and (np.diff(positions) == 1).all()
    )
    return int(positions[0]) if in_a_row else positions


def _arranged(refs: Sequence[Ref], shapes: Sequence[Shape], layout: Layout) -> Ref:
    """Arrange the elements of siblings in the order of the tensor that holds them side by side."""
    rows = size_of(shapes[0][:-1]) if layout is Layout.ELEMENTWISE else 1
    if rows == 1:
        return join(refs)
    pieces: list[Piece] = []
    for row in range(rows):
        for ref, shape in zip(refs, shapes, strict=True):
            pieces.extend(ref.cut(row * shape[-1], (row + 1) * shape[-1]).pieces)
    return Ref(compress(pieces))
