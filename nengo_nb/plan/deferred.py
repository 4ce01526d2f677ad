"""Deferred operations: computed at the start of the next step, from what they read in this one.

An update whose result is large and read only in the next step, such as the change of learned
weights, is then an operation among others, and only its small arguments are states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.builder.probe import SimProbe

from .signature import Signature

read_before: WeakKeyDictionary[Operator, dict[Signal, Signal]] = WeakKeyDictionary()
"""Signals for reads of the step before; the same in every plan, so that states move over."""


def signals_before(op: Operator, signature: Signature) -> dict[Signal, Signal]:
    """Return the signals that hold an operator's reads of the step before, by what it reads."""
    if op in read_before:
        return read_before[op]
    name = f"{op.tag or type(op).__name__}, one step before"
    read_before[op] = {
        s: Signal(np.zeros(s.shape), name=f"{name}: {s.name}") for s in signature.reads
    }
    return read_before[op]


def written_bases(model: Model) -> Iterator[Signal]:
    """Yield the base of each signal that an operator writes, once for each write."""
    for op in model.operators:
        for signal in op.sets + op.incs + op.updates:
            yield signal.base


def deferrable(
    model: Model, signatures: Mapping[Operator, Signature | None]
) -> dict[Signal, Operator]:
    """Return the operators that can be deferred, by the signal they write."""
    probed = {op.signal.base for op in model.operators if isinstance(op, SimProbe)}
    n_writers = Counter(written_bases(model))
    by_signal = {}
    for op, signature in signatures.items():
        if signature is None or not signature.postponed:
            continue
        ((signal, _),) = signature.writes
        grows = signal.size > sum(s.size for s in signature.reads)
        if grows and not signal.is_view and n_writers[signal] == 1 and signal not in probed:
            by_signal[signal] = op
    return by_signal
