"""Every callback of Keras works, and so do our own."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from nengo.exceptions import SimulationError, ValidationError

import nengo_nb

from .networks import open_simulator


def fit(sim, model, *callbacks, **arguments):
    return sim.fit(
        model.x,
        model.y,
        validation_data=(model.x, model.y),
        epochs=2,
        verbose=0,
        callbacks=callbacks,
        **arguments,
    )


CALLBACKS = {
    "EarlyStopping": lambda folder: keras.callbacks.EarlyStopping(restore_best_weights=True),
    "BackupAndRestore": lambda folder: keras.callbacks.BackupAndRestore(folder / "backup"),
    "CSVLogger": lambda folder: keras.callbacks.CSVLogger(str(folder / "log.csv")),
    "ReduceLROnPlateau": lambda folder: keras.callbacks.ReduceLROnPlateau(),
    "LearningRateScheduler": lambda folder: keras.callbacks.LearningRateScheduler(
        lambda epoch: 0.01
    ),
    "TerminateOnNaN": lambda folder: keras.callbacks.TerminateOnNaN(),
    "LambdaCallback": lambda folder: keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: None
    ),
    "SwapEMAWeights": lambda folder: keras.callbacks.SwapEMAWeights(),
    "TensorBoard": lambda folder: nengo_nb.callbacks.TensorBoard(
        str(folder / "board"), histogram_freq=1
    ),
}


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_of_keras_works(model, tmp_path, name):
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01, use_ema=name == "SwapEMAWeights"), loss="mse")
        history = fit(sim, model, CALLBACKS[name](tmp_path)).history

        assert len(history["val_loss"]) == 2


@pytest.mark.parametrize("name", ["whole.keras", "some.weights.h5"])
def test_a_checkpoint_of_either_kind_is_read_back(model, tmp_path, name):
    with open_simulator(model) as sim:
        sim.compile("adam", loss="mse")
        fit(
            sim,
            model,
            keras.callbacks.ModelCheckpoint(tmp_path / name, save_weights_only="weights" in name),
        )
        learned = sim.predict(model.x)[model.probe]
    with open_simulator(model) as fresh:
        fresh.keras_model.load_weights(tmp_path / name)

        fresh.run_steps(1, data={model.source: model.x[:50]})
        np.testing.assert_allclose(fresh.data[model.probe], learned[:50], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(fresh.predict(model.x)[model.probe], learned, rtol=1e-6)


def test_a_network_is_not_made_of_a_file(model, tmp_path):
    with open_simulator(model) as sim:
        sim.compile("adam", loss="mse")
        sim.keras_model.save(tmp_path / "model.keras")
        custom = {"NetworkModel": type(sim.keras_model)}

        with pytest.raises(SimulationError, match=r"sim\.keras_model\.load_weights"):
            keras.saving.load_model(tmp_path / "model.keras", custom_objects=custom)


def test_summaries_have_a_histogram_for_each_object_and_epoch(model, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    objects = [model.hidden, model.hidden.neurons, model.net.all_connections[1]]
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        fit(sim, model, nengo_nb.callbacks.NengoSummaries(tmp_path, sim, objects))
    log = EventAccumulator(str(tmp_path), {"tensors": 0}).Reload()

    assert set(log.Tags()["tensors"]) == {
        "hidden/encoders",
        "hidden/bias",
        "hidden->output/weights",
    }
    assert [event.step for event in log.Tensors("hidden/bias")] == [0, 1]


def test_summaries_of_something_without_parameters_are_refused(model, tmp_path):
    refused = pytest.raises(
        ValidationError, match="no parameter that can be shown; there are hidden/enc"
    )
    with open_simulator(model) as sim, refused:
        nengo_nb.callbacks.NengoSummaries(tmp_path, sim, [model.output])


def test_an_interrupt_leaves_the_weights_of_the_last_whole_minibatch(model):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise KeyboardInterrupt

    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        with pytest.raises(KeyboardInterrupt):
            sim.fit(model.x, model.y, shuffle=False, verbose=0, callbacks=[Interrupt()])
        stopped = sim.predict(model.x)[model.probe]
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        sim.fit(model.x[:150], model.y[:150], shuffle=False, verbose=0)

        np.testing.assert_allclose(sim.predict(model.x)[model.probe], stopped, rtol=1e-6)
