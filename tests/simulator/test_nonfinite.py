"""Numbers that a type cannot hold are said: of which object, since when, once."""

from __future__ import annotations

import warnings

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import NonFiniteError, NonFiniteWarning
from nengo_nb.settings import SettingError

from .networks import channel, simulate


def network(build, **settings) -> tuple[nengo.Network, nengo.Probe]:
    """A network of what a function builds, which returns what is probed."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(**settings)
        probe = nengo.Probe(build())
    return net, probe


def to_passthrough(source, synapse=None, **arguments) -> nengo.Node:
    target = nengo.Node(size_in=1, label="target")
    nengo.Connection(source, target, synapse=synapse, **arguments)
    return target


def constant_node():
    return to_passthrough(nengo.Node([1e39], label="large"))


def function_of_time():
    return to_passthrough(nengo.Node(lambda t: 1e39 if t > 0.0125 else 1.0, label="large"))


def function_of_an_input():
    """Behind neurons, in no circle."""
    ens, large = (
        nengo.Ensemble(5, 1),
        nengo.Node(lambda t, x: 1e39 * (t > 0.0125), size_in=1, label="large"),
    )
    nengo.Connection(ens, large)
    return to_passthrough(large)


def process():
    return nengo.Node(nengo.processes.Piecewise({0: 1.0, 0.0125: 1e39}), label="large")


def transform():
    return to_passthrough(nengo.Node([1.0], label="one"), transform=1e39)


def infinite_transform():
    return to_passthrough(nengo.Node([1.0], label="one"), transform=np.inf)


def infinities_of_either_sign():
    one, target = nengo.Node([1.0], label="one"), nengo.Node(size_in=1, label="target")
    for sign in (1, -1):
        nengo.Connection(one, target, transform=sign * np.inf, synapse=None)
    return target


def product():
    """1e30 times 1e30, of which each is held."""
    return to_passthrough(to_passthrough(nengo.Node([1e30], label="one")), transform=1e30)


def unstable_loop():
    """Ten times as much in each step, so that the weighted sum passes 3.4e38 in the 39th."""
    one, loop = nengo.Node([1.0], label="one"), nengo.Node(size_in=1, label="loop")
    nengo.Connection(one, loop, synapse=None)
    nengo.Connection(loop, loop, transform=10, synapse=0)
    return loop


@pytest.mark.parametrize(
    ("build", "name", "number", "step"),
    [
        (constant_node, "node 'large'", "1e+39", 1),
        (function_of_time, "node 'large'", "1e+39", 13),
        (function_of_an_input, "node 'large'", "inf", 13),
        (process, "node 'large'", "1e+39", 13),
        (transform, "connection 'one->target'", "1e+39", 1),
        (infinite_transform, "connection 'one->target'", "inf", 1),
        (infinities_of_either_sign, "connection 'one->target'", "inf", 1),
        (product, "connection 'target->target_1'", "inf", 1),
        (unstable_loop, "connection 'loop->loop'", "inf", 39),
    ],
)
def test_the_first_object_and_step_are_named_once(build, name, number, step):
    net, probe = network(build)

    with pytest.warns(NonFiniteWarning) as caught:
        sim = simulate(net, 60)

    (only,) = caught
    message = str(only.message)
    assert message.startswith(name)
    assert number in message
    assert f"from step {step} (t = {step * 0.001:g} s) on" in message
    assert "float32" in message
    assert only.filename == simulate.__code__.co_filename
    bad = ~np.isfinite(sim.data[probe]).ravel()
    assert not bad[: step - 1].any()


@pytest.mark.parametrize("build", [constant_node, function_of_time, transform, product, process])
def test_float64_holds_more(build):
    net, probe = network(build, dtype="float64")

    sim = simulate(net, 60)

    assert np.isfinite(sim.data[probe]).all()


def test_a_state_that_nobody_records_is_found_in_the_step_in_which_it_goes_wrong():
    """A run of several chunks, and of none that calls Python, is computed again from the
    last good state.
    """
    with nengo.Network(seed=0) as net:
        slow, behind = nengo.Node(size_in=1, label="slow"), nengo.Ensemble(5, 1)
        nengo.Connection(nengo.Node([1.0]), slow, synapse=None)
        nengo.Connection(slow, slow, transform=1.01, synapse=0)
        nengo.Connection(slow, behind, transform=1e-30, synapse=None)
        nengo.Probe(behind.neurons)
    total, steps = np.float32(0), 0
    with np.errstate(over="ignore"):
        while np.isfinite(total):
            total, steps = np.float32(1.01) * (total + np.float32(1)), steps + 1
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(5000)
        with pytest.warns(NonFiniteWarning, match="connection 'slow->slow'") as caught:
            sim.run_steps(7000)

    found = int(str(caught[0].message).split("from step ")[1].split(" ")[0])
    assert found > 5000
    assert abs(found - steps) <= 1


def test_a_state_behind_python_is_found_without_calling_it_again():
    calls = []
    with nengo.Network(seed=0) as net:
        large = nengo.Node(lambda t: calls.append(t) or 1e38 * (t > 0.0405), label="large")
        target, behind = nengo.Node(size_in=1, label="target"), nengo.Ensemble(5, 1)
        nengo.Connection(large, target, transform=10, synapse=0.1)
        nengo.Connection(target, behind, transform=1e-37, synapse=None)
        nengo.Probe(behind.neurons)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        calls.clear()
        with pytest.warns(
            NonFiniteWarning, match=r"'large->target' holds inf from step 41 \(t = 0.041 s\) on"
        ):
            sim.run_steps(100)

        assert len(calls) == 100


def test_weights_that_learn_too_fast_are_named():
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(30, 1, label="pre"), nengo.Node(size_in=1, label="post")
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(0.5))
        nengo.Connection(post, learned.learning_rule, transform=1e9)
        nengo.Probe(post)

    with pytest.warns(NonFiniteWarning, match=r"pre->post.*learning rate"):
        simulate(net, 200)


def test_what_stays_wrong_is_said_once_and_what_goes_wrong_again_once_more():
    net, _ = network(function_of_time)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.warns(NonFiniteWarning):
            sim.run_steps(60)
        for _ in range(3):
            sim.run_steps(10)
        sim.reset()
        sim.run_steps(10)
        with pytest.warns(NonFiniteWarning):
            sim.run_steps(10)


@pytest.mark.parametrize("build", [function_of_time, unstable_loop, product])
def test_as_an_error_it_ends_the_run_with_its_data(build):
    net, probe = network(build, non_finite="error")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(NonFiniteError, match="from step"):
            sim.run_steps(60)

        assert len(sim.data[probe]) == sim.n_steps > 0


def test_an_interrupted_or_short_run_is_looked_at_to_its_end():
    net, _ = network(unstable_loop)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(38)
        with pytest.warns(NonFiniteWarning, match="from step 39"):
            sim.step()


def test_large_numbers_whose_sum_overflows_are_fine():
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(np.full(100, 3e38)))

    sim = simulate(net, 50)

    assert np.isfinite(sim.data[probe]).all()


def test_predictions_are_looked_at():
    net, _ = network(unstable_loop)
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.warns(NonFiniteWarning, match="step 39"),
    ):
        sim.predict(n_steps=60)


def test_nothing_is_said_of_a_network_that_is_fine():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(channel().net, 300)


@pytest.mark.parametrize("value", ["ignore", None, True])
def test_the_setting_is_to_warn_or_an_error(value):
    with (
        nengo.Network(),
        pytest.raises(SettingError, match="non_finite must be one of 'warn', 'error'"),
    ):
        nengo_nb.configure_settings(non_finite=value)
