"""Make a plan of a network: Nengo's builder, the planner, and names for Python operators."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import nengo
import numpy as np
from nengo.base import NengoObject
from nengo.builder import Model, Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import DotInc, SimPyFunc, SparseDotInc
from nengo.builder.processes import SimProcess

import nengo_nb.objects.rules  # noqa: F401 - registers the rules of our own objects
from nengo_nb.building import EquivalentBuilder
from nengo_nb.engine.devices import kind_of
from nengo_nb.errors import PythonStepWarning, UnsupportedOperatorError
from nengo_nb.objects.operator import SimTensorNode, prepare
from nengo_nb.ops import find_rule
from nengo_nb.ops.rules import ExecutionMode, Rule, known_rules, subject
from nengo_nb.ops.trainable_synapses import can_train, trainable_signature
from nengo_nb.plan.alias_groups import share_groups
from nengo_nb.plan.build import make_plan
from nengo_nb.plan.cost import MODELS, CostModel, Device
from nengo_nb.plan.graph import Operation, size_of
from nengo_nb.plan.program import Plan
from nengo_nb.plan.refs import Ref
from nengo_nb.plan.signature import Signature
from nengo_nb.settings import NetworkSettings, get_setting
from nengo_nb.simulator.object_names import Names

from .decoder_cache import CarefulDecoderCache
from .learning_rules import refuse_rules
from .nonfinite import user_level


def new_model(network: nengo.Network | None, dt: float) -> Model:
    """Return an empty ``nengo.builder.Model`` for a network."""
    return Model(
        dt=float(dt),
        label=f"{network}, dt={dt:f}",
        decoder_cache=CarefulDecoderCache(),
        builder=EquivalentBuilder(),
    )


def plan_model(model: Model, minibatch_size: int | None = None, device: str | None = None) -> Plan:
    """Plan a built model, and warn of objects that have no TensorFlow rule and run in Python.

    Args:
        model: The built model.
        minibatch_size: Number of minibatch items, or None.
        device: TensorFlow device; None leaves the choice to TensorFlow.
    """
    dtype = "float32" if model.toplevel is None else get_setting(model.toplevel, "dtype")
    # Before planning, as TensorFlow would fail on them only while tracing.
    refuse_rules(model)
    prepare(model, dtype, minibatch_size or 1)
    plan = make_plan_of(model, minibatch_size, device)
    slow = [
        o.op
        for o in plan.graph.operations
        if o.op is not None and o.in_python and costs_speed(o.op)
    ]
    for message in slow_step_messages(slow, Names(model)):
        warnings.warn(message, PythonStepWarning, stacklevel=user_level())
    return plan


def make_plan_of(
    model: Model,
    minibatch_size: int | None,
    device: str | None,
    probes: Iterable[Any] | None = None,
) -> Plan:
    """Plan a built model that was planned before, perhaps with fewer probes.

    Args:
        model: The built model.
        minibatch_size: Number of minibatch items, or None.
        device: TensorFlow device; None leaves the choice to TensorFlow.
        probes: As in ``make_plan``.
    """
    cost = MODELS[kind_of(device)]
    signature = partial(signature_of, taus=trainable_taus(model), device=cost.device)
    learned_from = partial(_learned_from, cost=cost, batch=minibatch_size or 1)
    return make_plan(
        model,
        signature,
        share_python,
        cost,
        over_time=partial(_gains_from_many_steps, cost=cost),
        learned_from=learned_from,
        probes=probes,
    )


def _gains_from_many_steps(operation: Operation, cost: CostModel) -> bool:
    """Whether an operation is a large matrix product with constant weights."""
    if not isinstance(operation.op, DotInc) or isinstance(operation.op, SparseDotInc):
        return False
    A = operation.op.A
    return A.ndim == 2 and cost.is_worth_a_stage(*A.shape)


def _learned_from(operation: Operation, cost: CostModel, batch: int) -> Ref | None:
    """Return the presynaptic factor of an outer-product rule with many weights, or None."""
    rule = operation.rule
    if not isinstance(rule, Rule) or rule.outer is None:
        return None
    n_weights = size_of(operation.output_shapes[0])
    return operation.inputs[0] if cost.is_worth_blocks(n_weights, batch) else None


def plan_for_training(model: Model, mode: ExecutionMode, probes: Iterable[NengoObject]) -> Plan:
    """Plan a built model for training, all steps at once where there is no loop.

    Args:
        model: The built model.
        mode: How spiking neurons are trained.
        probes: The probes that have to be computed.
    """
    cost = MODELS[kind_of(None)]  # Keras trains where TensorFlow chooses to
    signature = partial(signature_of, mode=mode, taus=trainable_taus(model), device=cost.device)
    return make_plan(model, signature, share_python, cost, over_time=_needs_no_loop, probes=probes)


def _needs_no_loop(operation: Operation) -> bool:
    """Whether an operation reads only values of its own step and minibatch item."""
    mixes_items = isinstance(operation.op, SimTensorNode) and not operation.op.function.itemwise
    return len(operation.inputs) == operation.n_reads and not mixes_items


def signature_of(
    op: Operator,
    mode: ExecutionMode = ExecutionMode.RUN,
    taus: Mapping[Operator, Signal] | None = None,
    device: Device = Device.CPU,
) -> Signature | None:
    """Return the signature of an operator's rule; None where it runs in Python.

    Args:
        op: The operator.
        mode: Whether it is planned for running, or for which kind of training.
        taus: For each synapse whose time constant can be trained, the signal that holds it.
        device: The kind of device it is planned for.

    Raises:
        UnsupportedOperatorError: It has neither a rule nor a Python step.
    """
    if taus and op in taus:
        return trainable_signature(op, taus[op])
    rule = find_rule(op, mode, device)
    if rule is None and type(op).make_step is Operator.make_step:
        raise UnsupportedOperatorError(type(op).__name__, known_rules())
    # A process without input is a random stream: Nengo's own generator gives the numbers that Nengo
    # gives.
    if rule is None or (isinstance(op, SimProcess) and op.input is None):
        return None
    # Training works without XLA too.
    if isinstance(op, SimTensorNode) and op.refusal and mode is ExecutionMode.RUN:
        return None
    return rule.signature(op)


def trainable_taus(model: Model) -> dict[Operator, Signal]:
    """Return a signal, ``tau`` per filtered element, for each synapse that may be trained.

    The signals are kept where Nengo keeps those of a connection, in ``model.sig``.
    """
    network = model.toplevel
    if network is None:
        return {}
    settings = NetworkSettings(network)
    filters = {op.output: op for op in model.operators if can_train(op)}
    taus = {}
    for conn in network.all_connections:
        op = (
            filters.get(model.sig[conn]["weighted"])
            if settings.get("train_synapses", conn)
            else None
        )
        if op is not None:
            # Made once and kept in the model, so that every plan and ``find_parameters`` see the
            # same signal.
            if "tau" not in model.sig[conn]:
                tau = np.full(op.input.shape, op.process.tau)
                model.sig[conn]["tau"] = Signal(tau, name=f"{conn}.tau", readonly=True)
            taus[op] = model.sig[conn]["tau"]
    return taus


def share_python(operations: Sequence[Operation]) -> list[frozenset[int]]:
    """Group the Python operations that may share mutable state."""
    indices, codes = [], []
    for i, operation in enumerate(operations):
        code = python_code(operation.op)
        if code is not None:
            indices.append(i)
            codes.append(code)
    return [frozenset(map(indices.__getitem__, group)) for group in share_groups(codes)]


def python_code(op: Operator) -> Callable[..., Any] | None:
    """Return the user's function in an operator; None where the code is Nengo's own."""
    if isinstance(op, SimPyFunc):
        return op.fn
    if isinstance(op, SimTensorNode):
        return op.function.func
    owner = subject(op)
    if owner is not None and type(owner).__module__.split(".")[0] == "nengo":
        return None
    if isinstance(op, SimNeurons):
        return op.neurons.step
    return op.process.make_step if isinstance(op, SimProcess) else op.make_step


def costs_speed(op: Operator) -> bool:
    """Whether an operator is slow for want of a rule; functions and input processes need none."""
    is_source = isinstance(op, SimProcess) and op.input is None
    return not isinstance(op, SimPyFunc) and not is_source


def slow_step_messages(ops: Sequence[Operator], names: Names) -> Iterator[str]:
    """Yield warnings: of objects without a rule, and of functions that XLA cannot compile.

    Args:
        ops: Their operators.
        names: Names for the messages.
    """
    functions = [op for op in ops if isinstance(op, SimTensorNode)]
    if functions:
        listed = ", and ".join(f"{op.tag} holds {op.refusal}" for op in functions)
        yield (
            f"{listed}, which XLA cannot compile, so it runs between compiled parts: that takes "
            "some 100 microseconds "
            "for each step."
        )
    others = [op for op in ops if not isinstance(op, SimTensorNode)]
    if others:
        types = listing(dict.fromkeys(_type_name(op) for op in others))
        steps = listing(dict.fromkeys(names.step(op) for op in others))
        have, run = (
            ("has", "runs through its Python step")
            if len(others) == 1
            else ("have", "run through Python")
        )
        yield (
            f"{types} {have} no TensorFlow rule, so {steps} {run}: some 10 to 100 microseconds "
            "for each step and "
            "minibatch item, and no gradients. To give it a rule, see the docstring of "
            "nengo_nb.ops."
        )


def listing(words: Iterable[str]) -> str:
    """Join words as a sentence lists them: ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _type_name(op: Operator) -> str:
    owner = subject(op)
    return type(op if owner is None else owner).__name__


def operation_names(model: Model) -> dict[Operator, str]:
    """Name each operator with Python code, for messages."""
    names = Names(model)
    by_signal: dict[object, str] = {}
    by_function: dict[int, str] = {}
    if model.toplevel is not None:
        for node in model.toplevel.all_nodes:
            if node in model.sig:
                by_signal[model.sig[node]["out"]] = by_signal[model.sig[node]["in"]] = (
                    names.described(node)
                )
                # By ``id``: a function need not be hashable, and both network and operator keep it
                # alive.
                by_function[id(node.output)] = by_signal[model.sig[node]["out"]]
        for conn in model.toplevel.all_connections:
            by_function.setdefault(id(conn.function), names.described(conn))
    # Nodes without input or output have None for a signal.
    by_signal.pop(None, None)
    return {op: _operation_name(op, by_signal, by_function, names) for op in model.operators}


def _operation_name(
    op: Operator, by_signal: dict[object, str], by_function: dict[int, str], names: Names
) -> str:
    if isinstance(op, SimPyFunc):
        for signal in (op.output, op.x):
            if signal is not None and signal in by_signal:
                return by_signal[signal]
        return by_function.get(id(op.fn)) or names.step(op)
    if isinstance(op, SimProcess) and op.output in by_signal:
        return by_signal[op.output]
    return op.tag if isinstance(op, SimTensorNode) else names.step(op)
