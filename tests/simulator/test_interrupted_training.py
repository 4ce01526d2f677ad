"""Interrupting a training: it stops soon, leaves nothing open, and says so in one sentence."""

from __future__ import annotations

import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from .networks import open_simulator, regression

ROOT = Path(__file__).parents[2]
SENTENCE = "training was stopped; what was learned so far is kept, and fit goes on from there."


class InterruptThird(keras.callbacks.Callback):
    """Interrupts in the third minibatch."""

    batches = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.batches += 1
        if self.batches == 3:
            signal.raise_signal(signal.SIGINT)


def interrupt_in(seconds: float, over: threading.Event) -> tuple[threading.Thread, list[float]]:
    """Interrupt this process, unless it is over by then; says when."""
    when: list[float] = []

    def wait():
        if not over.wait(seconds):
            when.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, when


@pytest.fixture
def iterators(monkeypatch):
    """How many tf.data iterators are alive: those that were made less those that were destroyed."""
    alive = []
    kind = type(iter(tf.data.Dataset.range(1)))
    make, destroy = kind.__init__, getattr(kind, "__del__", lambda self: None)

    def init(self, *arguments, **options):
        alive.append(id(self))
        make(self, *arguments, **options)

    def delete(self):
        alive.remove(id(self))
        destroy(self)

    monkeypatch.setattr(kind, "__init__", init)
    monkeypatch.setattr(kind, "__del__", delete, raising=False)
    return alive


def test_forty_trainings_stop_within_two_seconds_of_an_interrupt_and_the_last_one_learns():
    """Each has programs of its own to trace and compile, where garbage of an earlier one
    used to be collected.
    """
    rng = random.Random(0)
    model = regression(n_neurons=5)
    waits = []
    for _ in range(40):
        over = threading.Event()
        with open_simulator(model) as sim:
            sim.compile(keras.optimizers.SGD(0.01), loss="mse")
            thread, when = interrupt_in(rng.uniform(0.01, 0.4), over)
            with pytest.raises(KeyboardInterrupt):
                sim.fit(model.x, model.y, epochs=10**6, verbose=0)
            waits.append(time.perf_counter() - when[0])
            over.set()
            thread.join()
        if rng.random() < 0.3:
            gc.collect()
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        losses = sim.fit(model.x, model.y, epochs=5, verbose=0).history["loss"]

    assert max(waits) < 2
    assert losses[-1] < losses[0]


def generator(model):
    while True:
        yield {model.source: model.x[:50]}, {model.probe: model.y[:50]}


def dataset(model):
    return tf.data.Dataset.from_tensor_slices(({"source": model.x}, {"answer": model.y})).batch(50)


@pytest.mark.parametrize("kind", ["arrays", "validation", "generator", "dataset"])
def test_what_an_interrupted_training_opened_is_closed_though_its_error_is_kept(iterators, kind):
    """A notebook keeps the last error, and with it all that its frames refer to."""
    model = regression(n_neurons=5)
    arguments = {
        "arrays": lambda: {"x": model.x, "y": model.y},
        "validation": lambda: {"x": model.x, "y": model.y, "validation_data": (model.x, model.y)},
        "generator": lambda: {"x": generator(model), "steps_per_epoch": 2},
        "dataset": lambda: {"x": dataset(model)},
    }[kind]()
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        gc.disable()
        try:
            with pytest.raises(KeyboardInterrupt) as stopped:
                sim.fit(epochs=5, verbose=0, callbacks=[InterruptThird()], **arguments)

            assert iterators == []
            assert stopped.value.__context__ is None
        finally:
            gc.enable()


def test_a_training_that_fails_and_one_that_ends_leave_nothing_open(iterators):
    class Fail(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise ValueError("no more")

    model = regression(n_neurons=5)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        gc.disable()
        try:
            with pytest.raises(ValueError, match="no more"):
                sim.fit(model.x, model.y, verbose=0, callbacks=[Fail()])
            sim.fit(model.x, model.y, validation_split=0.5, epochs=2, verbose=0)
            sim.evaluate(model.x, model.y, verbose=0)

            assert iterators == []
        finally:
            gc.enable()


def test_a_dataset_that_is_to_be_tuned_is(monkeypatch):
    model = regression(n_neurons=5)
    options = tf.data.Options()
    options.autotune.enabled = True
    seen = []
    strategy = tf.distribute.get_strategy()
    monkeypatch.setattr(
        type(strategy),
        "experimental_distribute_dataset",
        lambda self, found: seen.append(found.options().autotune.enabled) or found,
    )
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        sim.fit(dataset(model), verbose=0)
        sim.fit(dataset(model).with_options(options), verbose=0)

    assert seen == [False, True]


SCRIPT = """
import keras
from tests.simulator.networks import open_simulator, regression
from tests.simulator.test_interrupted_training import InterruptThird

model = regression(n_neurons=5)
with open_simulator(model) as sim:
    sim.compile(keras.optimizers.SGD(0.01), loss="mse")
    sim.fit(model.x, model.y, epochs=9, verbose=0, callbacks=[InterruptThird()])
"""


def test_in_a_script_an_interrupted_training_shows_the_line_of_the_script_and_a_sentence(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)

    ended = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    shown = ended.stderr[ended.stderr.index("Traceback") :].splitlines()
    assert f'  File "{script}", line 9, in <module>' in shown
    assert shown[-1] == f"KeyboardInterrupt: {SENTENCE}"
    assert len([line for line in shown if line.startswith("  File")]) == 2


def test_an_interrupted_training_keeps_what_it_learned():
    model = regression(n_neurons=5)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.1), loss="mse")
        before = sim.predict(model.x[:50])[model.probe]
        with pytest.raises(KeyboardInterrupt) as stopped:
            sim.fit(model.x, model.y, epochs=9, verbose=0, callbacks=[InterruptThird()])

        assert len(traceback.extract_tb(stopped.tb)) == 2
        assert sim.keras_model.optimizer.iterations.numpy() == 3
        assert not np.allclose(sim.predict(model.x[:50])[model.probe], before)
