"""Tuning: accuracy against time, rates and synaptic operations, and the point that is chosen."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from keras import layers as L  # noqa: N812 - as in the tests of layers
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb import Converter
from nengo_nb.convert.fan_out import fan_outs
from nengo_nb.convert.tuning import Curve, Setting, choose
from tests.convert.models import sequence

SPIKING = {"relu": nengo.SpikingRectifiedLinear()}
N_STEPS = 30
PATTERNS = np.repeat(np.eye(4), 3, axis=1)


def examples() -> tuple[np.ndarray, np.ndarray]:
    """Noisy copies of four patterns, of three pixels each, and their numbers."""
    rng = np.random.RandomState(0)
    labels = rng.randint(4, size=60)
    return (PATTERNS[labels] + 0.2 * rng.randn(60, 12)).astype("float32"), labels


def classifier() -> keras.Model:
    """Return a model with a hidden neuron for each pattern: it knows them all."""
    model = sequence((12,), L.Dense(4, activation="relu", name="hidden"), L.Dense(4))
    hidden, read_out = model.layers
    hidden.set_weights([PATTERNS.T, np.full(4, 0.1)])
    read_out.set_weights([np.eye(4), np.zeros(4)])
    return model


@pytest.fixture(scope="module")
def tuning():
    x, labels = examples()
    converter = Converter(classifier(), swap_activations=SPIKING)
    return converter.tune(x, labels, targets=(50, 800), synapses=(0.005,), n_steps=N_STEPS)


def test_curves_are_those_of_a_simulation_of_the_same_options(tuning):
    x, labels = examples()
    point = tuning.point(Setting(800.0, 0.005), 20)
    converter = Converter(classifier(), swap_activations=SPIKING, synapse=0.005).calibrate(
        x, target=800
    )
    hidden = converter.layers[converter.model.layers[1]]
    converter.net.seed = tuning.converter.net.seed
    with converter.net:
        spikes = nengo.Probe(hidden)
    with nengo_nb.Simulator(converter.net, minibatch_size=60, progress_bar=False) as sim:
        data = sim.predict({converter.inputs[converter.model]: np.tile(x[:, None], (1, 20, 1))})
    right = data[converter.outputs[converter.model]][:, -1].argmax(axis=-1) == labels
    height = hidden.ensemble.neuron_type.amplitude
    counts = data[spikes].sum(axis=(1, 2)) * sim.dt / height

    assert point.accuracy == np.mean(right)
    np.testing.assert_allclose(point.rate, counts.mean() / (4 * 20 * sim.dt), rtol=1e-4)
    # Each of the four neurons has four synapses in the read-out, of which three are zero.
    np.testing.assert_allclose(point.operations, counts.mean(), rtol=1e-4)


def test_the_chosen_point_is_the_cheapest_of_those_that_stay_accurate(tuning):
    assert tuning.model_accuracy == 1.0
    assert tuning.chosen.accuracy >= 0.99
    cheaper = tuning.point(tuning.chosen.setting, tuning.chosen.n_steps - 1)
    assert cheaper.accuracy < 0.99
    assert tuning.converter.options.synapse.tau == tuning.chosen.setting.synapse
    (scale,) = tuning.converter.options.scale_firing_rates.values()
    x, _ = examples()
    calibrated = Converter(classifier(), swap_activations=SPIKING).calibrate(
        x, target=tuning.chosen.setting.target
    )
    assert list(calibrated.options.scale_firing_rates.values()) == [scale]
    # Nothing that counted spikes is left in it.
    assert len(tuning.converter.net.all_probes) == 1
    assert "<- chosen" in repr(tuning)


def test_another_limit_chooses_another_point_of_the_same_curves(tuning):
    loose = tuning.choose(loss=0.7)

    assert loose.chosen.operations < tuning.chosen.operations
    assert tuning.choose(max_steps=3).chosen.n_steps <= 3
    assert loose.curves is tuning.curves
    (line,) = (line for line in loose.table().splitlines() if "<- chosen" in line)
    assert f"{loose.chosen.n_steps:>7}{loose.chosen.accuracy:>10.4f}" in line


def curve(*scores: float, target: float = 100.0) -> Curve:
    """A curve that costs one spike and ten operations for each step."""
    n = len(scores)
    return Curve(Setting(target, 0.01), np.array(scores), np.ones(n), np.full(n, 10.0))


def test_an_accuracy_that_falls_again_is_not_trusted():
    point = choose([curve(0.2, 0.95, 0.4, 0.93, 0.95)], 0.95, n_neurons=2, dt=0.001, loss=0.05)

    assert (point.n_steps, point.accuracy, point.operations) == (4, 0.93, 40.0)
    assert point.rate == 4 / (2 * 4 * 0.001)


def test_where_nothing_is_good_enough_the_most_accurate_point_is_chosen():
    curves = [curve(0.1, 0.5, 0.4), curve(0.3, 0.5, 0.5, target=200.0)]

    point = choose(curves, 1.0, n_neurons=1, dt=0.001)

    assert (point.accuracy, point.n_steps) == (0.5, 2)


def test_a_kernel_behind_a_pooling_multiplies_the_synapses_of_a_spike():
    model = sequence(
        (8, 8, 1),
        L.Conv2D(2, 3, activation="relu"),
        L.AveragePooling2D(2),
        L.Conv2D(5, 3, activation="relu"),
        L.Flatten(),
        L.Dense(3),
    )
    net = Converter(model, swap_activations=SPIKING).net
    first, second = net.all_ensembles

    behind = fan_outs(net)

    # The image of 6 x 6 becomes 3 x 3, of which the one window of the second kernel takes all:
    # each pooled value reaches five filters.
    assert behind[first] == 5.0
    assert behind[second] == 3.0


def test_a_score_of_ones_own_is_taken():
    x, labels = examples()
    converter = Converter(classifier(), swap_activations=SPIKING, synapse=0.002)

    tuning = converter.tune(
        x,
        np.eye(4)[labels],
        targets=(400,),
        n_steps=4,
        metric=lambda outputs, wanted: -float(np.abs(outputs.argmax(1) - wanted.argmax(1)).sum()),
    )

    assert tuning.model_accuracy == 0.0
    (own,) = tuning.curves
    assert own.setting.synapse == 0.002
    assert (own.accuracy <= 0).all()


def test_a_network_that_is_being_made_gets_nothing_of_what_is_tried():
    x, labels = examples()
    converter = Converter(classifier(), swap_activations=SPIKING)
    with nengo.Network() as outer:
        converter.tune(x, labels, targets=(400,), synapses=(0,), n_steps=2)
        calibrated = converter.calibrate(x)

    assert outer.networks == [calibrated.net]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"targets": ()}, "targets: must be positive numbers"),
        ({"targets": (0,)}, "target: must be a positive rate"),
        ({"synapses": (-0.1,)}, "synapses: must be positive numbers"),
        ({"n_steps": 0}, "n_steps: must be at least 1"),
        ({"y": [1, 2]}, "y: has 2 labels for 60 examples"),
        ({"x": np.ones((0, 12)), "y": []}, "x: has no examples"),
    ],
    ids=["no target", "target zero", "negative synapse", "no steps", "few labels", "no examples"],
)
def test_bad_arguments_are_refused_by_name(options, words):
    x, labels = examples()
    converter = Converter(classifier(), swap_activations=SPIKING)

    with pytest.raises(ValidationError, match=words):
        converter.tune(**{"x": x, "y": labels, **options})


def test_rate_neurons_and_several_outputs_are_refused():
    x, labels = examples()
    with pytest.raises(ValidationError, match="needs neurons that spike"):
        Converter(classifier()).tune(x, labels)
    start = keras.Input((12,))
    hidden = L.Dense(4, activation="relu")(start)
    two = keras.Model(start, [L.Dense(4, name="a")(hidden), L.Dense(4, name="b")(hidden)])
    with pytest.raises(ValidationError, match="one output, not with a, b"):
        Converter(two, swap_activations=SPIKING).tune(x, labels)
    alpha = Converter(classifier(), swap_activations=SPIKING, synapse=nengo.Alpha(0.01))
    with pytest.raises(ValidationError, match="synapses: must be given"):
        alpha.tune(x, labels)


def test_points_that_were_not_run_are_refused(tuning):
    with pytest.raises(ValueError, match="there are 1 to 30 steps, not 31"):
        tuning.point(Setting(800.0, 0.005), 31)
    with pytest.raises(KeyError, match="was not tried"):
        tuning.point(Setting(1.0, 0.005), 1)
    with pytest.raises(ValidationError, match="loss: must be a share"):
        tuning.choose(loss=-1)
