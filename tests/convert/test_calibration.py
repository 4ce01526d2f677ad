"""Calibration: firing rates come from the activities that data cause."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from keras import layers as L  # noqa: N812 - as in the tests of layers
from nengo.exceptions import NengoWarning, ValidationError

import nengo_nb
from nengo_nb import Converter
from tests.convert.models import fill, sequence

SPIKING = {"relu": nengo.SpikingRectifiedLinear()}


def quiet_and_loud() -> keras.Model:
    """A convolution with small activities and a layer with large ones, then a read-out."""
    model = sequence(
        (6, 6, 2),
        L.Conv2D(3, 3, activation="relu", name="quiet"),
        L.Flatten(),
        L.Dense(8, activation="relu", name="loud"),
        L.Dense(4),
    )
    quiet, _, loud, _ = model.layers
    quiet.set_weights([0.01 * weight for weight in quiet.get_weights()])
    loud.set_weights([1000 * weight for weight in loud.get_weights()])
    return model


@pytest.fixture(scope="module")
def examples() -> np.ndarray:
    return np.random.RandomState(0).uniform(size=(20, 6, 6, 2)).astype("float32")


def activities(model: keras.Model, name: str, x: np.ndarray) -> np.ndarray:
    return np.asarray(keras.Model(model.inputs[0], model.get_layer(name).output)(x))


@pytest.mark.parametrize("percentile", [90, 100])
def test_a_percentile_of_the_activities_fires_at_the_target(examples, percentile):
    """By Keras' own activities; 20 examples are no multiple of a minibatch."""
    model = quiet_and_loud()

    converter = Converter(model, swap_activations=SPIKING).calibrate(
        examples, target=150, percentile=percentile
    )

    scales = {layer.name: scale for layer, scale in converter.options.scale_firing_rates.items()}
    assert set(scales) == {"quiet", "loud"}
    for name, scale in scales.items():
        reached = np.percentile(scale * activities(model, name, examples), percentile)
        np.testing.assert_allclose(reached, 150, rtol=1e-4)
    assert converter.options.swap_activations == SPIKING


def test_each_channel_may_have_a_factor_and_outputs_stay(examples):
    model = quiet_and_loud()

    converter = Converter(model).calibrate(examples, percentile=100, per_channel=True)

    quiet = model.layers[0]
    largest = activities(model, "quiet", examples).max(axis=(0, 1, 2))
    expected = 200 / np.where(largest > 0, largest, largest.max())
    np.testing.assert_allclose(converter.options.scale_firing_rates[quiet], expected, rtol=1e-4)
    assert converter.verify(inputs=examples[:4], atol=1e-6)
    assert converter.layers[quiet].label == "quiet.scaled"


def test_with_fewer_spikes_outputs_are_closer_than_with_one_factor_for_all(examples):
    model = quiet_and_loud()
    wanted = np.asarray(model(examples[:4]))

    def error_and_rate(converter: Converter) -> tuple[float, float]:
        with converter.net:
            probes = [nengo.Probe(ens.neurons) for ens in converter.net.all_ensembles]
        x = np.tile(examples[:4].reshape(4, 1, -1), (1, 100, 1))
        with nengo_nb.Simulator(converter.net, seed=0, minibatch_size=4, progress_bar=False) as sim:
            data = sim.predict({converter.inputs[model]: x})
        rates = [data[p] / p.obj.ensemble.neuron_type.amplitude for p in probes]
        found = data[converter.outputs[model]][:, -20:].mean(axis=1)
        return float(np.abs(found - wanted).mean()), float(np.concatenate(rates, axis=2).mean())

    options = {"swap_activations": SPIKING, "synapse": 0.01}
    error, rate = error_and_rate(Converter(model, **options).calibrate(examples))
    one_error, one_rate = error_and_rate(Converter(model, **options, scale_firing_rates=10))

    assert 0 < rate < one_rate
    assert error < one_error


def test_a_silent_layer_is_named_and_left_alone(examples):
    model = quiet_and_loud()
    loud = model.get_layer("loud")
    loud.set_weights([np.zeros(weight.shape) for weight in loud.get_weights()])

    with pytest.warns(NengoWarning, match="No activity of loud was above zero"):
        converter = Converter(model).calibrate(examples)

    assert [layer.name for layer in converter.options.scale_firing_rates] == ["quiet"]


def test_of_several_calls_of_a_layer_the_most_active_one_counts(examples):
    shared, x = L.Dense(3, "relu", name="shared"), keras.Input((6, 6, 2))
    flat = L.Flatten()(x)
    model = fill(keras.Model(x, L.Add()([shared(flat), shared(0.01 * flat)])))

    converter = Converter(model, split_shared_weights=True).calibrate(examples, percentile=100)

    most = np.asarray(shared(examples.reshape(20, -1))).max()
    np.testing.assert_allclose(converter.options.scale_firing_rates[shared], 200 / most, rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": 0}, "positive rate in Hz, not 0"),
        ({"percentile": 0}, "up to 100, not 0"),
        ({"percentile": 101}, "up to 100, not 101"),
    ],
)
def test_an_argument_that_cannot_be_is_refused(examples, arguments, message):
    with pytest.raises(ValidationError, match=message):
        Converter(quiet_and_loud()).calibrate(examples, **arguments)


def test_calibration_needs_examples(examples):
    with pytest.raises(ValidationError, match="x: has no examples"):
        Converter(quiet_and_loud()).calibrate(examples[:0])


def test_factors_for_channels_fit_the_layer():
    model = quiet_and_loud()

    with pytest.raises(ValidationError, match="2 numbers for 'quiet', whose 3 channels"):
        Converter(model, scale_firing_rates={model.layers[0]: [1.0, 2.0]})
