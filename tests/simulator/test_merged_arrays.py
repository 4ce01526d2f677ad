"""Many small arrays are trained merged, and nobody who looks at them sees a difference."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_nb
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.simulator.train.merged_arrays import MergedArrays
from tests.simulator.test_split_step import FUSED, SPLIT, WATCHES, parallel


@pytest.fixture(autouse=True)
def many_arrays(monkeypatch):
    """Any network is trained as one of many arrays."""
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)


@pytest.fixture
def applied(monkeypatch):
    """A list that grows by each step of merged arrays."""
    steps = []
    apply = MergedArrays.apply

    def count(self, gradients, of_own):
        steps.append(len(gradients))
        apply(self, gradients, of_own)

    monkeypatch.setattr(MergedArrays, "apply", count)
    return steps


class Training:
    """A simulator with examples, and what it learns."""

    def __init__(self, optimizer=FUSED["Adam"], jit_compile=False):
        net, self.source, self.probe = parallel(3)
        with net:
            # A scalar weight, which is merged with nothing, as all dimensions have it.
            (array,) = net.networks
            nengo.Connection(self.source, array.input, transform=0.5, synapse=None)
        self.sim = nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False, seed=0)
        self.sim.compile(optimizer(), loss="mse", jit_compile=jit_compile)
        rng = np.random.RandomState(0)
        self.x, self.y = rng.randn(8, 6, 3), rng.randn(8, 6, 2)

    def fit(self, examples=slice(None), **options):
        x, y = {self.source: self.x[examples]}, {self.probe: self.y[examples]}
        return self.sim.fit(x, y, shuffle=False, verbose=0, **options).history

    @property
    def variables(self):
        model = self.sim.keras_model
        return [variable.numpy() for variable in (*model.weights, *model.optimizer.variables)]


@pytest.fixture
def training():
    """A function that makes trainings, whose simulators are closed in the end."""
    made = []

    def make(*arguments):
        made.append(Training(*arguments))
        return made[-1]

    yield make
    for each in made:
        each.sim.close()


def assert_alike(one, two, **tolerances):
    for one_array, other_array in zip(one, two, strict=True):
        np.testing.assert_allclose(one_array, other_array, **tolerances)


@pytest.mark.parametrize("jit_compile", [False, True], ids=["plain", "XLA"])
@pytest.mark.parametrize("optimizer", FUSED.values(), ids=FUSED)
def test_they_learn_what_variables_do(optimizer, jit_compile, applied, training):
    merged, single = [training(optimizer, jit_compile) for _ in range(2)]

    history = merged.fit(epochs=2, truncation=3)
    n_applied = len(applied)
    expected = single.fit(epochs=2, truncation=3, callbacks=[WATCHES])

    assert n_applied == len(applied) == 8  # two epochs, minibatches and windows; none when watched
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-6)
    assert_alike(merged.variables, single.variables, rtol=1e-5, atol=1e-7)


def test_two_trainings_in_a_row_are_as_one(training):
    whole, parts = training(), training()

    whole.fit(epochs=2)
    for _ in range(2):
        parts.fit(epochs=1)

    assert_alike(whole.variables, parts.variables, rtol=0)


def test_a_callback_sees_what_an_epoch_has_learned(applied, training):
    seen, watched, short = [], training(), training()
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(watched.variables)
    )

    watched.fit(epochs=2, callbacks=[look])
    short.fit(epochs=1)

    assert len(applied) == 6
    assert_alike(seen[0], short.variables, rtol=0)
    assert_alike(seen[1], watched.variables, rtol=0)


def test_what_a_callback_writes_is_learned_from(training):
    kept = []

    def restore(trained):
        def go_back(epoch, logs):
            kept.append(trained.sim.keras_model.get_weights())
            trained.sim.keras_model.set_weights(kept[0])

        return keras.callbacks.LambdaCallback(on_epoch_end=go_back)

    merged, single = training(), training()
    merged.fit(epochs=2, callbacks=[restore(merged)])
    kept.clear()
    single.fit(epochs=2, callbacks=[restore(single), WATCHES])

    assert_alike(merged.variables, single.variables, rtol=1e-5, atol=1e-7)


def test_a_validation_measures_what_was_learned(training):
    merged, single = training(), training()
    validation = {"validation_data": (merged.x, merged.y), "epochs": 2}

    history = merged.fit(**validation)
    expected = single.fit(**validation, callbacks=[WATCHES])

    np.testing.assert_allclose(history["val_loss"], expected["val_loss"], rtol=1e-6)


def test_an_error_keeps_the_minibatches_before_it(training):
    failing, short = training(), training()
    failing.y[5:] = 1e30

    with pytest.raises(SimulationError, match="epoch 1, minibatch 2"):
        failing.fit()
    short.fit(slice(4))

    assert_alike(failing.variables, short.variables, rtol=0)


def test_minibatches_that_are_given_one_by_one_train_the_variables(applied, training):
    given = training()
    before = given.sim.keras_model.get_weights()

    given.sim.keras_model.train_on_batch({given.source: given.x[:4]}, {given.probe: given.y[:4]})

    assert applied == []
    after = given.sim.keras_model.get_weights()
    assert any((new != old).any() for new, old in zip(after, before, strict=True))
