"""Learned parameters are saved, forgotten, and loaded elsewhere."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError, ValidationError

from .networks import open_simulator, reference, regression, simulate


def test_parameters_have_names_a_person_can_read(model):
    with open_simulator(model) as sim:
        names = {parameter.name for parameter in sim.keras_model.values()}

        assert names == {"hidden/encoders", "hidden/bias", "hidden->output/weights"}
        assert {v.path for v in sim.keras_model.trainable_weights} == {
            "hidden/encoders", "hidden/bias", "hidden_to_output/weights",
        }  # fmt: skip


def test_saved_parameters_come_back_and_those_of_another_network_do_not(model, tmp_path):
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        sim.fit(model.x, model.y, epochs=2, verbose=0)
        file = sim.save_params(tmp_path / "weights")
        learned = sim.predict(model.x[:50])[model.probe]
    with open_simulator(model) as fresh:
        assert not np.allclose(fresh.predict(model.x[:50])[model.probe], learned)
        fresh.load_params(tmp_path / "weights")
        np.testing.assert_allclose(fresh.predict(model.x[:50])[model.probe], learned, atol=1e-6)

    other = regression(n_neurons=20)
    with open_simulator(other) as sim:
        before = sim.predict(other.x[:50])[other.probe]
        with pytest.raises(SimulationError, match=r"hidden/bias has shape \(30,\), not \(20,\)"):
            sim.load_params(file)
        np.testing.assert_array_equal(sim.predict(other.x[:50])[other.probe], before)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 truncated", b"\x80\x04K\x01.", b"text"])
def test_a_damaged_or_hostile_file_loads_nothing(model, tmp_path, content):
    file = tmp_path / "bad.npz"
    file.write_bytes(content)
    with (
        open_simulator(model) as sim,
        pytest.raises(SimulationError, match="no parameters that can be read"),
    ):
        sim.load_params(file)


def test_a_frozen_network_gives_the_same_curve_in_nengo():
    model = regression(nengo.LIFRate(), nengo.Lowpass(0.005), dtype="float64")
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.001), loss="mse")
        sim.fit(np.repeat(model.x, 5, axis=1), np.repeat(model.y, 5, axis=1), epochs=2, verbose=0)
        sim.run_steps(30)
        sim.freeze_params(model.net)

    np.testing.assert_allclose(
        reference(model.net, 30).data[model.probe], sim.data[model.probe][0], atol=1e-10
    )
    np.testing.assert_allclose(
        simulate(model.net, 30).data[model.probe], sim.data[model.probe][0], atol=1e-10
    )


def test_a_reset_forgets_what_was_learned_or_keeps_it(model):
    with open_simulator(model) as sim:
        built = sim.predict(model.x)[model.probe]
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        sim.fit(model.x, model.y, verbose=0)
        learned = sim.predict(model.x)[model.probe]

        sim.reset(include_trainable=False)
        np.testing.assert_array_equal(sim.predict(model.x)[model.probe], learned)
        sim.reset()
        np.testing.assert_array_equal(sim.predict(model.x)[model.probe], built)


def test_a_simulation_goes_on_from_a_state_in_a_file(tmp_path):
    model = regression(nengo.LIF(), nengo.Lowpass(0.01))
    x = np.repeat(model.x[:50], 40, axis=1)
    with open_simulator(model) as sim:
        sim.run_steps(20, data={model.source: x[:, :20]})
        sim.save_params(tmp_path / "there", include_state=True)
        sim.run_steps(20, data={model.source: x[:, 20:]})
    with open_simulator(model) as other:
        with pytest.raises(SimulationError, match="state/n_steps is not in this network"):
            other.load_params(tmp_path / "there")
        other.load_params(tmp_path / "there", include_state=True)
        assert other.n_steps == 20
        other.run_steps(20, data={model.source: x[:, 20:]})

    np.testing.assert_allclose(other.data[model.probe], sim.data[model.probe][:, 20:], atol=1e-6)


def test_names_are_those_of_the_data(model):
    with open_simulator(model) as sim:
        assert (sim.get_name(model.source), sim.get_name(model.probe)) == ("source", "answer")
        with pytest.raises(ValidationError, match="is not in this network"):
            sim.get_name(regression().source)
