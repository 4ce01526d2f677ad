"""``keras_model``'s methods for single minibatches, and weights of classes, beside Keras' own."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.errors import FeedError

from .networks import open_simulator, regression

N_CLASSES = 3
CLASS_WEIGHT = {0: 1.0, 1: 5.0}


def classes():
    """A network that is one Dense layer, that layer in Keras, and examples of three classes."""
    rng = np.random.RandomState(0)
    weights = rng.normal(size=(N_CLASSES, 4)).astype("float32")
    with nengo.Network(seed=0) as net:
        source = nengo.Node(np.zeros(4), label="source")
        output = nengo.Node(size_in=N_CLASSES, label="output")
        nengo.Connection(source, output, transform=weights, synapse=None)
        nengo.Probe(output, label="answer")
    keras_model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(N_CLASSES, use_bias=False)]
    )
    keras_model.layers[-1].set_weights([weights.T])
    x = rng.normal(size=(40, 4)).astype("float32")
    y = rng.randint(N_CLASSES, size=40)
    return net, keras_model, x, y


def loss():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.mark.parametrize(
    "weights", [{}, {"class_weight": CLASS_WEIGHT}, {"sample_weight": np.linspace(0, 2, 20)}]
)
def test_training_and_testing_on_minibatches_of_numpy_arrays_is_keras(weights):
    net, twin, x, y = classes()
    twin.compile(keras.optimizers.SGD(0.1), loss())
    with nengo_nb.Simulator(net, minibatch_size=20, progress_bar=False) as sim:
        sim.compile(keras.optimizers.SGD(0.1), loss())
        model = sim.keras_model
        for begin in (0, 20, 0):
            part = slice(begin, begin + 20)
            wanted = twin.train_on_batch(x[part], y[part], **weights)
            found = model.train_on_batch(
                {"source": x[part, None]}, {"answer": y[part, None, None]}, **weights
            )

            assert found == pytest.approx(wanted, rel=1e-4)
        tested = model.test_on_batch(
            {"source": x[:20, None]}, {"answer": y[:20, None, None]}, return_dict=True
        )
        assert tested["loss"] == pytest.approx(twin.test_on_batch(x[:20], y[:20]), rel=1e-4)

        (learned,) = model.trainable_weights
        np.testing.assert_allclose(learned.numpy(), twin.layers[-1].get_weights()[0].T, rtol=1e-4)
        sim.run_steps(1, data={net.nodes[0]: x[:20, None]})
        np.testing.assert_allclose(
            sim.data[net.probes[0]][:, 0], twin.predict(x[:20], verbose=0), rtol=1e-3
        )


def test_a_minibatch_may_be_written_as_for_fit():
    model = regression()
    losses = []
    for x, y in (
        ({model.source: model.x[:50]}, {model.probe: model.y[:50]}),
        (model.x[:50], model.y[:50]),
        (model.x[:50].tolist(), [model.y[:50]]),
        (tf.constant(model.x[:50]), {"answer": tf.constant(model.y[:50])}),
    ):
        with open_simulator(model) as sim:
            sim.compile(keras.optimizers.SGD(0.1), loss="mse")
            sim.keras_model.train_on_batch(x, y)
            losses.append(sim.keras_model.test_on_batch(x, y))

    np.testing.assert_allclose(losses, losses[0], rtol=1e-6)


def test_a_minibatch_that_does_not_fit_is_refused_by_name():
    model = regression()
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        for call in (sim.keras_model.train_on_batch, sim.keras_model.test_on_batch):
            with pytest.raises(FeedError, match=r"\(examples, n_steps, 2\) is needed"):
                call(model.x[:50, :, :1], model.y[:50])
            with pytest.raises(FeedError, match="the target of answer has shape"):
                call(model.x[:50], model.y[:49])


def examples(kind, x, y):
    """Arrays or a stream, one-hot or not."""
    inputs, numbers = {"source": x[:, None]}, y[:, None, None]
    batches = []
    for part in (slice(20), slice(20, 40)):
        given = {name: array[part] for name, array in inputs.items()}
        batches.append((given, {"answer": numbers[part]}))
    return {
        "arrays": lambda: {"x": inputs, "y": {"answer": numbers}},
        "dataset": lambda: {
            "x": tf.data.Dataset.from_tensor_slices((inputs, {"answer": numbers})).batch(20)
        },
        "generator": lambda: {"x": (batch for batch in batches), "steps_per_epoch": 2},
        "minibatches": lambda: {"x": Listed(batches)},
    }[kind]()


class Listed(keras.utils.PyDataset):
    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, i):
        return self.batches[i]


@pytest.mark.parametrize("kind", ["arrays", "dataset", "generator", "minibatches"])
def test_with_one_probe_classes_can_be_weighted_as_in_keras(kind):
    net, twin, x, y = classes()
    twin.compile(keras.optimizers.SGD(0.1), loss())
    wanted = twin.fit(x, y, batch_size=20, shuffle=False, class_weight=CLASS_WEIGHT, verbose=0)
    with nengo_nb.Simulator(net, minibatch_size=20, progress_bar=False) as sim:
        sim.compile(keras.optimizers.SGD(0.1), loss())
        found = sim.fit(shuffle=False, class_weight=CLASS_WEIGHT, verbose=0, **examples(kind, x, y))

        assert found.history["loss"] == pytest.approx(wanted.history["loss"], rel=1e-4)
        (learned,) = sim.keras_model.trainable_weights
        np.testing.assert_allclose(learned.numpy(), twin.layers[-1].get_weights()[0].T, rtol=1e-4)


def test_classes_that_are_ones_in_a_vector_are_weighted_at_each_step():
    targets = {"answer": np.eye(3, dtype="float32")[[[0, 1], [2, 1]]]}

    found = nengo_nb.simulator.train.class_weights.class_weights(targets, CLASS_WEIGHT)

    np.testing.assert_array_equal(found["answer"], [[1, 5], [1, 5]])


def test_weights_of_samples_are_cut_with_windows_of_time():
    """A weight of zero for all but the last window leaves the others without anything to learn."""
    model = regression(nengo.LIFRate(), nengo.Lowpass(0.003), n_steps=12, n_neurons=20)
    weight = np.zeros((50, 12), "float32")
    weight[:, 8:] = 1
    losses = {}
    for part in (slice(0, 8), slice(0, 12)):
        with open_simulator(model) as sim:
            sim.compile(keras.optimizers.SGD(0.0), loss="mse")
            x, y = model.x[:50, part], model.y[:50, part]
            history = sim.fit(
                x, y, sample_weight={"answer": weight[:, part]}, truncation=4, verbose=0
            ).history
            losses[part.stop] = history["loss"][0]

    assert losses[8] == 0
    assert losses[12] > 0


@pytest.mark.parametrize(
    ("probes", "weights", "message"),
    [
        (2, {}, "networks with one loss, but there are answer, other; use sample_weight"),
        (1, {"sample_weight": np.ones(50)}, "together with sample_weight"),
    ],
)
def test_where_classes_cannot_be_weighted_it_is_said(probes, weights, message):
    model = regression()
    with model.net:
        for _ in range(1, probes):
            nengo.Probe(model.output, label="other")
    x, y = model.x[:50], [model.y[:50]] * probes
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        for call in (sim.fit, sim.keras_model.train_on_batch):
            with pytest.raises(ValidationError, match=message):
                call(x, y, class_weight=CLASS_WEIGHT, **weights)
