"""Names of objects, signals and operators for messages, without memory addresses."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from nengo.builder import Model, Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.processes import SimProcess
from nengo.connection import LearningRule
from nengo.ensemble import Neurons
from nengo.synapses import Synapse

from nengo_nb.ops.rules import subject

from .params.parameters import object_names


class Names:
    """The names of a built model.

    Args:
        model: The model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def called(self, obj: Any) -> str:
        """Return kind and name of an object, labelled or not, such as ``ensemble 'a'``."""
        owner = obj.ensemble if isinstance(obj, Neurons) else obj
        if isinstance(obj, LearningRule):
            return f"{type(obj.learning_rule_type).__name__} of {self.called(obj.connection)}"
        name = self._names.get(owner)
        return str(owner) if name is None else f"{type(owner).__name__.lower()} {name!r}"

    def described(self, obj: Any) -> str:
        """Return an object as Nengo prints it; instead of a memory address, kind and name."""
        text = str(obj)
        return self.called(obj) if " at 0x" in text else text

    def owner(self, signal: Signal) -> str | None:
        """Return the object that a signal was built for, or else one it is computed with."""
        return self._owners.get(signal.base)

    def signal(self, signal: Signal) -> str:
        """Return the role of a signal and its object, such as ``'voltage' of ensemble 'a'``."""
        for obj, signals in self.model.sig.items():
            for key, own in signals.items() if obj is not None else ():
                if own is signal:
                    return f"{key!r} of {self.called(obj)}"
        owner = self.owner(signal)
        return repr(signal.name) if owner is None else f"a state of {owner}"

    def step(self, op: Operator) -> str:
        """Name the work of an operator, such as ``the process Walk of node 'x'``."""
        owner = subject(op)
        what = f"the {_kind(op)} {type(op if owner is None else owner).__name__}"
        # Its output names an operator best; any signal that belongs to an object will do otherwise.
        signals = (
            [op.output]
            if isinstance(op, SimProcess | SimNeurons)
            else op.updates + op.incs + op.sets
        )
        names = [self.owner(signal) for signal in (*signals, *op.all_signals) if signal is not None]
        owner_name = next((name for name in names if name is not None), None)
        return what if owner_name is None else f"{what} of {owner_name}"

    @cached_property
    def _names(self) -> dict[Any, str]:
        network = self.model.toplevel
        return {} if network is None else object_names(network)

    @cached_property
    def _owners(self) -> dict[Signal, str]:
        owners: dict[Signal, str] = {}
        for obj, signals in self.model.sig.items():
            for signal in signals.values() if obj is not None else ():
                if isinstance(signal, Signal):
                    owners.setdefault(signal.base, self.called(obj))
        # Signals between two operators are in no object's ``sig``; a neighbour in the operator
        # names them.
        for op in self.model.operators:
            names = [owners[signal.base] for signal in op.all_signals if signal.base in owners]
            for signal in op.all_signals if names else ():
                owners.setdefault(signal.base, names[0])
        return owners


def _kind(op: Operator) -> str:
    """Return Nengo's word for the kind of object that an operator computes."""
    if isinstance(op, SimNeurons):
        return "neuron type"
    if isinstance(op, SimProcess):
        return "synapse" if isinstance(op.process, Synapse) else "process"
    return "operator"
