"""Samples of a live run are bounded in memory: the oldest are forgotten, and views say so."""

from __future__ import annotations

import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.probes import trace_probes

# Of each step: two decoded values and 30 neurons in float32, and 0.2 of two values.
STEP = 4 * (2 + 30 + 0.2)


@pytest.fixture
def limited(run):
    """A run that keeps about 1000 steps."""
    run.history_limit.set(1000 * STEP / 1e6)
    return run


def test_the_oldest_samples_are_forgotten_and_the_newest_are_as_they_were(
    limited, ran, sim, network
):
    ran(600)
    early = sim.data[network.decoded].copy()
    assert limited.reached.kept == 0
    for _ in range(10):
        ran(150)

    values = sim.data[network.decoded]
    assert 700 <= len(values) <= 1010
    assert limited.reached.kept == pytest.approx((2100 - len(values) + 1) * sim.dt)
    with nengo_nb.Simulator(network.net, progress_bar=False) as other:
        other.run_steps(2100, progress_bar=False)
    np.testing.assert_array_equal(early, other.data[network.decoded][:600])
    np.testing.assert_array_equal(values, other.data[network.decoded][-len(values) :])
    slow = sim.data[network.slow]
    np.testing.assert_array_equal(slow, other.data[network.slow][-len(slow) :])


def test_what_is_left_is_drawn_at_its_times(limited, ran, sim, network):
    layout = LayoutState(limited, "network", limited.changed)
    layout.add_plot(LivePlot(network.slow))
    for _ in range(10):
        ran(200)
    layout.length = 100.0

    frame, buffer = layout.frame(1)

    (part,) = frame.parts
    times, sines, _ = np.frombuffer(buffer, np.float32).reshape(part.rows, part.columns)
    np.testing.assert_allclose(sines, np.sin(6 * times), atol=1e-4)
    assert times[0] >= frame.kept - 1e-6
    assert frame.kept > 1.0
    (trace,) = trace_probes(sim, [network.slow])
    np.testing.assert_allclose(trace.values[:, 0], np.sin(6 * trace.times), atol=1e-5)


def test_going_back_to_before_what_is_left_goes_on_from_there(limited, ran, listener, sim, network):
    for _ in range(10):
        ran(200)
    limited.go_back(0.6)
    listener.until(lambda: limited.reached.branch == 1)
    reached = limited.reached.n_steps
    ran(100)

    assert reached <= 600
    assert len(sim.data[network.decoded]) == 100


def test_a_reset_has_nothing_to_miss(limited, ran, listener):
    for _ in range(10):
        ran(200)
    limited.reset()
    listener.until(lambda: limited.reached.n_steps == 0)
    ran(10)

    assert limited.reached.kept == 0


def test_a_limit_that_is_set_later_holds_from_the_next_chunk_on(run, ran, sim, network):
    ran(1500)
    run.history_limit.set(100 * STEP / 1e6)
    ran(10)

    assert len(sim.data[network.decoded]) <= 110


@pytest.mark.parametrize("megabytes", [0, -1, float("nan")])
def test_a_limit_is_above_zero(sim, megabytes):
    with pytest.raises(ValueError, match="more than 0 MB"):
        nengo_nb.live(sim, history_megabytes=megabytes)
