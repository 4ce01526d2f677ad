"""Fine-tuning: a converted network learns on with spikes, and keeps what it learned."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from keras import layers as L  # noqa: N812 - as in the tests of layers
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb import Converter
from nengo_nb.errors import SettingError
from tests.convert.models import sequence
from tests.mnist import mnist_file

SPIKING = {"relu": nengo.SpikingRectifiedLinear()}
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
N_STEPS = 10


PATTERNS = np.repeat(np.eye(4), 3, axis=1)


def examples() -> tuple[np.ndarray, np.ndarray]:
    """Noisy copies of four patterns, of three pixels each, and their numbers."""
    rng = np.random.RandomState(0)
    labels = rng.randint(4, size=400)
    return (PATTERNS[labels] + 0.2 * rng.randn(400, 12)).astype("float32"), labels


def patterns() -> Converter:
    """A network that knows the patterns, with neurons too quiet to say so in a few steps."""
    model = sequence((12,), L.Dense(4, activation="relu"), L.Dense(4))
    hidden, read_out = model.layers
    hidden.set_weights([PATTERNS.T, np.full(4, 0.1)])
    read_out.set_weights([np.eye(4), np.zeros(4)])
    model.compile(loss=LOSS)
    converter = Converter(model, swap_activations=SPIKING, synapse=0.002, scale_firing_rates=30)
    converter.net.seed = 0
    return converter


def accuracy(converter: Converter, x: np.ndarray, y: np.ndarray, n_steps: int = N_STEPS) -> float:
    """Share of examples that a network is right about at the last step."""
    shown = np.broadcast_to(x.reshape(len(x), 1, -1), (len(x), n_steps, x[0].size))
    model = converter.model
    with nengo_nb.Simulator(converter.net, minibatch_size=100, progress_bar=False, seed=0) as sim:
        data = sim.predict({converter.inputs[model]: shown})
    return float(np.mean(data[converter.outputs[model]][:, -1].argmax(axis=-1) == y))


def test_a_network_learns_with_spikes_and_the_model_stays_as_it_was():
    converter, (x, y) = patterns(), examples()
    before, weights = accuracy(converter, x, y), converter.model.get_weights()
    settings = dict(converter.net.config[nengo.Connection].__dict__)

    history = converter.fine_tune(
        x,
        y,
        N_STEPS,
        metrics="accuracy",
        optimizer=keras.optimizers.Adam(0.03),
        epochs=15,
        verbose=0,
    ).history

    after = accuracy(converter, x, y)
    assert before < 0.9
    assert after > 0.98
    assert len(history["loss"]) == 15
    # The metrics are those of the spiking network, at the last step.
    assert history["accuracy"][-1] == pytest.approx(after, abs=0.05)
    assert history["accuracy"][0] < after - 0.01
    for weight, wanted in zip(converter.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, wanted)
    assert dict(converter.net.config[nengo.Connection].__dict__) == settings


def test_what_was_learned_runs_in_nengos_simulator():
    converter, (x, y) = patterns(), examples()
    node = converter.inputs[converter.model]
    probe = converter.outputs[converter.model]

    converter.fine_tune(x, y, N_STEPS, verbose=0)

    node.output = x[0]
    with nengo.Simulator(converter.net, progress_bar=False) as theirs:
        theirs.run_steps(N_STEPS)
    with nengo_nb.Simulator(converter.net, progress_bar=False) as ours:
        ours.run_steps(N_STEPS)
    # All steps are recorded: only while it learned the last one was enough.
    assert ours.data[probe].shape == (N_STEPS, 4)
    np.testing.assert_allclose(ours.data[probe], theirs.data[probe], atol=1e-4)


def digits(part: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of MNIST between 0 and 1, and their numbers."""
    with np.load(mnist_file(), allow_pickle=False) as mnist:
        images, labels = mnist[f"x_{part}"][:n], mnist[f"y_{part}"][:n]
    return images.reshape(-1, 28, 28, 1).astype("float32") / 255, labels.astype("int64")


@pytest.mark.long
def test_more_digits_are_read_in_the_same_time_after_learning_with_spikes():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            L.Conv2D(6, 5, strides=3, activation="relu"),
            L.Flatten(),
            L.Dense(32, activation="relu"),
            L.Dense(10),
        ]
    )
    model.compile(keras.optimizers.Adam(3e-3), LOSS)
    model.fit(*digits("train", 6000), batch_size=50, epochs=3, verbose=0)
    test_images, test_labels = digits("test", 1000)
    right = np.asarray(model(test_images)).argmax(axis=-1) == test_labels
    converter = Converter(model, swap_activations=SPIKING, synapse=0.005)
    converter = converter.calibrate(digits("train", 200)[0], target=150)
    converter.net.seed = 0
    before = accuracy(converter, test_images, test_labels)

    converter.fine_tune(
        *digits("train", 3000), N_STEPS, optimizer=keras.optimizers.Adam(1e-3), epochs=2, verbose=0
    )

    after = accuracy(converter, test_images, test_labels)
    assert right.mean() > 0.9
    assert before < right.mean() - 0.2
    assert after > before + 0.1


def two_inputs() -> keras.Model:
    x = [keras.Input((3,)), keras.Input((2,))]
    y = L.Dense(4, activation="relu")(L.Concatenate()(x))
    model = keras.Model(x, L.Dense(1)(y))
    model.compile("sgd", "mse")
    return model


def test_several_inputs_and_a_validation_are_taken_as_the_model_takes_them():
    rng = np.random.RandomState(0)
    x, y = [rng.uniform(size=(20, 3)), rng.uniform(size=(20, 2))], rng.uniform(size=20)
    converter = Converter(two_inputs(), swap_activations=SPIKING, scale_firing_rates=100)

    history = converter.fine_tune(
        x, y, 5, minibatch_size=10, validation_data=(x, y), verbose=0
    ).history

    assert np.isfinite(history["val_loss"]).all()


def classifier() -> keras.Model:
    return sequence((3,), L.Dense(4, activation="relu"), L.Dense(2))


X, Y = np.ones((4, 3), "float32"), np.zeros(4, "int64")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n_steps": 0}, "n_steps: must be at least 1, not 0"),
        ({"y": Y[:3]}, "y: has 3 labels for 4 examples"),
        ({"x": X[:0], "y": Y[:0]}, "x: has no examples"),
        ({"loss": None}, "loss: is needed, as the model was not compiled"),
    ],
    ids=["no steps", "few labels", "no examples", "no loss"],
)
def test_bad_arguments_are_refused_by_name(arguments, words):
    converter = Converter(classifier(), swap_activations=SPIKING)

    with pytest.raises(ValidationError, match=words):
        converter.fine_tune(**{"x": X, "y": Y, "n_steps": 3, "loss": LOSS, **arguments})


def test_an_unknown_surrogate_is_refused():
    converter = Converter(classifier(), swap_activations=SPIKING)

    with pytest.raises(SettingError, match="surrogate"):
        converter.fine_tune(X, Y, 3, loss=LOSS, surrogate="sigmoidal")


def test_rate_neurons_are_refused():
    with pytest.raises(ValidationError, match="fine_tune: needs neurons that spike"):
        Converter(classifier()).fine_tune(X, Y, 3, loss=LOSS)


def test_rates_are_calibrated_before_and_not_after():
    """They would be those of the model's weights, not of the network's."""
    converter = Converter(classifier(), swap_activations=SPIKING, scale_firing_rates=100)
    converter.fine_tune(X, Y, 3, loss=LOSS, minibatch_size=4, verbose=0)

    with pytest.raises(ValidationError, match="use them before fine_tune"):
        converter.calibrate(X)
    with pytest.raises(ValidationError, match="use them before fine_tune"):
        converter.tune(X, Y)
