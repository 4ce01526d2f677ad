"""Interrupting a run with a real SIGINT."""

from __future__ import annotations

import os
import signal
import threading
import time

import keras
import nengo
import numpy as np
import pytest

import nengo_nb

from .networks import channel, open_simulator, regression, simulate


def interrupt_after(sim: nengo_nb.Simulator, n_steps: int) -> tuple[threading.Thread, list[float]]:
    """Interrupt this process once a simulation has come so far; says when."""

    def wait():
        while sim.n_steps < n_steps:
            time.sleep(0.001)

    return interrupt_when(wait)


def interrupt_when(ready) -> tuple[threading.Thread, list[float]]:
    """Interrupt this process once a function returns; says when."""
    when: list[float] = []

    def wait():
        ready()
        when.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread, when


def test_an_interrupted_run_stops_soon_and_goes_on_from_there():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(10)
        thread, when = interrupt_after(sim, 50)
        with pytest.raises(KeyboardInterrupt):
            sim.run_steps(10_000_000)
        waited = time.perf_counter() - when[0]
        thread.join()
        reached = sim.n_steps

        assert waited < 0.3
        assert 50 <= reached < 10_000_000
        assert len(sim.data[model.decoded]) == reached
        sim.run_steps(20)

    np.testing.assert_array_equal(
        sim.data[model.decoded][: reached + 20], simulate(model.net, reached + 20).data[model.decoded]
    )


def test_an_interrupt_in_a_slow_function_keeps_the_steps_before_it():
    def slow(t):
        if t > 0.0305:
            time.sleep(0.02)
        return t

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(slow))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        thread, when = interrupt_after(sim, 30)
        with pytest.raises(KeyboardInterrupt):
            sim.run_steps(100_000)
        waited = time.perf_counter() - when[0]
        thread.join()

        assert waited < 0.3
        assert len(sim.data[probe]) == sim.n_steps
        np.testing.assert_allclose(sim.data[probe][:, 0], np.arange(1, sim.n_steps + 1) * 0.001, rtol=1e-6)


def test_an_interrupt_in_a_slow_function_of_an_input_goes_back_to_the_chunk_before():
    """The neurons are past these steps already, so the chunk is given up; nothing of it is in the data."""
    began = threading.Event()
    slow_from = [0.3]

    def slow(t, x):
        if t > slow_from[0]:
            began.set()
            time.sleep(0.02)
        return x

    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(10, 1)
        node = nengo.Node(slow, size_in=1)
        nengo.Connection(ens, node)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        thread, when = interrupt_when(began.wait)
        with pytest.raises(KeyboardInterrupt):
            sim.run_steps(100_000)
        waited = time.perf_counter() - when[0]
        thread.join()
        slow_from[0] = 1e9
        reached = sim.n_steps

        assert waited < 0.3
        assert len(sim.data[probe]) == reached
        sim.run_steps(20)

    np.testing.assert_array_equal(sim.data[probe], simulate(net, reached + 20).data[probe])


def test_the_interrupt_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)

    simulate(channel().net, 5)

    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_in_another_thread_works():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        thread = threading.Thread(target=sim.run_steps, args=(20,))
        thread.start()
        thread.join()

        assert sim.n_steps == 20


def test_an_interrupt_that_comes_where_python_would_lose_it_ends_a_training_after_its_minibatch():
    """An exception in a finalizer is reported and forgotten."""

    class Finalized:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    class InterruptThird(keras.callbacks.Callback):
        batches = 0

        def on_train_batch_begin(self, batch, logs=None):
            self.batches += 1
            if self.batches == 3:
                Finalized()

    model, third = regression(), InterruptThird()
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.1), loss="mse")
        before = sim.predict(model.x)[model.probe]
        with pytest.raises(KeyboardInterrupt):
            sim.fit(model.x, model.y, epochs=10, verbose=0, callbacks=[third])

        assert third.batches == 3
        assert sim.keras_model.optimizer.iterations.numpy() == 3
        assert not np.allclose(sim.predict(model.x)[model.probe], before)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
