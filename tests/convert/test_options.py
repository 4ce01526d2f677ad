"""Options of a conversion: swaps, scales, synapses, fallbacks, and converters of one's own."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as L  # noqa: N812 - as in the tests of layers
from nengo.exceptions import NengoWarning, ValidationError

import nengo_nb
from nengo_nb import Converter
from nengo_nb.errors import ConversionError, ConversionWarning
from nengo_nb.objects.activations import GELU, ClippedReLU
from tests.convert.models import assert_converts, fill, sequence


def classifier() -> keras.Model:
    """Two layers of rectified units and a read-out."""
    return sequence(
        (5,), L.Dense(8, activation="relu"), L.Dense(8, tf.nn.relu), L.Dense(3, "softmax")
    )


def neuron_types(converter: Converter) -> list[nengo.neurons.NeuronType]:
    return [ens.neuron_type for ens in converter.net.all_ensembles]


@pytest.mark.parametrize(
    "key",
    [tf.nn.relu, "relu", keras.activations.relu, nengo.RectifiedLinear()],
    ids=["tensorflow", "name", "keras", "nengo"],  # those of ``repr`` differ between processes
)
def test_an_activation_is_swapped_whatever_it_is_called(key):
    spiking = nengo.SpikingRectifiedLinear()

    converter = Converter(classifier(), swap_activations={key: spiking})

    assert neuron_types(converter)[:2] == [spiking, spiking]


def test_a_swap_may_be_between_functions_and_to_none():
    converter = Converter(
        classifier(), swap_activations={"relu": keras.activations.gelu, "softmax": None}
    )

    names = [type(neurons).__name__ for neurons in neuron_types(converter)]
    assert names == ["GELU", "GELU"]
    assert isinstance(converter.outputs[converter.model].obj, nengo.Node)


def test_a_swap_that_finds_nothing_is_told():
    with pytest.warns(NengoWarning, match="Nothing in the model has .* swap_activations: tanh"):
        Converter(classifier(), swap_activations={tf.nn.tanh: nengo.LIF(), "relu": nengo.LIF()})


@pytest.mark.parametrize("scale", [50, {"first": 50}], ids=["all", "one layer"])
def test_rates_are_scaled_and_outputs_are_not(scale):
    model = sequence(
        (5,),
        L.Dense(4, activation="relu", name="first"),
        L.Dense(4, activation="relu6", name="second"),
        L.ReLU(max_value=0.2, threshold=0.1),
    )
    if isinstance(scale, dict):
        scale = {model.layers[0]: 50}

    converter = assert_converts(model, scale_firing_rates=scale)

    first, second, last = converter.net.all_ensembles
    assert first.gain[0] == 50
    assert first.neuron_type.amplitude == 1 / 50
    if not isinstance(scale, dict):
        assert last.neuron_type == ClippedReLU(10.0, 0, 5.0, amplitude=1 / 50)
        assert second.neuron_type.max_value == 300


def test_a_scale_of_a_layer_elsewhere_is_told():
    with pytest.warns(NengoWarning, match="does not call these layers of scale.*: elsewhere"):
        Converter(classifier(), scale_firing_rates={L.Dense(2, name="elsewhere"): 10})


def test_a_neuron_type_may_be_swapped_for_a_function():
    """Which no neuron type has, so that it falls back."""

    def cubed(x):
        return x**3

    with pytest.warns(ConversionWarning, match="no neurons have its activation, cubed"):
        converter = Converter(classifier(), swap_activations={nengo.RectifiedLinear(): cubed})

    functions = [
        node.tensor_func for node in converter.net.all_nodes if hasattr(node, "tensor_func")
    ]
    assert functions == [cubed, cubed]


def test_a_scale_without_firing_rates_is_told():
    with pytest.warns(NengoWarning, match=r"have no firing rate: dense\w* \(Sigmoid\)"):
        Converter(sequence((3,), L.Dense(2, "sigmoid")), scale_firing_rates=10)


def test_scaled_spikes_filtered_over_time_come_close_to_the_model():
    """As in NengoDL's tutorial: spiking neurons, higher rates, a synapse, many steps."""
    model = classifier()
    x = np.random.RandomState(0).uniform(size=(3, 1, 5))
    options = {"swap_activations": {tf.nn.relu: nengo.SpikingRectifiedLinear()}}
    converter = Converter(model, **options, scale_firing_rates=200, synapse=0.01)

    with nengo_nb.Simulator(converter.net, minibatch_size=3, seed=0, progress_bar=False) as sim:
        found = sim.predict({converter.inputs[model]: np.repeat(x, 200, axis=1)})

    probe = converter.outputs[model]
    np.testing.assert_allclose(found[probe][:, -20:].mean(axis=1), model(x[:, 0]), atol=0.03)


@pytest.mark.parametrize(
    "base", [GELU(), nengo.Tanh(tau_ref=1), ClippedReLU(0.4), nengo.RectifiedLinear()], ids=repr
)
def test_scaled_spikes_of_any_rate_have_its_mean(base):
    """Not that of another, larger current."""
    model = sequence((5,), L.Dense(6, "gelu", name="rate"))
    x = np.random.RandomState(0).uniform(-2, 2, size=(1, 1, 5))
    options = {"scale_firing_rates": 500}
    swaps = [{"gelu": base}, {"gelu": nengo.RegularSpiking(base)}]

    outputs = []
    for swap, scales in zip(swaps, ({}, options), strict=True):
        converter = Converter(model, swap_activations=swap, **scales)
        with nengo_nb.Simulator(converter.net, minibatch_size=1, progress_bar=False) as sim:
            data = sim.predict({converter.inputs[model]: np.repeat(x, 200, axis=1)})
        outputs.append(data[converter.outputs[model]][0].mean(axis=0))

    np.testing.assert_allclose(outputs[1], outputs[0], atol=1.01 / (500 * 0.2))


def test_a_synapse_filters_what_leaves_neurons():
    model = sequence((5,), L.Dense(4, activation="relu"), L.Dense(3), L.Dense(2, "relu"))

    converter = Converter(model, synapse=0.02)

    filtered = [c.pre_obj for c in converter.net.all_connections if c.synapse is not None]
    assert filtered == [converter.layers[model.layers[0]]]
    assert converter.outputs[model].synapse == nengo.Lowpass(0.02)


def test_regularizers_are_for_training():
    model = sequence((4,), L.Dense(3, kernel_regularizer="l2", name="dense"))

    with pytest.raises(ConversionError, match="kernel_regularizer=.*inference_only=True"):
        Converter(model, allow_fallback=False)

    assert_converts(model, inference_only=True)


def test_all_that_is_refused_is_listed_before_anything_is_made():
    x = keras.Input((4, 4, 1))
    y = L.MaxPooling2D(2, name="largest")(x)
    y = L.LayerNormalization(name="normal")(L.Dense(2, lambda x: x * x, name="square")(y))
    with nengo.Network() as net, pytest.raises(TypeError) as refused:
        Converter(keras.Model(x, y), allow_fallback=False)

    lines = str(refused.value).splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["largest", "square", "normal"]
    assert "max_to_avg_pool=True" in lines[2]
    assert "swap_activations" in lines[3]
    assert not net.all_objects
    assert not net.networks


def test_what_falls_back_is_listed_in_a_warning():
    model = sequence((4,), L.LayerNormalization(name="normal"), L.Dense(2))

    with pytest.warns(ConversionWarning, match=r"normal \(LayerNormalization\) +TensorNode") as w:
        converter = Converter(model)

    assert w[0].filename == __file__
    assert converter.verify()
    assert isinstance(converter.layers[model.layers[0]], nengo_nb.TensorNode)


class AddOne(keras.layers.Layer):
    """A layer of a user."""

    def call(self, inputs):
        return inputs + 1


def test_a_layer_of_ones_own_gets_a_converter(monkeypatch):
    monkeypatch.setattr("nengo_nb.convert.registry._CONVERTERS", {})
    model = sequence((3,), AddOne(), L.Dense(2))

    @Converter.register(AddOne)
    class ConvertAddOne(nengo_nb.converter.LayerConverter):
        def convert(self, node_id):
            output = self.add_nengo_obj(node_id, biases=np.ones(self.output_shape(node_id)))
            self.add_connection(node_id, output)
            return output

    converter = assert_converts(model)

    assert isinstance(converter.get_converter(model.layers[0]), ConvertAddOne)
    with pytest.raises(KeyError, match="is no layer of"):
        converter.get_converter(AddOne())


def test_a_subclass_is_not_taken_for_its_parent():
    """It may compute something else."""

    class Doubled(L.Dense):
        def call(self, inputs):
            return 2 * super().call(inputs)

    with pytest.warns(ConversionWarning, match="Doubled"):
        converter = Converter(sequence((3,), Doubled(2)))

    assert converter.verify()


def test_a_network_may_be_converted_within_another():
    model = sequence((4,), L.Dense(2))
    with nengo.Network() as net:
        converter = Converter(model)
        converter.inputs[model].output = lambda t: [t, 0, 1, 1]
        doubled = nengo.Node(size_in=2)
        nengo.Connection(converter.layers[model], doubled, synapse=None, transform=2)
        probe = nengo.Probe(doubled)

    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.step()

    assert net.networks == [converter.net]
    wanted = 2 * model(np.array([[0.001, 0, 1, 1]]))
    np.testing.assert_allclose(sim.data[probe], wanted, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale_firing_rates": 0}, "positive number.*not 0"),
        ({"scale_firing_rates": {"a": "b"}}, "not 'b'"),
        ({"synapse": -1}, "time constant in seconds.*not -1"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        Converter(classifier(), **options)


def test_a_network_is_trained_saved_and_frozen_for_nengo(tmp_path):
    model = fill(classifier())
    converter = Converter(model)
    x = np.random.RandomState(0).uniform(size=(4, 1, 5))
    feeds, probe = {converter.inputs[model]: x}, converter.outputs[model]

    with nengo_nb.Simulator(converter.net, minibatch_size=4, progress_bar=False) as sim:
        sim.compile(keras.optimizers.SGD(0.5), loss="mse")
        sim.fit(feeds, {probe: np.zeros((4, 1, 3))}, epochs=2, verbose=0)
        trained = sim.predict(feeds)[probe]
        sim.freeze_params(converter.net)

    converter.inputs[model].output = x[0, 0]
    with nengo.Simulator(converter.net, progress_bar=False) as core:
        core.step()
    np.testing.assert_allclose(core.data[probe][0], trained[0, 0], atol=1e-6)
    assert not np.allclose(trained[:, 0], model(x[:, 0]), atol=1e-4)
