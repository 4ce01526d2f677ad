"""Models built by Nengo's builder and by ours, and what it means that they are the same."""

from __future__ import annotations

import re
from typing import Any

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Operator, Signal
from nengo.cache import NoDecoderCache

from nengo_nb.building import EquivalentBuilder

ROLES = ("sets", "incs", "reads", "updates")


def build(network: nengo.Network, builder: Any = None, cache: Any = None) -> Model:
    """Build a network by a builder, or by Nengo's own; unseeded ones get the same seed."""
    model = Model(dt=0.001, decoder_cache=cache or NoDecoderCache(), builder=builder)
    np.random.seed(1)
    model.build(network)
    return model


def assert_same_build(network: nengo.Network) -> None:
    """Both builders build the same, or refuse it by the same error."""
    error: Exception | None = None
    try:
        expected = build(network)
    except Exception as raised:
        error = raised
    if error is None:
        assert_same(expected, build(network, EquivalentBuilder()))
        return
    with pytest.raises(type(error), match=f"^{re.escape(str(error))}$"):
        build(network, EquivalentBuilder())


def assert_same(expected: Model, found: Model) -> None:
    """Everything that was built is the same, to the last bit and in the same order."""
    signals: dict[Signal, Signal] = {}
    assert len(found.operators) == len(expected.operators)
    for theirs, ours in zip(expected.operators, found.operators, strict=True):
        assert_same_operators(theirs, ours, signals)
    assert len(set(signals.values())) == len(signals)

    # Probes bring connections of their own, which each model has its own of.
    assert list(map(str, found.params)) == list(map(str, expected.params))
    for theirs, ours in zip(expected.params.values(), found.params.values(), strict=True):
        assert_same_values(theirs, ours)
    assert list(map(str, found.sig)) == list(map(str, expected.sig))
    for theirs, ours in zip(expected.sig.values(), found.sig.values(), strict=True):
        assert list(ours) == list(theirs)
        assert all(signals.get(theirs[name], ours[name]) is ours[name] for name in ours)
    assert found.probes == expected.probes
    assert list(found.seeds.values()) == list(expected.seeds.values())


def assert_same_operators(theirs: Operator, ours: Operator, signals: dict[Signal, Signal]) -> None:
    """Same type and attributes, of corresponding signals with the same values."""
    assert type(ours) is type(theirs)
    for role in ROLES:
        for their_signal, our_signal in zip(
            getattr(theirs, role), getattr(ours, role), strict=True
        ):
            assert_same_signals(their_signal, our_signal)
            assert signals.setdefault(their_signal, our_signal) is our_signal
    assert vars(ours).keys() == vars(theirs).keys()
    for name in vars(theirs).keys() - {"_" + role for role in ROLES}:
        assert_same_values(getattr(theirs, name), getattr(ours, name))


def assert_same_signals(theirs: Signal, ours: Signal) -> None:
    """Same name, values, layout and flags."""
    # Signals without a name are called by their address.
    assert ours._name == theirs._name
    assert (ours.readonly, ours.is_view, ours.offset) == (
        theirs.readonly,
        theirs.is_view,
        theirs.offset,
    )
    assert_same_values(theirs.initial_value, ours.initial_value)


def assert_same_values(theirs: Any, ours: Any) -> None:
    """Arrays with the same bits, shape, type and strides, in whatever holds them."""
    assert type(ours) is type(theirs)
    if isinstance(theirs, np.ndarray):
        np.testing.assert_array_equal(ours, theirs)
        assert (ours.dtype, ours.strides) == (theirs.dtype, theirs.strides)
        assert ours.flags.writeable == theirs.flags.writeable
    elif isinstance(theirs, tuple):
        for their_item, our_item in zip(theirs, ours, strict=True):
            assert_same_values(their_item, our_item)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for name in theirs.keys() - {"time"}:
            assert_same_values(theirs[name], ours[name])
    elif isinstance(theirs, np.random.RandomState):
        assert_same_values(theirs.get_state(), ours.get_state())
    elif nengo.utils.numpy.is_spmatrix(theirs):
        np.testing.assert_array_equal(ours.toarray(), theirs.toarray())
    else:
        assert ours == theirs
