"""Training is compiled where that gains time, and learns the same where it is not."""

import warnings

import hypothesis
import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from nengo.exceptions import SimulationError, ValidationError

import nengo_nb
from nengo_nb.errors import GradientWarning
from nengo_nb.simulator.train.calls_by_shape import ByShapes
from nengo_nb.simulator.train.datasets import count_minibatches
from tests.costs import change_costs

from .networks import open_simulator, regression
from .trainable_networks import TrainableRecipe, build_trainable, trainable_recipes

EXAMPLES = 40  # of two minibatches


def trained_weights(recipe: TrainableRecipe, jit_compile: bool) -> list[np.ndarray]:
    """The weights after two minibatches."""
    keras.utils.set_random_seed(0)  # of the layers in it
    rng = np.random.RandomState(recipe.seed)
    examples = 2 * recipe.minibatch_size
    x = rng.uniform(-1, 1, (examples, recipe.n_steps, recipe.source))
    y = rng.uniform(-1, 1, (examples, recipe.n_steps, 1))
    net = build_trainable(recipe)
    with nengo_nb.Simulator(
        net, minibatch_size=recipe.minibatch_size, progress_bar=False, seed=1
    ) as sim:
        sim.compile(keras.optimizers.SGD(1e-3), loss="mse", jit_compile=jit_compile)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GradientWarning)  # of parts that are too far behind
            try:
                sim.fit({"source": x}, {"answer": y}, shuffle=False, verbose=0)
            except (SimulationError, ValidationError):
                hypothesis.reject()  # nothing can learn within these steps
        return [variable.numpy() for variable in sim.keras_model.weights]


@given(recipe=trainable_recipes())
@settings(
    max_examples=5,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_random_networks_learn_the_same_compiled_or_not(recipe):
    compiled = trained_weights(recipe, jit_compile=True)
    plain = trained_weights(recipe, jit_compile=False)

    for one, other in zip(compiled, plain, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-6, atol=1e-9)


@pytest.fixture
def calls(monkeypatch):
    """For each minibatch that is trained on, whether its program is a compiled one."""
    compiled = []
    call = ByShapes.__call__

    def note(self, *arguments):
        compiled.append(self.is_compiled)
        return call(self, *arguments)

    monkeypatch.setattr(ByShapes, "__call__", note)
    return compiled


@pytest.fixture
def few(monkeypatch):
    """Costs by which five minibatches pay for compiling, or ten steps of a loop."""
    change_costs(monkeypatch, few_trained_minibatches=4, few_trained_steps=10)


def data(model, n_steps):
    """Two minibatches of examples with some steps."""
    x = np.resize(model.x, (EXAMPLES, n_steps, 2))
    return {model.source: x}, {model.probe: x[..., :1]}


@pytest.mark.parametrize(
    ("synapse", "n_steps", "epochs", "compiles"),
    [
        (None, 3, 2, False),  # four minibatches
        (None, 3, 3, True),
        (None, 1, 3, False),
        (0.005, 3, 1, False),  # six steps of a loop
        (0.005, 3, 2, True),
    ],
)
def test_a_long_training_is_compiled(synapse, n_steps, epochs, compiles, few, calls):
    model = regression(synapse=synapse)
    with open_simulator(model, minibatch_size=EXAMPLES // 2) as sim:
        sim.compile("sgd", loss="mse")
        sim.fit(*data(model, n_steps), epochs=epochs, verbose=0)

    assert calls == [compiles] * 2 * epochs


def test_many_short_trainings_are_compiled_in_the_end(few, calls):
    model = regression()
    with open_simulator(model, minibatch_size=EXAMPLES // 2) as sim:
        sim.compile("sgd", loss="mse")
        for _ in range(3):
            sim.fit(*data(model, 3), verbose=0)

    assert calls == [False, False, False, False, True, True]


def test_minibatches_of_which_nobody_knows_how_many_follow_are_compiled(few, calls):
    model = regression()
    x, y = data(model, 3)
    with open_simulator(model, minibatch_size=EXAMPLES // 2) as sim:
        sim.compile("sgd", loss="mse")
        inputs, targets = {"source": x[model.source]}, {"answer": y[model.probe]}
        dataset = tf.data.Dataset.from_tensor_slices((inputs, targets))
        sim.fit(dataset.batch(EXAMPLES // 2), verbose=0)
        sim.keras_model.train_on_batch(inputs, targets)

    assert calls == [True] * 3


def test_what_is_asked_for_is_done(calls):
    model = regression()
    for jit_compile in (True, False):
        with open_simulator(model, minibatch_size=EXAMPLES // 2) as sim:
            sim.compile("sgd", loss="mse", jit_compile=jit_compile)
            sim.fit(*data(model, 1), verbose=0)

    assert calls == [True, True, False, False]


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        ({}, 3),
        ({"epochs": 4}, 12),
        ({"epochs": 4, "initial_epoch": 3}, 3),
        ({"validation_split": 0.5}, 2),
        ({"validation_split": None}, 3),
        ({"steps_per_epoch": 7, "epochs": 2}, 14),
    ],
)
def test_minibatches_of_arrays_are_counted_as_keras_counts_them(arguments, number):
    prepared = {"x": {"source": np.zeros((25, 1, 1))}, "batch_size": 10}

    assert count_minibatches(prepared, arguments) == number


def test_a_stream_tells_no_number_unless_it_is_given():
    prepared = {"x": iter([])}

    assert count_minibatches(prepared, {"epochs": 2}) == np.inf
    assert count_minibatches(prepared, {"epochs": 2, "steps_per_epoch": 3}) == 6
