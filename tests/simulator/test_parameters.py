"""Gains and time constants learn where that is asked for, and what was learned is shown and
taken elsewhere.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest

import nengo_nb

from .networks import open_simulator, reference, regression, simulate

STEPS = 10


def trained(synapse, **settings):
    """A network in float64 whose every parameter has changed, and its simulator."""
    model = regression(nengo.LIFRate(), synapse, dtype="float64", n_steps=STEPS, **settings)
    with model.net:
        model.second = nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate(), label="second")
        nengo.Connection(model.hidden.neurons[:10], model.second.neurons[::-1], transform=0.01)
        nengo.Connection(model.second, model.output)
    sim = open_simulator(model)
    sim.compile(keras.optimizers.Adam(1e-5), loss="mse")
    sim.fit(model.x, model.y, epochs=2, verbose=0)
    return model, sim


@pytest.mark.parametrize("synapse", [nengo.Lowpass(0.004), nengo.Alpha(0.004)], ids=str)
def test_gains_and_time_constants_learn_and_go_back_into_the_network(synapse):
    model, sim = trained(synapse, train_gains=True, train_synapses=True)
    changed = {
        p.name
        for p, array in sim.keras_model.values().items()
        if not np.allclose(array, p.initial, rtol=1e-9)
    }

    assert {"hidden/gain", "second/gain", "source->hidden/tau", "hidden->output/tau"} <= changed
    sim.run_steps(30)
    sim.freeze_params(model.net)
    for frozen in (reference(model.net, 30), simulate(model.net, 30)):
        np.testing.assert_allclose(frozen.data[model.probe], sim.data[model.probe][0], atol=1e-8)
    assert model.net.all_connections[0].synapse.tau != synapse.tau
    sim.close()


def test_they_stay_as_they_are_where_it_is_not_asked_for():
    _, sim = trained(nengo.Lowpass(0.004))

    assert not {p.attribute for p in sim.keras_model.values()} & {"gain", "tau"}
    sim.close()


def test_single_objects_can_be_chosen():
    model = regression(
        nengo.LIFRate(), nengo.Lowpass(0.004), train_gains=False, train_synapses=False
    )
    first, second = model.net.all_connections
    model.net.config[first].train_synapses = True
    with open_simulator(model) as sim:
        assert {p.name for p in sim.keras_model.values() if p.attribute == "tau"} == {
            "source->hidden/tau"
        }
    model.net.config[first].train_synapses = False
    model.net.config[second].train_synapses = True
    model.net.config[model.hidden].train_gains = True
    with open_simulator(model) as sim:
        names = {p.name for p in sim.keras_model.values() if p.attribute in ("tau", "gain")}
        assert names == {"hidden->output/tau", "hidden/gain"}


def test_a_time_constant_does_not_fall_below_a_tenth_of_a_step():
    model = regression(nengo.LIFRate(), nengo.Lowpass(0.002), n_steps=STEPS, train_synapses=True)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(1.0), loss="mse")
        sim.fit(model.x[:50], model.y[:50], verbose=0, epochs=3)
        taus = [float(v) for p, v in sim.keras_model.values().items() if p.attribute == "tau"]

    assert all(tau >= 1e-4 * (1 - 1e-6) for tau in taus)
    assert min(taus) == pytest.approx(1e-4) or max(taus) > 0.1


def test_what_was_learned_is_shown_in_the_data():
    model, sim = trained(nengo.Lowpass(0.004), train_gains=True)
    values = {p.name: array for p, array in sim.keras_model.values().items()}
    built, connection = sim.data[model.hidden], sim.data[model.net.all_connections[1]]

    np.testing.assert_array_equal(built.bias, values["hidden/bias"])
    np.testing.assert_array_equal(built.gain, values["hidden/gain"])
    np.testing.assert_array_equal(connection.weights, values["hidden->output/weights"])
    np.testing.assert_allclose(built.scaled_encoders, built.encoders * built.gain[:, None])
    rates, intercepts = model.hidden.neuron_type.max_rates_intercepts(built.gain, built.bias)
    np.testing.assert_allclose(built.max_rates, rates)
    np.testing.assert_allclose(built.intercepts, intercepts)
    sim.reset()
    assert np.abs(sim.data[model.hidden].bias - values["hidden/bias"]).max() > 0
    sim.close()


def test_the_weights_of_tensor_nodes_are_saved_with_the_others(model, tmp_path):
    def simulator():
        with nengo.Network(seed=0) as net:
            source = nengo.Node([0.0, 0.0])
            dense = nengo_nb.Layer(keras.layers.Dense(3))(source)
            net.probe = nengo.Probe(dense)
        return net.probe, nengo_nb.Simulator(net, progress_bar=False)

    probe, sim = simulator()
    other_probe, other = simulator()
    with sim, other:
        file = sim.save_params(tmp_path / "layer")
        wanted = sim.predict(model.x)[probe]
        assert not np.allclose(other.predict(model.x)[other_probe], wanted)
        other.load_params(file)

        np.testing.assert_array_equal(other.predict(model.x)[other_probe], wanted)


def test_a_part_that_is_in_two_networks_has_its_parameters_once():
    """As nengo.spa has its basal ganglia."""
    with nengo.Network() as net:
        nengo_nb.configure_settings(trainable=True, train_gains=True)
        part = nengo.Network()
        with part:
            shared = nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate(), label="shared")
        nengo.Connection(nengo.Node(1, label="source"), shared, synapse=None)
        nengo.Probe(shared.neurons)
    net.networks.append(part)

    with pytest.warns(UserWarning, match="already been built"):
        sim = nengo_nb.Simulator(net, progress_bar=False)

    with sim:
        names = sorted(p.name for p in sim.keras_model.values())

    assert names == ["shared/bias", "shared/encoders", "shared/gain"]
