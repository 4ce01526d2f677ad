"""Predictions, losses and metrics use the steps that a probe records: all, some, or the last."""

import keras
import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.errors import FeedError
from tests.costs import change_costs

from .networks import open_simulator, regression

STEPS = 7


def over_time(*, sample_every=None, keep_history=True):
    """A network whose output changes from step to step."""
    model = regression(nengo.LIF(), synapse=0.005, n_steps=STEPS)
    model.probe.sample_every = sample_every
    with model.net:
        nengo_nb.configure_settings(keep_history=keep_history)
    return model


@pytest.mark.parametrize(
    ("kept", "chosen"),
    [
        ({"keep_history": False}, [6]),
        ({"sample_every": 0.003}, [2, 5]),
        ({"sample_every": 0.0025}, [2, 4]),
        ({"sample_every": 0.003, "keep_history": False}, [5]),
    ],
)
def test_only_what_a_probe_records_is_predicted(kept, chosen, monkeypatch):
    change_costs(monkeypatch, many_minibatches=5)
    with open_simulator(over_time()) as sim:
        (whole,) = sim.predict(regression(n_steps=STEPS).x).values()
    model = over_time(**kept)
    with open_simulator(model) as sim:
        found = sim.predict(model.x)[model.probe]
        often = sim.predict(np.tile(model.x[:50], (7, 1, 1)))[model.probe]
        sim.run_steps(STEPS, data={model.source: model.x[:50]})

        np.testing.assert_allclose(found, whole[:, chosen], atol=1e-6)
        np.testing.assert_allclose(often[-50:], whole[:50, chosen], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(sim.data[model.probe], whole[:50, chosen], atol=1e-6)


def test_a_network_is_taught_by_its_last_step_alone():
    """Which is the same as a loss of one's own that looks at nothing else."""
    histories = []
    for keep_history, loss in (
        (False, "mse"),
        (True, lambda aims, found: (aims - found)[:, -1:] ** 2),
    ):
        model = over_time(keep_history=keep_history)
        with open_simulator(model) as sim:
            sim.compile(keras.optimizers.SGD(0.01), loss=loss)
            targets = model.y[:, -1:]
            history = sim.fit(model.x, targets, shuffle=False, epochs=2, verbose=0).history["loss"]
            histories.append([*history, sim.evaluate(model.x, targets, verbose=0)["loss"]])

    np.testing.assert_allclose(histories[0], histories[1], rtol=1e-4)
    assert histories[0][1] < histories[0][0]


def test_targets_have_as_many_steps_as_are_recorded():
    model = over_time(sample_every=0.003)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")

        sim.fit(model.x, model.y[:, [2, 5]], verbose=0)
        with pytest.raises(
            FeedError, match=r"\(examples, 2, 1\) is needed: as many steps as the probe records of"
        ):
            sim.fit(model.x, model.y, verbose=0)


def test_a_run_too_short_for_a_sample_teaches_nothing():
    model = over_time(sample_every=0.02)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")

        assert sim.predict(model.x)[model.probe].shape == (205, 0, 1)
        with pytest.raises(FeedError, match="answer records none of 7 steps"):
            sim.fit(model.x, model.y[:, :0], verbose=0)


def test_windows_of_time_need_targets_of_their_own():
    model = over_time(keep_history=False)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(ValidationError, match="truncation: answer does not record every step"):
            sim.fit(model.x, model.y[:, -1:], truncation=3, verbose=0)


def test_a_joint_loss_is_for_probes_that_record_the_same_steps():
    model = over_time()
    with model.net:
        other = nengo.Probe(model.output, sample_every=0.002)
    with (
        open_simulator(model) as sim,
        pytest.raises(ValidationError, match="differ in sample_every"),
    ):
        sim.compile("sgd", loss={(model.probe, other): lambda aims, found: found[0]})


def test_objectives_without_targets_see_what_is_recorded():
    model = over_time(keep_history=False)
    shapes = []
    with open_simulator(model) as sim:
        found = sim.loss(
            STEPS, {model.probe: lambda outputs: shapes.append(outputs.shape) or outputs[0, 0, 0]}
        )

    assert shapes == [(50, 1, 1)]
    assert np.isfinite(found)


def test_gradients_of_samples_are_compared_with_differences():
    model = over_time(sample_every=0.003)
    with open_simulator(model) as sim:
        found = sim.check_gradients(n_steps=STEPS)

    assert set(found) == {"answer"}
