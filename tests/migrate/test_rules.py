"""Names that a migration replaces are gone, and those that it proposes are there."""

from __future__ import annotations

import re
from typing import Any

import keras
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.migrate import rules

# There, but without a function: each raises, or is no optimizer that trains a simulator.
SHELLS = {"optimizers.legacy"}

PROPOSED = re.compile(r"^(tf|keras|nengo_nb)((?:\.\w+)+)")


def find(root: Any, path: str) -> Any:
    """The value at the end of a path of names, or None."""
    for name in path.split("."):
        root = getattr(root, name, None)
    return root


@pytest.mark.parametrize("name", sorted(rules.TENSORFLOW))
def test_a_name_of_tensorflow_1_is_gone(name):
    assert find(tf, name) is None


@pytest.mark.parametrize("name", sorted(rules.KERAS))
def test_a_name_of_keras_2_is_gone(name):
    for root in (keras, tf.keras):
        assert find(root, name) is None or name in SHELLS


@pytest.mark.parametrize("name", sorted(rules.KERAS_ALONE))
def test_a_name_of_keras_2_is_in_tensorflow_alone(name):
    assert find(keras, name) is None
    assert find(tf.keras, name) is not None


def test_old_optimizers_are_shells():
    with pytest.raises(ImportError, match="keras.optimizers.legacy"):
        keras.optimizers.legacy.Adam()


@pytest.mark.parametrize(
    "replacement",
    sorted(
        {
            *rules.TENSORFLOW.values(),
            *rules.COMPAT_V1.values(),
            *rules.KERAS.values(),
            *rules.KERAS_ALONE.values(),
        }
    ),
)
def test_a_name_that_is_proposed_is_there(replacement):
    match = PROPOSED.match(replacement)
    roots = {"tf": tf, "keras": keras, "nengo_nb": nengo_nb}

    assert match is None or find(roots[match[1]], match[2][1:]) is not None


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (keras.optimizers.SGD, {"lr": 0.1}),
        (keras.layers.Dense, {"units": 1, "batch_input_shape": (1, 2)}),
        (keras.layers.Dense, {"units": 1, "weights": []}),
        (keras.layers.BatchNormalization, {"fused": True}),
        (keras.callbacks.ModelCheckpoint, {"filepath": "best"}),
        (keras.callbacks.ModelCheckpoint, {"filepath": "a.h5", "save_weights_only": True}),
    ],
    ids=["lr", "batch_input_shape", "weights", "fused", "no ending", "h5"],
)
def test_an_argument_that_is_replaced_is_refused_by_keras(make, arguments):
    with pytest.raises(ValueError, match=r"not recognized|Unrecognized|must end in"):
        make(**arguments)
