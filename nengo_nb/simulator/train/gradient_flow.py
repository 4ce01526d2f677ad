"""Gradient flow: which parameters a gradient reaches, and which operations block it.

It is read off the plan, without computing anything: a gradient reaches a parameter if a path of
differentiable operations leads from it to a probe within the steps of an example. A state delays by
one step.
"""

from __future__ import annotations

import warnings
from collections import defaultdict, deque
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from nengo.base import NengoObject
from nengo.builder import Model, Operator, Signal
from nengo.exceptions import SimulationError

from nengo_nb.errors import GradientWarning
from nengo_nb.objects.operator import SimTensorNode
from nengo_nb.on_demand import tf
from nengo_nb.plan.graph import Operation, Origin, all_outputs
from nengo_nb.plan.program import Plan, PythonPart, Segment
from nengo_nb.plan.refs import all_values
from nengo_nb.simulator.params.parameters import Parameter
from nengo_nb.simulator.run.nonfinite import user_level

from .python_data import is_data


@dataclass(frozen=True)
class Way:
    """A path through the dataflow to a probe, with the least delay.

    Args:
        delay: Number of steps that states delay it by.
        passed: The operations on it, in order.
    """

    delay: int
    passed: tuple[Operation, ...]


class Flow:
    """Search for paths from values to the probes of a training plan.

    Args:
        plan: The training plan.
        model: The built model.
        dtype: ``"float32"`` or ``"float64"``.
        names: Names of operators that run in Python.
    """

    def __init__(self, plan: Plan, model: Model, dtype: str, names: Mapping[Operator, str]) -> None:
        self.plan = plan
        self.model = model
        self.names = names
        graph = plan.graph
        self.ends = all_values(plan.probes.values())
        self.readers: dict[int, list[Operation]] = defaultdict(list)
        for operation in graph.operations:
            for value in all_values(operation.inputs):
                self.readers[value].append(operation)
        self.later: dict[int, list[int]] = defaultdict(list)
        for start, ref in graph.next_value.items():
            for value in ref.values():
                self.later[value].append(start)
        self.blocks = {
            o.index for o in graph.operations if o.in_python or _has_no_gradient(o.op, dtype)
        }
        for stage in filter(is_data, plan.stages):
            # Compiled operations in a loop with Python are fed as data too, though each has a
            # gradient.
            for part in stage.parts:
                self.blocks.update(operation.index for operation in _operations(part))

    def from_signals(self, signals: Iterable[Signal], blocked: bool = True) -> Way | None:
        """Find the path with least delay from parameters to a probe; None if there is none.

        Args:
            signals: The signals of the parameters.
            blocked: Whether operations without a gradient end a path.
        """
        return self._quickest(self._parameters(signals), blocked)

    def _parameters(self, signals: Iterable[Signal]) -> list[int]:
        """Return the values of the plan that hold these parameters."""
        wanted = {id(signal) for signal in signals}
        return [
            v
            for v, value in enumerate(self.plan.graph.values)
            if value.origin is Origin.PARAMETER and id(value.signal) in wanted
        ]

    def blind_probes(self, signals: Iterable[Signal]) -> list[NengoObject]:
        """Return the probes behind Python from which no gradient reaches any weight."""
        if not any(is_data(stage) for stage in self.plan.stages):
            return []
        begin = [*self._parameters(signals), *self._tensor_node_outputs()]
        probes = self.plan.probes.items()
        return [
            p for p, ref in probes if self._quickest(begin, blocked=True, ends=ref.values()) is None
        ]

    def _tensor_node_outputs(self) -> list[int]:
        """Return the values that TensorNodes give."""
        nodes = [o for o in self.plan.graph.operations if isinstance(o.op, SimTensorNode)]
        return all_outputs(nodes)

    def from_nodes(self) -> Way | None:
        """Find the path with least delay from any TensorNode, whose weights may be trained."""
        return self._quickest(self._tensor_node_outputs(), blocked=True)

    def _quickest(
        self, begin: Iterable[int], blocked: bool, ends: Container[int] | None = None
    ) -> Way | None:
        """Search breadth first by delay (0-1 BFS), to any probe unless other ends are given."""
        ends = self.ends if ends is None else ends
        came: dict[int, tuple[int | None, Operation | None]] = dict.fromkeys(begin, (None, None))
        queue = deque((value, 0) for value in came)
        while queue:
            value, delay = queue.popleft()
            if value in ends:
                return Way(delay, self._passed(came, value))
            for operation in self.readers[value]:
                if blocked and operation.index in self.blocks:
                    continue
                for output in operation.outputs:
                    if output not in came:
                        came[output] = value, operation
                        # Within the step: no delay, so it goes before all that is a step later.
                        queue.appendleft((output, delay))
            for start in self.later[value]:
                if start not in came:
                    came[start] = value, None
                    # A state is read one step later. With both ends of the deque in use, delays
                    # come out sorted.
                    queue.append((start, delay + 1))
        return None

    @staticmethod
    def _passed(
        came: Mapping[int, tuple[int | None, Operation | None]], end: int
    ) -> tuple[Operation, ...]:
        operations: list[Operation] = []
        value: int | None = end
        while value is not None:
            value, operation = came[value]
            if operation is not None:
                operations.append(operation)
        return tuple(reversed(operations))

    def obstacle(self, signals: Sequence[Signal], n_steps: int) -> str | None:
        """Say why no gradient reaches parameters within ``n_steps``; None if one does."""
        # Three answers: too long a delay, no path at all, or a path that is blocked.
        way = self.from_signals(signals)
        if way is not None and way.delay < n_steps:
            return None
        if way is not None:
            return f"it takes {way.delay + 1} steps by way of {self._names(way)}"
        open_way = self.from_signals(signals, blocked=False)
        if open_way is None:
            return "no path leads from it to a probe with a loss"
        return f"{self._blocking(open_way)} has no gradient, by way of {self._names(open_way)}"

    def _blocking(self, way: Way) -> str:
        """Name what blocks a path: Python, or else operations without a gradient."""
        blocks = [o for o in way.passed if o.index in self.blocks]
        python = [self.names[o.op] for o in blocks if o.in_python and o.op is not None]
        if python:
            return f"{', '.join(dict.fromkeys(python))} runs in Python and"
        return ", ".join(o.name for o in blocks)

    def _names(self, way: Way) -> str:
        """Name the ensembles and nodes on a path."""
        network = self.model.toplevel
        labels: dict[Signal, str] = {}
        for ens in network.all_ensembles:
            labels[self.model.sig[ens.neurons]["out"].base] = str(ens)
        for node in network.all_nodes:
            signal = self.model.sig[node]["out"] if node in self.model.sig else None
            if signal is not None:
                labels[signal.base] = str(node)
        passed: dict[str, None] = {}
        for operation in way.passed:
            op = operation.op
            for signal in () if op is None else (*op.sets, *op.incs, *op.updates):
                if signal.base in labels:
                    passed[labels[signal.base]] = None
        return " -> ".join(passed) or "nothing else"


def check_flow(
    flow: Flow, signals: Mapping[Parameter, Sequence[Signal]], names: Sequence[str], n_steps: int
) -> None:
    """Check before training that gradients reach the parameters it should change.

    Args:
        flow: The paths to the probes with a loss.
        signals: The signals of each parameter that an optimizer may change.
        names: Names of the outputs.
        n_steps: Number of steps between two changes of the weights.

    Raises:
        SimulationError: No gradient reaches anything within that many steps.

    Warns:
        GradientWarning: No gradient reaches some parameters.
    """
    blind = flow.blind_probes(chain.from_iterable(signals.values()))
    obstacles = {
        p: reason
        for p, own_signals in signals.items()
        if (reason := flow.obstacle(own_signals, n_steps))
    }
    if blind and len(obstacles) < len(signals):
        warnings.warn(
            f"{', '.join(map(str, blind))}: no gradient reaches any parameter, as Python "
            "functions are in between. "
            "This loss is computed, and changes nothing.",
            GradientWarning,
            stacklevel=user_level(),
        )
    if not obstacles:
        return
    told = "; ".join(f"{p.name} ({obstacle})" for p, obstacle in obstacles.items())
    steps = f"{n_steps} step{'s' if n_steps > 1 else ''}"
    nodes = flow.from_nodes()
    if len(obstacles) == len(signals) and (nodes is None or nodes.delay >= n_steps):
        raise SimulationError(
            f"no gradient reaches any parameter from {', '.join(names)} within {steps}: {told}. A "
            "synapse delays by a "
            "step: train with more steps, or with synapse=None."
        )
    warnings.warn(
        f"From {', '.join(names)} no gradient reaches, within {steps}: {told}. These parameters "
        "stay as they are; "
        "where that is meant, configure_settings(trainable=...) can say so.",
        GradientWarning,
        stacklevel=user_level(),
    )


def _operations(part: Segment | PythonPart) -> list[Operation]:
    """Return the operations of a part of a stage."""
    if isinstance(part, PythonPart):
        return list(part.operations)
    return list(chain.from_iterable(group.operations for group in part.groups))


def _has_no_gradient(op: Operator | None, dtype: str) -> bool:
    """Whether TensorFlow has no gradient of a TensorNode's output by its input."""
    if not isinstance(op, SimTensorNode) or op.function.shape_in is None:
        return False
    is_unconnected: list[bool] = []

    def look(*arguments: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            tape.watch(arguments[-1])
            result = op.function(arguments, 1, dtype, op.shape_out, training=True)
        is_unconnected.append(tape.gradient(result, arguments[-1]) is None)

    # Traced only, never run: a gradient of None shows while tracing, and a user's function is not
    # called with numbers.
    tf.function(look, autograph=False).get_concrete_function(*op.function.specs(1, dtype))
    return is_unconnected[-1]
