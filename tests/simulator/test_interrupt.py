"""Interrupting a run with a real SIGINT."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
import time

import keras
import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.simulator.run import interrupt

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
        sim.data[model.decoded][: reached + 20],
        simulate(model.net, reached + 20).data[model.decoded],
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
        np.testing.assert_allclose(
            sim.data[probe][:, 0], np.arange(1, sim.n_steps + 1) * 0.001, rtol=1e-6
        )


class SlowNetwork:
    """A source, neurons and a function of them, which count their calls; the last is slow
    for a while.
    """

    def __init__(self, in_loop: bool) -> None:
        self.began = threading.Event()
        self.slow_from = 0.3
        self.forget()
        with nengo.Network(seed=0) as self.net:
            source = nengo.Node(self.early)
            ens = nengo.Ensemble(10, 1)
            node = nengo.Node(self.late, size_in=1, size_out=1)
            nengo.Connection(source, ens)
            nengo.Connection(ens, node)
            if in_loop:
                nengo.Connection(node, ens, transform=1e-6)
            self.probes = [nengo.Probe(obj) for obj in (source, ens, node)]
        self.forget()

    def forget(self) -> None:
        self.n_early = self.n_late = 0

    def early(self, t):
        self.n_early += 1
        return np.sin(10 * t)

    def late(self, t, x):
        self.n_late += 1
        if t > self.slow_from:
            self.began.set()
            time.sleep(0.02)
        return self.n_late


@pytest.mark.parametrize("in_loop", [False, True], ids=["behind neurons", "in a loop"])
def test_an_interrupt_ends_a_run_between_steps_of_a_slow_function_of_an_input(in_loop):
    """Functions that were called for later steps already are not called for them again."""
    slow = SlowNetwork(in_loop)
    with nengo_nb.Simulator(slow.net, progress_bar=False) as sim:
        thread, when = interrupt_when(slow.began.wait)
        with pytest.raises(KeyboardInterrupt):
            sim.run_steps(100_000)
        waited = time.perf_counter() - when[0]
        thread.join()
        slow.slow_from = 1e9
        reached = sim.n_steps

        assert waited < 0.4
        assert reached >= 300
        assert [len(sim.data[probe]) for probe in slow.probes] == [reached] * 3
        assert slow.n_late == reached
        sim.run_steps(2000)

    assert slow.n_early >= slow.n_late == reached + 2000
    slow.forget()
    whole = simulate(slow.net, reached + 2000)
    for probe in slow.probes:
        np.testing.assert_array_equal(sim.data[probe], whole.data[probe])


def test_a_second_interrupt_leaves_a_slow_function_and_loses_no_step_before_it():
    calls = []

    def count(t, x):
        calls.append(t)
        if len(calls) == 50:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return len(calls)

    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(10, 1)
        node = nengo.Node(count, size_in=1, size_out=1)
        nengo.Connection(ens, node)
        probe = nengo.Probe(node)
    calls.clear()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(KeyboardInterrupt):
            sim.run_steps(200)

        assert sim.n_steps == 49
        assert len(sim.data[probe]) == 49


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


def test_a_python_without_the_private_module_of_signal_defers_an_interrupt_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "_signal", None)  # importing it raises ImportError
    spec = importlib.util.spec_from_file_location("interrupt_elsewhere", interrupt.__file__)
    elsewhere = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elsewhere)
    assert elsewhere.set_handler is signal.signal

    with elsewhere.Interruptible() as deferred:
        signal.raise_signal(signal.SIGINT)

        assert deferred.is_requested()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        deferred.check()


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
