"""Emits a segment as TensorFlow operations, from states, inputs and parameters to outputs.

The operations run once per time step inside an XLA loop, so arguments are slices, reshapes and
concatenations, which XLA fuses into the arithmetic around them; a gather with constant indices is
the last resort for an irregular pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import DotInc, SparseDotInc

from nengo_nb.on_demand import tf
from nengo_nb.ops.rules import Gradients, Group, Step
from nengo_nb.plan.cost import CostModel
from nengo_nb.plan.program import Gather, OperationGroup, Place, Segment, Source, Span, joined

from .packing import Carried, Packing, find_packings, unpack
from .rule_of import rule_of

Tensor = Any

Compute = Callable[["Frame"], list[Tensor]]
"""Function from a frame, with the results of all groups before, to the results of one group."""

NUMBER = "int64"
"""Type of step numbers: a step of a small network takes half a microsecond, so 2**31 of
them take 20 minutes.
"""


class Emitter:
    """Emits the steps of one segment.

    Args:
        segment: The segment.
        batch: Number of minibatch items.
        dt: Length of a step, in seconds.
        dtype: ``"float32"`` or ``"float64"``.
        cost: The cost model of the device.
        gradients: See ``Group``.
    """

    def __init__(
        self,
        segment: Segment,
        batch: int,
        dt: float,
        dtype: str,
        cost: CostModel,
        gradients: Gradients | None = None,
    ) -> None:
        self.segment = segment
        self.cost = cost
        self.gradients = gradients or Gradients()
        self.batch = batch
        self.dt = dt
        self.dtype = dtype
        self.groups = {g: self._group(group) for g, group in enumerate(segment.groups) if group.ops}

    @cached_property
    def steps(self) -> dict[int, Step]:
        """Steps of the groups, by number of the group; their constants are tensors already."""
        steps = {}
        for g, group in enumerate(self.segment.groups):
            rule = rule_of(group)
            if rule is not None:
                steps[g] = rule.make_step(self.groups[g])
        return steps

    @cached_property
    def packings(self) -> dict[int, Packing]:
        """Packings of the groups that a loop carries in packed form, by number of the group."""
        return find_packings(self.segment, self.groups)

    def _group(self, group: OperationGroup) -> Group:
        """Make the group that the rule gets."""
        return Group(
            group.ops,
            group.layout,
            group.sizes,
            group.parametric,
            self.dt,
            self.dtype,
            batch=self.batch,
            gradients=self.gradients,
            cost=self.cost,
        )

    def step(
        self, number: Tensor, inputs: Tensor, parameters: Sequence[Tensor], states: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Emit one time step.

        Args:
            number: The number of this step (a ``NUMBER`` scalar), or of each item's step
                (``(batch, 1)``); the first step of a simulation is 1.
            inputs: The input vector, ``(batch, n_inputs)``.
            parameters: The segment's parameters, without batch axis.
            states: All states of the stage, ``(batch, *shape)``.

        Returns:
            The output vector, ``(batch, n_outputs)``, and the next values of the states that this
            segment moves on.
        """
        frame = Frame(self, number, inputs, parameters, states)
        self._write(frame, {}, {})
        return frame.vector(self.segment.outputs), [
            frame.gather(g) for _, g in self.segment.next_states
        ]

    def step_packed(
        self,
        number: Tensor,
        inputs: Tensor,
        parameters: Sequence[Tensor],
        carried: Carried,
        instead: Mapping[int, Compute] | None = None,
        kept: Container[int] = (),
    ) -> tuple[Tensor, Carried]:
        """Emit one time step of a loop.

        Args:
            number: As in ``step``, and so are the next two.
            inputs: The input vector.
            parameters: The segment's parameters.
            carried: The loop's variables.
            instead: Replacements of groups, by number of the group.
            kept: The states that keep their values.

        Returns:
            The output vector, and the loop's variables behind the step.
        """
        frame = Frame(self, number, inputs, parameters, unpack(carried, self.packings))
        packed = self._write(frame, carried.packed, instead or {})
        next_states = {s: gather for s, gather in self.segment.next_states if s not in kept}
        plain = {
            s: frame.gather(next_states[s]) if s in next_states else t
            for s, t in carried.plain.items()
        }
        return frame.vector(self.segment.outputs), Carried(plain, packed)

    def _write(
        self, frame: Frame, packed: Mapping[int, Sequence[Tensor]], instead: Mapping[int, Compute]
    ) -> dict[int, list[Tensor]]:
        """Emit all groups of a frame, and return the next packed tensors of those in ``packed``."""
        after = {}
        for g, group in enumerate(self.segment.groups):
            if g in instead:
                frame.results[g] = instead[g](frame)
                continue
            arguments = frame.arguments(group)
            if g in packed:
                form = self.packings[g].form
                # The results come from the next packed form
                # alone, in few operations; see ``Packed``.
                with tf.name_scope(_scope(group)):
                    after[g] = list(form.step(*arguments[: group.n_reads], *packed[g]))
                    frame.results[g] = list(form.results(*after[g]))
                continue
            # Only in a loop, where the number of the step is a scalar.
            at = computed_before(group)
            if at is not None and not group.parametric[at] and len(frame.number.shape) == 0:
                arguments[at] = arguments[at] / frame.one
            frame.results[g] = self._compute(g, group, arguments, frame.number)
        return after

    def _compute(
        self, g: int, group: OperationGroup, arguments: list[Tensor], number: Tensor
    ) -> list[Tensor]:
        """Emit the results of one group, ``(batch, *shape)`` each."""
        rule = rule_of(group)
        if rule is None:
            # Constant contributions have no batch axis; ``add_n`` does not broadcast.
            results = [
                tf.add_n(arguments) if len({a.shape for a in arguments}) == 1 else _sum(arguments)
            ]
        else:
            extra = {"counter": number} if rule.uses_counter else {}
            with tf.name_scope(_scope(group)):
                results = list(self.steps[g](*arguments, **extra))
        # What reads only constants gives a result without batch axis, or with one of length 1.
        shapes = [(self.batch, *shape) for shape in group.result_shapes]
        return [
            tf.broadcast_to(r, s) if tuple(r.shape) != s else r
            for r, s in zip(results, shapes, strict=True)
        ]


class Frame:
    """Tensors of one step while it is emitted."""

    def __init__(
        self,
        emitter: Emitter,
        number: Tensor,
        inputs: Tensor,
        parameters: Sequence[Tensor],
        states: Sequence[Tensor],
    ) -> None:
        self.batch = emitter.batch
        self.dtype = emitter.dtype
        self.dt = emitter.dt
        self.cost = emitter.cost
        self.number = number
        self.inputs = inputs
        self.parameters = parameters
        self.states = states
        self.results: dict[int, list[Tensor]] = {}
        # A one that XLA cannot know to be one; see ``computed_before``.
        self.one = tf.where(number >= 0, tf.constant(1.0, self.dtype), tf.constant(0.0, self.dtype))
        self.flattened: dict[Place, Tensor] = {}

    def arguments(self, group: OperationGroup) -> list[Tensor]:
        """Gather the arguments of a group: its reads, then the states it carries."""
        return [self.gather(a, p) for a, p in zip(group.arguments, group.parametric, strict=True)]

    def gather(self, gather: Gather, parametric: bool = False) -> Tensor:
        """Gather an argument, ``(batch, *shape)``; a parametric one has no batch axis."""
        if parametric and not gather.spans:
            return tf.zeros(gather.shape, self.dtype)
        if parametric:
            return tf.reshape(self.parameters[gather.spans[0].place.number], gather.shape)
        # A reshape to the same shape would be one more
        # operation to trace and compile, for each argument.
        whole = self._as_it_is(gather)
        return (
            tf.reshape(self.flat_gather(gather), (self.batch, *gather.shape))
            if whole is None
            else whole
        )

    def vector(self, gathers: Sequence[Gather]) -> Tensor:
        """Gather values side by side, ``(batch, n)``."""
        spans = joined(chain.from_iterable(gather.spans for gather in gathers))
        if len(spans) <= self.cost.most_slices:
            return self._side_by_side(spans)
        return tf.concat([self.flat_gather(gather) for gather in gathers], axis=1)

    def flat_gather(self, gather: Gather) -> Tensor:
        """Gather an argument as ``(batch, size)``."""
        spans = gather.spans
        blocks = self._blocks(spans) if len(spans) > 1 else None
        if blocks is not None:
            return blocks
        if len(spans) <= self.cost.most_slices:
            return self._side_by_side(spans)
        return self._scattered(spans)

    def _side_by_side(self, spans: Sequence[Span]) -> Tensor:
        """Slice each of some spans, and concatenate them."""
        if not spans:
            return tf.zeros((self.batch, 0), self.dtype)
        parts = [self._span(span) for span in spans]
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=1)

    def _as_it_is(self, gather: Gather) -> Tensor | None:
        """Return the result or state that an argument equals, whole and in its shape, or None."""
        if len(gather.spans) != 1:
            return None
        span = gather.spans[0]
        if span.place.source is Source.RESULT:
            tensor = self.results[span.place.number][span.place.port]
        elif span.place.source is Source.STATE:
            tensor = self.states[span.place.number]
        else:
            return None
        same = tuple(tensor.shape[1:]) == gather.shape and span.start == 0 and span.step == 1
        return tensor if same else None

    def flat(self, place: Place) -> Tensor:
        """Return a tensor as ``(batch, size)``; each is flattened once per frame."""
        if place not in self.flattened:
            self.flattened[place] = self._flatten(place)
        return self.flattened[place]

    def _flatten(self, place: Place) -> Tensor:
        """Reshape or broadcast a tensor to ``(batch, size)``."""
        source = place.source
        if source is Source.INPUT:
            return self.inputs
        if source is Source.STATE:
            return tf.reshape(self.states[place.number], (self.batch, -1))
        if source is Source.RESULT:
            return tf.reshape(self.results[place.number][place.port], (self.batch, -1))
        if source is Source.PARAMETER:
            flat = tf.reshape(self.parameters[place.number], (1, -1))
            return tf.broadcast_to(flat, (self.batch, flat.shape[1]))
        if source is Source.ZERO:
            return tf.zeros((self.batch, 1), self.dtype)
        scale = self.dt if source is Source.TIME else 1.0
        return tf.broadcast_to(clock(self.number, scale, self.dtype), (self.batch, 1))

    def _span(self, span: Span) -> Tensor:
        """Slice a span, ``(batch, length)``."""
        flat = self.flat(span.place)
        if span.step == 0:
            return tf.broadcast_to(flat[:, span.start : span.start + 1], (self.batch, span.length))
        if span.length == flat.shape[1] and span.step == 1:
            return flat
        last = span.start + (span.length - 1) * span.step
        low, high = min(span.start, last), max(span.start, last)
        # Forward, then reversed: a slice with a negative step could not end at element 0.
        elements = flat[:, low : high + 1 : abs(span.step)]
        return tf.reverse(elements, [1]) if span.step < 0 else elements

    def _blocks(self, spans: tuple[Span, ...]) -> Tensor | None:
        """Gather equal runs at equal distances by a reshape and a slice, or return None."""
        first = spans[0]
        distance = spans[1].start - first.start
        regular = all(
            span.place == first.place
            and span.length == first.length
            and span.step == first.step
            and span.start == first.start + i * distance
            for i, span in enumerate(spans)
        )
        if not regular:
            return None
        k, size = len(spans), first.length
        # The same run again and again, such as one value for each of several ensembles.
        if distance == 0:
            run = self._span(first)[:, None, :]
            return tf.reshape(tf.broadcast_to(run, (self.batch, k, first.length)), (self.batch, -1))
        # Runs that overlap are no rows of a matrix.
        if first.step != 1 or distance < size:
            return None
        flat = self.flat(first.place)
        stop = first.start + k * distance
        part = flat[:, first.start : stop]
        # The last run may end where the tensor ends, before its row of the matrix does.
        if stop > flat.shape[1]:
            part = tf.pad(part, [[0, 0], [0, stop - flat.shape[1]]])
        rows = tf.reshape(part, (self.batch, k, distance))
        return tf.reshape(rows[:, :, : first.length], (self.batch, -1))

    def _scattered(self, spans: tuple[Span, ...]) -> Tensor:
        """Gather an irregular pattern by one ``tf.gather`` with constant indices."""
        places = list(dict.fromkeys(span.place for span in spans))
        flats = [self.flat(place) for place in places]
        offsets = np.cumsum([0] + [flat.shape[1] for flat in flats])
        # Indices into the tensors laid end to end, in the order of ``places``.
        index = np.concatenate(
            [offsets[places.index(s.place)] + s.start + s.step * np.arange(s.length) for s in spans]
        )
        source = flats[0] if len(flats) == 1 else tf.concat(flats, axis=1)
        return tf.gather(source, index.astype(np.int32), axis=1)


def computed_before(group: OperationGroup) -> int | None:
    """Return the argument of a group that XLA must not fuse into the group, by position, or None.

    XLA's fusion computes the producers of an elementwise operation again for each element that is
    written. That is too often where one number goes to many (encoders of one dimension) or there
    are several results (neurons with a state); there, all that leads to the argument would be
    repeated. It does not duplicate a division, so such an argument is divided by one, a one that
    XLA cannot know to be one: 5 times as fast for a circular convolution of 264 ensembles.
    """
    op = group.operations[0].op
    if isinstance(op, SimNeurons) and len(group.result_shapes) > 1:
        return 0
    if isinstance(op, SparseDotInc) or not isinstance(op, DotInc):
        return None
    return 1 if op.X.size == 1 and op.Y.size > 1 else None


def clock(number: Tensor, scale: float, dtype: str) -> Tensor:
    """Return ``number * scale``, rounded once.

    A float32 holds neither ``dt`` nor numbers above 2**24 exactly.

    Args:
        number: Numbers of steps.
        scale: The length of a step in seconds for the simulated time, one for the number itself.
        dtype: Type of the result.
    """
    return tf.cast(tf.cast(number, tf.float64) * tf.constant(scale, tf.float64), dtype)


def _sum(arguments: Sequence[Tensor]) -> Tensor:
    """Add tensors of which some have no batch axis."""
    total = arguments[0]
    for argument in arguments[1:]:
        total = total + argument
    return total


def _scope(group: OperationGroup) -> str:
    """Return a group's name in TensorFlow's profiler."""
    rule = rule_of(group)
    return "sum" if rule is None else rule.name
