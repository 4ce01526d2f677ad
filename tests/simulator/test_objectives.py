"""Objectives of a training: single and joint losses, and the names of NengoDL 2."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import NengoWarning, ValidationError

from nengo_nb.errors import FeedError

from .networks import open_simulator, regression


@pytest.fixture
def two():
    """A network with two probes, and data for both."""
    model = regression()
    with model.net:
        model.other = nengo.Probe(model.hidden.neurons, label="activity")
    model.data = {model.source: model.x, model.probe: model.y, model.other: np.zeros((205, 1, 30))}
    return model


def bias_after(model, train):
    with open_simulator(model) as sim:
        train(sim)
        return sim.data[model.hidden].bias


def test_losses_come_as_one_as_a_list_or_by_probe(two):
    y = [two.y, two.data[two.other]]
    found = []
    for loss in ("mse", ["mse", "mse"], {two.probe: "mse", "activity": "mse"}):
        with open_simulator(two) as sim:
            sim.compile("sgd", loss=loss, loss_weights={two.other: 0.5})
            found.append(sim.evaluate(two.x, y, verbose=0))

    assert found[0] == found[1] == found[2]
    assert found[0]["loss"] == pytest.approx(
        found[0]["answer_loss"] + 0.5 * found[0]["activity_loss"], rel=1e-5
    )


def test_a_probe_may_be_measured_without_a_loss(two):
    with open_simulator(two) as sim:
        sim.compile("sgd", loss={two.probe: "mse"}, metrics={two.other: ["mae"]})
        found = sim.evaluate(two.x, {two.probe: two.y, two.other: two.data[two.other]}, verbose=0)

        assert found["activity_mae"] == pytest.approx(
            np.abs(sim.predict(two.x)[two.other]).mean(), rel=1e-4
        )
        assert found["loss"] == pytest.approx(
            np.square(sim.predict(two.x)[two.probe] - two.y).mean(), rel=1e-4
        )


def test_a_joint_objective_is_given_lists_and_learns_as_the_sum_of_its_parts(two):
    def joint(outputs, targets):
        assert [o.shape[-1] for o in outputs] == [t.shape[-1] for t in targets] == [1, 30]
        return sum(tf.reduce_mean(tf.square(o - t)) for o, t in zip(outputs, targets, strict=True))

    objectives = {(two.probe, two.other): joint}, {two.probe: "mse", two.other: "mse"}
    together, apart = (
        bias_after(
            two,
            lambda sim, o=o: sim.train(
                two.data, keras.optimizers.SGD(0.01), objective=o, shuffle=False
            ),
        )
        for o in objectives
    )

    np.testing.assert_allclose(together, apart, rtol=1e-5)
    with open_simulator(two) as sim:
        assert sim.loss(two.data, objectives[0]) == pytest.approx(
            sim.loss(two.data, objectives[1]), rel=1e-5
        )


def test_data_may_be_the_derivative_itself(model):
    """The derivative of half a squared error is the error."""
    with open_simulator(model) as sim:
        error = (
            sim.predict(model.x)[model.probe] - model.y
        ) / 50  # by each example's share of a minibatch

    def half_square(outputs, targets):
        return tf.reduce_mean(tf.square(outputs - targets)) / 2

    one_batch = slice(0, 50)
    given = bias_after(
        model,
        lambda sim: sim.train(
            {model.source: model.x[one_batch], model.probe: error[one_batch]},
            keras.optimizers.SGD(0.1),
            objective={model.probe: None},
        ),
    )
    computed = bias_after(
        model,
        lambda sim: sim.train(
            {model.source: model.x[one_batch], model.probe: model.y[one_batch]},
            keras.optimizers.SGD(0.1),
            objective={model.probe: half_square},
        ),
    )

    np.testing.assert_allclose(given, computed, rtol=1e-5)


def test_an_objective_of_outputs_alone_needs_no_targets(model):
    def size(outputs):
        return tf.reduce_mean(tf.square(outputs))

    with open_simulator(model) as sim:
        sim.fit_before = sim.loss(1, objective={model.probe: size})
        sim.train(1, keras.optimizers.SGD(0.1), n_epochs=20, objective={model.probe: size})

        assert sim.loss(1, objective={model.probe: size}) < sim.fit_before
        with pytest.raises(ValidationError, match="together with an objective for each probe"):
            sim.train(1, "sgd")


def test_asking_for_a_loss_leaves_what_was_compiled(model):
    data = {model.source: model.x, model.probe: model.y}
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.01), loss="mae")
        sim.fit(model.x, model.y, verbose=0)
        mse, largest = sim.loss(data), sim.loss(data, combine=np.max)

        assert mse < largest
        assert sim.keras_model.optimizer.iterations == 5
        sim.fit(model.x, model.y, verbose=0)


def test_a_loss_in_training_is_that_of_rates():
    """The one that ``fit`` reports before it changes anything; also of fewer examples than a
    minibatch has.
    """
    spiking = regression(nengo.LIF(), nengo.Lowpass(0.005), n_steps=3)
    rates = regression(nengo.LIFRate(), nengo.Lowpass(0.005), n_steps=3)

    def data(model, examples=slice(None)):
        return {model.source: model.x[examples], model.probe: model.y[examples]}

    with open_simulator(spiking) as sim, open_simulator(rates) as other:
        found = sim.loss(data(spiking), training=True)

        assert found == pytest.approx(other.loss(data(rates)), rel=1e-5)
        assert found != pytest.approx(sim.loss(data(spiking)), rel=0.01)
        few = slice(0, 7)
        reported = sim.train(data(spiking, few), keras.optimizers.SGD(0.0)).history["loss"]
        assert sim.loss(data(spiking, few), training=True) == pytest.approx(reported[0], rel=1e-5)
        assert sim.loss(data(spiking, few), training=True) < sim.loss(
            data(spiking, few), progress_bar=False, training=True, combine=lambda a: 2 * max(a)
        )


def test_a_loss_in_training_follows_what_is_learned(model):
    data = {model.source: model.x, model.probe: model.y}
    with open_simulator(model) as sim:
        before = sim.loss(data, training=True)
        sim.train(data, keras.optimizers.Adam(0.02), n_epochs=3)

        assert sim.loss(data, training=True) < before / 2
        with pytest.warns(NengoWarning, match="extra_feeds has no effect"):
            sim.loss(data, extra_feeds={1: 2})


def test_losses_that_do_not_fit_the_probes_are_refused(two):
    with open_simulator(two) as sim:
        with pytest.raises(
            ValidationError, match="3 losses were given for 2 probes: answer, activity"
        ):
            sim.compile("sgd", loss=["mse"] * 3)
        with pytest.raises(ValidationError, match="no probe 'quest'"):
            sim.compile("sgd", loss={("answer", "quest"): "mse"})


def test_the_usual_objective_sees_to_the_shape_of_its_targets(model):
    with (
        open_simulator(model) as sim,
        pytest.raises(FeedError, match=r"\(examples, 1, 1\) is needed"),
    ):
        sim.train({model.source: model.x, model.probe: model.y[:, 0]}, "sgd")
