"""Scripts for NengoDL: arguments, attributes and methods that are accepted, and how."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import NengoWarning, SimulationError, SimulatorClosed, ValidationError

import nengo_nb as nengo_dl

from .networks import open_simulator, regression


@pytest.fixture
def model():
    return regression()


def targets(model):
    return {model.probe: model.y}


# -- arguments


def test_the_number_of_steps_and_stateful_come_by_position_too(model):
    with open_simulator(model) as sim:
        sim.compile("sgd", "mse")
        by_name = sim.predict(model.x, n_steps=1, stateful=False)[model.probe]

        np.testing.assert_array_equal(sim.predict(model.x, 1, False)[model.probe], by_name)
        np.testing.assert_array_equal(
            sim.predict_on_batch(model.x[:50], 1, False)[model.probe], by_name[:50]
        )
        assert sim.evaluate(model.x, model.y, 1, False, verbose=0)["loss"] > 0
        assert sim.fit(model.x, model.y, 1, False, verbose=0).history["loss"]


def test_examples_that_do_not_fill_the_last_minibatch_are_used_all_the_same(model):
    """NengoDL leaves them out, with a warning; here there is nothing to warn of."""
    assert len(model.x) % 50 == 5
    with open_simulator(model) as sim, open_simulator(model, minibatch_size=None) as single:
        sim.compile("sgd", "mse")
        found = sim.predict(model.x)[model.probe]

        assert sim.evaluate(model.x, model.y, verbose=0)["loss"] == pytest.approx(
            np.square(found - model.y).mean(), rel=1e-4
        )
        np.testing.assert_allclose(found[-5:], single.predict(model.x[-5:])[model.probe], atol=1e-5)


def test_a_size_of_minibatches_that_is_not_the_simulators_is_told_of(model):
    with open_simulator(model) as sim:
        sim.compile("sgd", "mse")
        for call in (
            lambda **k: sim.fit(model.x, model.y, verbose=0, **k),
            lambda **k: sim.evaluate(model.x, model.y, verbose=0, **k),
            lambda **k: sim.predict(model.x, **k),
        ):
            call(batch_size=50)
            with pytest.warns(NengoWarning, match="batch_size=20 has no effect: .* 50 items") as w:
                call(batch_size=20)

            assert w[0].filename == __file__


def test_arguments_of_keras_2_have_no_effect(model):
    with open_simulator(model) as sim:
        sim.compile("sgd", "mse")
        with pytest.warns(NengoWarning, match="workers, use_multiprocessing belong to Keras 2"):
            sim.fit(model.x, model.y, verbose=0, workers=2, use_multiprocessing=True)


def test_predict_takes_some_minibatches_of_a_dataset(model):
    data = tf.data.Dataset.from_tensor_slices({"source": model.x}).batch(50)
    with open_simulator(model) as sim:
        some = sim.predict(data, steps=2, verbose=0)[model.probe]

        np.testing.assert_array_equal(some, sim.predict(model.x)[model.probe][:100])


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            {"callbacks": [tf.keras.callbacks.Callback()]},
            ValidationError,
            "callbacks: predict calls no callbacks",
        ),
        ({"verbos": 1}, TypeError, "unexpected keyword argument 'verbos'"),
    ],
    ids=["callbacks", "misspelt"],
)
def test_predict_refuses_what_it_would_ignore(model, arguments, error, sentence):
    with open_simulator(model) as sim, pytest.raises(error, match=sentence):
        sim.predict(model.x, **arguments)


# -- files of parameters


@pytest.mark.parametrize("name", ["include_non_trainable", "include_local"])
def test_include_state_has_its_old_names(model, name, tmp_path):
    with open_simulator(model) as sim:
        sim.run_steps(3)
        for wanted in (True, False):
            with pytest.warns(DeprecationWarning, match=f"{name} is deprecated: use include_state"):
                file = sim.save_params(tmp_path / "file", **{name: wanted})
            with np.load(file) as arrays:
                assert any(key.startswith("state/") for key in arrays) is wanted
        sim.save_params(tmp_path / "file", include_state=True)
        sim.reset()
        with pytest.warns(DeprecationWarning, match=name):
            sim.load_params(tmp_path / "file", **{name: True})

        assert sim.n_steps == 3


def test_parameters_are_in_their_file_whatever_was_asked(model, tmp_path):
    with open_simulator(model) as sim:
        with pytest.warns(DeprecationWarning, match="parameters are always included"):
            sim.save_params(tmp_path / "file", include_global=True)
        with pytest.raises(ValidationError, match="include_global: parameters cannot be left out"):
            sim.save_params(tmp_path / "file", include_global=False)
        with pytest.raises(ValidationError, match="include_stat: there is no argument"):
            sim.load_params(tmp_path / "file", include_stat=True)


def saved_without_names(model, path, order=None, **more):
    """Save parameters in the order of their numbers, as NengoDL does; return them by name."""
    with open_simulator(model) as sim:
        sim.compile("adam", "mse")
        sim.fit(model.x, model.y, verbose=0)
        with np.load(sim.save_params(path / "named")) as arrays:
            values = dict(arrays)
        answers = sim.predict(model.x)[model.probe]
    names = order or [*values]
    np.savez(path / "numbered.npz", *[values[name] for name in names], **more)
    return answers


@pytest.mark.parametrize("reverse", [False, True])
def test_a_file_of_nengodl_is_read_where_shapes_tell_whose_its_arrays_are(model, reverse, tmp_path):
    order = ["hidden/bias", "hidden/encoders", "hidden->output/weights"]
    answers = saved_without_names(model, tmp_path, order[::-1] if reverse else order)

    with open_simulator(model) as sim:
        with pytest.warns(NengoWarning, match=r"arr_\d is hidden/encoders") as told:
            sim.load_params(tmp_path / "numbered")
        np.testing.assert_allclose(sim.predict(model.x)[model.probe], answers, atol=1e-6)

    (warning,) = [w for w in told if issubclass(w.category, NengoWarning)]
    assert warning.filename == __file__


def test_a_file_of_nengodl_whose_arrays_may_be_anyones_is_refused(tmp_path):
    """It may well have joined the two biases in one array; if not, this is what is told."""
    model = regression()
    with model.net:
        twin = nengo.Ensemble(30, 2, neuron_type=nengo.RectifiedLinear(), label="twin")
        nengo.Connection(model.hidden, twin, synapse=None)
        nengo.Probe(twin, label="other")
    model.y = {model.probe: model.y, "other": np.zeros((205, 1, 2))}
    saved_without_names(model, tmp_path)

    with open_simulator(model) as sim:
        before = sim.predict(model.x)[model.probe]
        with pytest.raises(
            SimulationError,
            match=r"2 parameters of shape \(30, 2\): hidden/encoders, twin/encoders. Nothing tells "
            r"which array is whose. In the environment .*get_nengo_params.*freeze_params",
        ):
            sim.load_params(tmp_path / "numbered")
        np.testing.assert_array_equal(sim.predict(model.x)[model.probe], before)


def test_a_file_of_nengodl_with_other_arrays_is_refused(model, tmp_path):
    saved_without_names(model, tmp_path, ["hidden/bias", "hidden/encoders"])
    with (
        open_simulator(model) as sim,
        pytest.raises(
            SimulationError,
            match=r"\(30,\), \(30, 2\), are not those .* \(1, 30\), \(30,\), \(30, 2\): .* joined",
        ),
    ):
        sim.load_params(tmp_path / "numbered")
    saved_without_names(model, tmp_path, other=np.zeros(2))
    with (
        open_simulator(model) as sim,
        pytest.raises(SimulationError, match="hidden/bias is missing"),
    ):
        sim.load_params(tmp_path / "numbered")


def test_numbers_that_are_none_are_refused_in_a_file_of_nengodl(model, tmp_path):
    shapes = [(30,), (1, 30), (30, 2)]
    np.savez(tmp_path / "bad", *[np.full(shape, np.nan) for shape in shapes])
    with (
        open_simulator(model) as sim,
        pytest.warns(NengoWarning, match="no names"),
        pytest.raises(SimulationError, match="no finite numbers"),
    ):
        sim.load_params(tmp_path / "bad")


# -- attributes


def test_present_values_of_parameters_come_as_a_list(model):
    weights = model.net.connections[1]
    with open_simulator(model) as sim:
        sim.compile("sgd", "mse")
        sim.fit(model.x, model.y, verbose=0)
        bias, same, decoders = sim.data.get_params(
            (model.hidden, "bias"), (model.hidden.neurons, "bias"), (weights, "weights")
        )

        np.testing.assert_array_equal(bias, sim.data[model.hidden].bias)
        np.testing.assert_array_equal(same, bias)
        np.testing.assert_array_equal(decoders, sim.data[weights].weights)
        with pytest.raises(ValidationError, match="no built attribute 'biass'; it has .*bias"):
            sim.data.get_params((model.hidden, "biass"))
        with pytest.raises(ValidationError, match="is not in this network"):
            sim.data.get_params((regression().hidden, "bias"))


def test_attributes_of_nengodl_are_there_or_say_what_has_their_place(model):
    with open_simulator(model) as sim:
        assert sim.unroll == 1
        assert sim.stateful is True
        with pytest.raises(AttributeError, match=r"tensor_graph is NengoDL's .* sim.plan"):
            sim.tensor_graph  # noqa: B018
        with pytest.raises(AttributeError, match="'Simulator' object has no attribute 'runn'"):
            sim.runn  # noqa: B018
        assert not hasattr(sim, "sess")


def test_an_error_within_a_property_is_told_as_it_is():
    class Broken(nengo_dl.Simulator):
        @property
        def speed(self):
            return self.plan.sped

    with (
        Broken(nengo.Network(), progress_bar=False) as sim,
        pytest.raises(AttributeError, match="'Plan' object has no attribute 'sped'"),
    ):
        sim.speed  # noqa: B018


def test_arguments_of_an_old_training_have_no_effect(model):
    data = {model.source: model.x, model.probe: model.y}
    with open_simulator(model) as sim:
        sim.train(data, "sgd", summaries=None, profile=False, extra_feeds=None)
        with pytest.warns(NengoWarning, match="summaries has no effect: .*NengoSummaries"):
            sim.train(data, "sgd", summaries=["loss"])


# -- closed simulators

RUNNING = {
    "run": (0.1,),
    "run_steps": (3,),
    "step": (),
    "reset": (),
    "predict": (None, 1),
    "predict_on_batch": (None, 1),
    "compile": ("sgd", "mse"),
    "fit": (None, None),
    "evaluate": (None, None),
    "load_params": ("weights",),
    "check_gradients": (),
    "profile": (),
    "__enter__": (),
}


@pytest.fixture(scope="module")
def closed():
    model = regression()
    with open_simulator(model) as sim:
        sim.compile("sgd", "mse")
    model.sim = sim
    return model


@pytest.mark.parametrize("method", RUNNING)
def test_a_closed_simulator_refuses_to_run_learn_or_change(closed, method):
    with pytest.raises(SimulatorClosed, match="closed"):
        getattr(closed.sim, method)(*RUNNING[method])


@pytest.mark.parametrize("time", [0.0, -1.0])
def test_a_closed_simulator_says_so_before_it_looks_at_arguments(closed, time):
    with pytest.raises(SimulatorClosed):
        closed.sim.run(time)


def test_a_closed_simulator_refuses_the_methods_of_nengodl_2(closed):
    data = {closed.source: closed.x, closed.probe: closed.y}
    for call in (lambda: closed.sim.train(data, "sgd"), lambda: closed.sim.loss(data)):
        with pytest.raises(SimulatorClosed):
            call()
    with pytest.warns(DeprecationWarning, match="soft_reset"), pytest.raises(SimulatorClosed):
        closed.sim.soft_reset()


def test_what_a_closed_simulator_has_learned_can_be_kept_still(closed, tmp_path):
    closed.sim.freeze_params(closed.net)
    file = closed.sim.save_params(tmp_path / "weights")

    with np.load(file) as arrays:
        np.testing.assert_allclose(
            arrays["hidden/bias"], closed.sim.data.get_params((closed.hidden, "bias"))[0], rtol=1e-6
        )
    assert closed.sim.get_nengo_params(closed.hidden)["bias"].shape == (30,)
