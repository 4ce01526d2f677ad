"""Training in two programs, as networks of many variables are, learns what one program does."""

import collections
from dataclasses import replace

import keras
import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.simulator.train import build_ahead, split_step

SPLIT = replace(MODELS[Device.CPU], many_trained=1)
"""A cost model by which any network is trained in two programs."""


def parallel(n_ensembles):
    """Ensembles beside each other, of which the last does not learn, and a layer of Keras'."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(trainable=None)
        net.config[nengo.Ensemble].neuron_type = nengo.Tanh()
        array = nengo.networks.EnsembleArray(6, n_ensembles)
        net.config[array.ensembles[-1]].trainable = False
        source = nengo.Node(np.zeros(n_ensembles))
        nengo.Connection(source, array.input, synapse=0.005)
        dense = keras.layers.Dense(2, kernel_initializer="ones", name="dense")
        probe = nengo.Probe(nengo_nb.Layer(dense)(array.output))
    return net, source, probe


def fit(optimizer, network=None, scale=1.0, jit_compile=True, **options):
    """Train on some minibatches, and return losses and weights by name."""
    net, source, probe = network or parallel(3)
    rng = np.random.RandomState(0)
    x, y = rng.randn(8, 6, source.size_out), scale * rng.randn(8, 6, 2)
    with nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False, seed=0) as sim:
        sim.compile(optimizer(), loss="mse", metrics=["mae"], jit_compile=jit_compile)
        try:
            history = sim.fit({source: x}, {probe: y}, shuffle=False, verbose=0, **options).history
        except nengo.exceptions.SimulationError as error:
            history = {"error": [str(error)]}
        model = sim.keras_model
        weights = {variable.path: variable.numpy() for variable in model.weights}
        return history, weights, len(model.optimizer.variables)


OPTIMIZERS = {
    "momentum over two minibatches": lambda: keras.optimizers.SGD(
        1e-5, momentum=0.9, gradient_accumulation_steps=2, global_clipnorm=1e3
    ),
    "averages, with norms clipped": lambda: keras.optimizers.Adam(
        0.01, clipnorm=0.1, use_ema=True, ema_overwrite_frequency=2
    ),
    "scaled loss": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
}


FUSED = {
    "SGD": lambda: keras.optimizers.SGD(1e-7),
    "momentum": lambda: keras.optimizers.SGD(1e-7, momentum=0.9),
    "Nesterov momentum": lambda: keras.optimizers.SGD(1e-7, momentum=0.9, nesterov=True),
    "RMSprop": lambda: keras.optimizers.RMSprop(0.01, rho=0.8, epsilon=1e-5),
    "Adam": lambda: keras.optimizers.Adam(
        keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5), beta_1=0.8, beta_2=0.9
    ),
}
"""Optimizers whose steps TensorFlow has an operation for."""

WATCHES = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
"""A callback that may look at the variables after each minibatch, so that these are trained."""


def decayed():
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def check_two_programs(optimizer, monkeypatch, jit_compile):
    # Windows of three steps take the state from one program to the next.
    history, one, n_variables = fit(optimizer, epochs=2, truncation=3, jit_compile=jit_compile)
    assert "error" not in history
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)

    split_history, two, n_split = fit(optimizer, epochs=2, truncation=3, jit_compile=jit_compile)

    assert n_split == n_variables
    for name, values in history.items():
        np.testing.assert_allclose(split_history[name], values, rtol=1e-5, err_msg=name)
    assert one.keys() == two.keys()
    for name, weights in one.items():
        np.testing.assert_allclose(two[name], weights, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS.values(), decayed], ids=[*OPTIMIZERS, "decay"])
def test_two_programs_learn_what_one_does(optimizer, monkeypatch):
    check_two_programs(optimizer, monkeypatch, jit_compile=True)


@pytest.mark.parametrize("optimizer", FUSED.values(), ids=FUSED)
def test_fused_updates_learn_what_keras_does(optimizer, monkeypatch):
    check_two_programs(optimizer, monkeypatch, jit_compile=False)


def test_a_keras_that_keeps_losses_and_metrics_elsewhere_trains_alike(monkeypatch):
    optimizer = OPTIMIZERS["averages, with norms clipped"]
    history, weights, _ = fit(optimizer)
    monkeypatch.setattr(build_ahead, "BUILT_LATE", ("_of_another_release",))

    history_elsewhere, weights_elsewhere, _ = fit(optimizer)

    assert history_elsewhere == history
    for name, values in weights.items():
        np.testing.assert_array_equal(weights_elsewhere[name], values, err_msg=name)


def test_a_loss_that_is_no_number_changes_no_weights(monkeypatch):
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)
    optimizer = OPTIMIZERS["momentum over two minibatches"]
    _, before, _ = fit(optimizer, epochs=0)

    history, after, _ = fit(optimizer, scale=1e30)

    assert "became NaN or infinite in epoch 1, minibatch 1" in history["error"][0]
    for name, weights in before.items():
        np.testing.assert_array_equal(after[name], weights)


@pytest.mark.parametrize("optimizer", FUSED.values(), ids=FUSED)
def test_a_variable_is_updated_by_one_operation(optimizer, steps, monkeypatch):
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)

    fit(optimizer, callbacks=[WATCHES])

    (step,) = [step for step in steps if step.update.programs]
    ((traced, _),) = step.update.programs.values()
    used = collections.Counter(o.type for o in traced.graph.get_operations())
    (applied,) = [count for kind, count in used.items() if kind.startswith("ResourceApply")]
    assert applied == len(step.model.trainable_weights)
    assert used["AssignVariableOp"] == 1  # the number of steps


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS.values(), decayed], ids=[*OPTIMIZERS, "decay"])
def test_an_optimizer_that_does_more_is_left_to_keras(optimizer, steps, monkeypatch):
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)

    fit(optimizer)

    assert all(step.fused is None for step in steps)


@pytest.fixture
def steps(monkeypatch):
    """The split steps that are made."""
    made = []
    create = split_step.SplitStep.__init__

    def note(self, *arguments):
        create(self, *arguments)
        made.append(self)

    monkeypatch.setattr(split_step.SplitStep, "__init__", note)
    return made


def operations(step):
    """Count the operations of the compiled program by type."""
    ((traced, _),) = step.differentiate.programs.values()
    return collections.Counter(operation.type for operation in traced.graph.get_operations())


def test_the_compiled_program_of_equal_ensembles_only_reads_more_variables(steps, monkeypatch):
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)
    for n_ensembles in (6, 12):
        fit(OPTIMIZERS["momentum over two minibatches"], parallel(n_ensembles), epochs=1)

    fewer, more = [operations(step) for step in steps if step.differentiate.is_compiled]
    grown = more - fewer
    # Each variable is handed over, read and laid flat, and no more.
    assert grown.keys() <= {"Placeholder", "ReadVariableOp", "Reshape", "Const"}
    assert grown["ReadVariableOp"] > 0
    assert more["AssignVariableOp"] == fewer["AssignVariableOp"]


def test_the_first_minibatch_is_traced_once(steps, monkeypatch):
    traced = []
    compute_loss = keras.Model.compute_loss

    def count(self, *arguments, **options):
        traced.append(None)
        return compute_loss(self, *arguments, **options)

    monkeypatch.setattr(keras.Model, "compute_loss", count)

    fit(OPTIMIZERS["averages, with norms clipped"], epochs=2)

    assert len(traced) == 1
    assert steps == []  # few variables are trained in one program


def test_trained_gains_are_trained_in_one_program(steps, monkeypatch):
    monkeypatch.setitem(MODELS, Device.CPU, SPLIT)
    net, source, probe = parallel(2)
    with net:
        nengo_nb.configure_settings(train_gains=True)

    history, weights, _ = fit(OPTIMIZERS["averages, with norms clipped"], (net, source, probe))

    assert steps == []
    assert np.isfinite(history["loss"]).all()
    assert any(name.endswith("gain") for name in weights)
