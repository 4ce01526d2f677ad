"""Examples come as arrays, lists, datasets and generators; what does not fit is refused
before anything is learned.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.errors import FeedError

from .networks import open_simulator


def weights_after(model, **examples):
    """The bias after an epoch in the order of the examples."""
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        sim.fit(epochs=1, shuffle=False, verbose=0, **examples)
        return sim.data[model.hidden].bias


class Minibatches(keras.utils.PyDataset):
    """Minibatches of 50."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return {"source": self.x[50 * i : 50 * i + 50]}, {"answer": self.y[50 * i : 50 * i + 50]}


def test_however_examples_come_the_same_is_learned(model):
    x, y = model.x[:200], model.y[:200]
    wanted = weights_after(model, x={model.source: x}, y={model.probe: y})
    named = tf.data.Dataset.from_tensor_slices(({"source": x}, {"answer": y})).batch(50)
    counted = tf.data.Dataset.from_tensor_slices(
        ({"source": x, "n_steps": np.ones((200, 1), "int32")}, y)
    ).batch(50)
    batches = Minibatches(x, y)

    for given in (
        {"x": [x], "y": [y]},
        {"x": x.tolist(), "y": y},
        {"x": named},
        {"x": counted},
        {"x": batches},
        {"x": (batches[i] for i in range(4)), "steps_per_epoch": 4},
    ):
        np.testing.assert_allclose(weights_after(model, **given), wanted, rtol=1e-5)


def test_datasets_validate_evaluate_and_predict(model):
    data = tf.data.Dataset.from_tensor_slices(({"source": model.x}, {"answer": model.y})).batch(80)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        history = sim.fit(data, validation_data=data, epochs=2, verbose=0).history
        found = sim.evaluate(data, verbose=0)

        assert len(history["val_loss"]) == 2
        np.testing.assert_allclose(history["val_loss"][-1], found["loss"], rtol=1e-5)
        np.testing.assert_allclose(
            found["loss"], sim.evaluate(model.x, model.y, verbose=0)["loss"], rtol=1e-5
        )
        np.testing.assert_array_equal(
            sim.predict(data)[model.probe], sim.predict(model.x)[model.probe]
        )


def test_a_generator_is_learned_from_in_its_own_order_without_a_word(model):
    batches = ((model.x[i : i + 5], model.y[i : i + 5]) for i in range(0, 20, 5))
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")

        history = sim.fit(batches, steps_per_epoch=2, epochs=2, verbose=0).history

        assert len(history["loss"]) == 2


def test_nodes_that_a_dataset_does_not_feed_output_what_they_do_by_themselves():
    with nengo.Network(seed=0) as net:
        a = nengo.Node([0.0], label="a")
        b = nengo.Node(lambda t: 1000 * t, label="b")
        total = nengo.Node(size_in=1)
        nengo.Connection(a, total, synapse=None)
        nengo.Connection(b, total, synapse=None)
        probe = nengo.Probe(total, label="total")
    x = np.zeros((4, 3, 1), "float32")
    data = tf.data.Dataset.from_tensor_slices(({"a": x}, {"total": x})).batch(2)
    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim:
        sim.compile("sgd", loss="mse")

        np.testing.assert_allclose(
            sim.predict(data)[probe], np.tile([[[1], [2], [3]]], (4, 1, 1)), rtol=1e-6
        )
        assert sim.evaluate(data, verbose=0)["loss"] == pytest.approx(14 / 3)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros((100, 1, 1)), r"answer has shape \(100, 1, 1\), but there are 205 examples"),
        (np.zeros((205, 1)), r"answer has shape \(205, 1\), but \(examples, 1, 1\) is needed"),
        (np.zeros((205, 3, 1)), "as many steps as the probe records of the 1 that are run"),
        (np.zeros((205, 1, 4)), "and its size"),
    ],
)
def test_targets_that_would_be_compared_with_everything_are_refused(model, y, message):
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(FeedError, match=message):
            sim.fit(model.x, y, verbose=0)


def test_numbers_of_classes_have_no_size(model):
    with open_simulator(model) as sim:
        sim.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))

        sim.fit(model.x, np.zeros((205, 1, 1)), verbose=0)
        with pytest.raises(FeedError, match=r"takes numbers of classes, \(examples, 1, 1\)"):
            sim.fit(model.x, np.zeros((205, 2, 1)), verbose=0)


def test_a_loss_of_one_s_own_may_take_targets_of_any_shape(model):
    def last(y_true, y_pred):
        return tf.reduce_mean(tf.square(y_pred[:, -1] - y_true))

    with open_simulator(model) as sim:
        sim.compile("sgd", loss=last)
        sim.fit(np.repeat(model.x, 3, axis=1), model.y[:, 0], verbose=0)


@pytest.mark.parametrize(
    ("stream", "y", "message"),
    [
        (iter([]), None, "the generator or dataset is empty"),
        (iter([np.zeros((5, 1, 2))]), None, r"must give \(x, y\)"),
        (
            iter([(np.zeros((5, 1, 3)), np.zeros((5, 1, 1)))]),
            None,
            r"\(examples, n_steps, 2\) is needed",
        ),
        (
            iter([(np.zeros((5, 1, 2)), np.zeros((5, 1, 1)))]),
            np.zeros((5, 1, 1)),
            "y must be left out",
        ),
    ],
)
def test_streams_that_do_not_fit_are_refused(model, stream, y, message):
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(FeedError, match=message):
            sim.fit(stream, y, verbose=0)


def test_a_dataset_of_unknown_length_must_feed_all_nodes(model):
    with model.net:
        nengo.Connection(nengo.Node([0.5], label="drive"), model.output, synapse=None)
    shapes = (tf.TensorSpec((None, None, 2), "float32"), tf.TensorSpec((None, None, 1), "float32"))
    data = tf.data.Dataset.from_generator(
        lambda: iter([(model.x, model.y)]), output_signature=shapes
    )
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(FeedError, match="so it must feed drive too"):
            sim.fit(data, verbose=0)


def test_a_network_without_probes_has_nothing_to_learn_from():
    with nengo.Network() as net:
        nengo.Connection(nengo.Node([0.0]), nengo.Ensemble(5, 1))
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.raises(ValidationError, match="no probe"),
    ):
        sim.compile("sgd", loss="mse")


def spoilt(array, number=np.nan):
    array = array.copy()
    array[120] = number
    return array


@pytest.mark.parametrize("number", [np.nan, np.inf, 1e39])
@pytest.mark.parametrize("wrong", ["array for <Node 'source'>", "target of answer"])
def test_data_that_hold_nan_are_refused_by_name_before_anything_is_learned(model, wrong, number):
    x, y = (
        (spoilt(model.x.astype(float), number), model.y)
        if "array" in wrong
        else (model.x, spoilt(model.y))
    )
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        before = sim.keras_model.values()

        for call in (sim.fit, sim.evaluate):
            with pytest.raises(FeedError, match=f"{wrong} holds NaN or infinite values"):
                call(x, y, verbose=0)
        with pytest.raises(FeedError, match=f"{wrong} holds NaN or infinite values"):
            sim.fit(model.x, model.y, validation_data=(x, y), verbose=0)
        for parameter, array in sim.keras_model.values().items():
            np.testing.assert_array_equal(array, before[parameter])


@pytest.mark.parametrize("wrong", ["array for <Node 'source'>", "target of answer"])
@pytest.mark.parametrize("kind", ["dataset", "generator", "minibatches"])
def test_streams_that_hold_nan_are_refused_by_name_and_the_learning_rate_is_not_blamed(
    model, kind, wrong
):
    x, y = (spoilt(model.x), model.y) if "array" in wrong else (model.x, spoilt(model.y))
    stream = {
        "dataset": lambda: tf.data.Dataset.from_tensor_slices(({"source": x}, {"answer": y})).batch(
            50
        ),
        "generator": lambda: (Minibatches(x, y)[i] for i in range(4)),
        "minibatches": lambda: Minibatches(x, y),
    }[kind]()
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")

        with pytest.raises(FeedError, match=f"{wrong} holds NaN or infinite values") as refused:
            sim.fit(stream, verbose=0)

        assert "learning rate" not in str(refused.value)


def test_targets_that_a_loss_leaves_out_where_they_are_nan_may_be(model):
    with open_simulator(model) as sim:
        sim.compile("sgd", loss=nengo_nb.losses.nan_mse)

        losses = sim.fit(model.x, spoilt(model.y), verbose=0).history["loss"]

    assert np.isfinite(losses).all()


@pytest.mark.parametrize("kind", ["array", "by name"])
def test_weights_that_hold_nan_are_refused(model, kind):
    weights = spoilt(np.ones(len(model.x)))
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        given = weights if kind == "array" else {"answer": weights}

        with pytest.raises(FeedError, match="sample_weight holds NaN or infinite values"):
            sim.fit(model.x, model.y, sample_weight=given, verbose=0)
