"""Random networks do on our simulator what they do on Nengo's."""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import hypothesis
import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import NodeError
from tests.conformance.conditioning import largest_difference, moves_by_rounding
from tests.costs import change_costs, learn_in_blocks
from tests.functions import FAULTS, Function
from tests.recipes import Action, Recipe
from tests.strategies import CHAOTIC_NEURONS, RATE_NEURONS, SMOOTH_NEURONS, SPIKING_NEURONS, recipes

PARTS = 4
RUNS = (23, 40)  # steps: two runs, so that state is carried over

ROUNDING = 1e-3  # of the largest value recorded
AT_THRESHOLD = 10.0  # Hz

BOUND = 1e12  # of every signal

ITEMS = 3

HAND_OVERS = (0, 1, 10, RUNS[0], RUNS[0] + 7, sum(RUNS))
"""Numbers of first steps that are taken in NumPy, by the seed of the network."""

INTERRUPTS = 4
MEAN_DELAY = 0.3  # seconds; to build, compile and run one of the networks takes about 0.5

Outputs = dict[nengo.Probe, np.ndarray]


def simulate(recipe: Recipe, dtype: str) -> tuple[Outputs, Outputs, list[nengo.Probe]]:
    """Return the samples of Nengo's simulator and ours, and the probes of neurons' outputs."""
    network, neurons = recipe.build()
    with network:
        nengo_nb.configure_settings(dtype=dtype)
    with nengo.Simulator(network, progress_bar=False, optimize=False) as reference:
        for steps in RUNS:
            run_reference(reference, steps)
    with nengo_nb.Simulator(
        network, progress_bar=False, minibatch_size=recipe.minibatch_size
    ) as ours:
        for steps in RUNS:
            ours.run_steps(steps)
        found = {probe: items_of(recipe, ours.data[probe]) for probe in network.all_probes}
    return (
        {probe: np.asarray(reference.data[probe]) for probe in network.all_probes},
        found,
        neurons,
    )


def items_of(recipe: Recipe, data: np.ndarray) -> np.ndarray:
    """An axis of minibatch items: those that should be what Nengo computes.

    Where a process draws random numbers, that is the first item, as it has Nengo's stream.
    """
    items = np.asarray(data)[None] if recipe.minibatch_size is None else np.asarray(data)
    return items[:1] if recipe.draws else items


def assert_equal(
    expected: np.ndarray,
    found: np.ndarray,
    tolerance: float,
    what: object,
    kept: int | None = None,
) -> None:
    """Equal for every item of the minibatch, for so many steps if not all, up to rounding
    relative to the largest value recorded in them.
    """
    assert found.shape[1:] == expected.shape, what
    expected, found = expected[:kept], found[:, :kept]
    scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
    assert np.isfinite(expected).all(), what
    repeated = np.broadcast_to(expected, found.shape)
    np.testing.assert_allclose(found, repeated, rtol=0, atol=tolerance * scale, err_msg=str(what))


def check_exactly(recipe: Recipe) -> None:
    """In double precision everything agrees for the whole run, spikes included.

    Where it does not, Nengo must disagree with itself by a tenth of that when biases move by
    rounding.
    """
    expected, found, _ = simulate(recipe, "float64")
    try:
        for probe, values in expected.items():
            assert_equal(values, found[probe], 1e-9, probe)
    except AssertionError:
        differences = [largest_difference(values, found[p]) for p, values in expected.items()]
        if moves_by_rounding(recipe, sum(RUNS), max(1e-9, max(differences) / 10), "float64"):
            hypothesis.reject()
        raise


def check_exactly_for_a_while(recipe: Recipe) -> None:
    """The same, as long as chaos leaves rounding small."""
    expected, found, _ = simulate(recipe, "float64")
    for probe, values in expected.items():
        kept = steps_recorded(probe, RUNS[0])
        assert_equal(values[:kept], found[probe][:, :kept], 1e-9, probe)


def check_to_rounding(recipe: Recipe) -> None:
    """In single precision rate networks agree, for the whole run or until a neuron is at its
    threshold.

    The rate of a LIF neuron rises from zero with infinite slope, so there rounding of its input
    changes it by some Hz. Where that is too much, Nengo must disagree with itself when biases move
    by rounding.
    """
    expected, found, neurons = simulate(recipe, "float32")
    steps, differing = first_difference(expected, found, neurons)
    try:
        assert (differing < AT_THRESHOLD).all(), f"Rates differ at step {steps}: {differing}"
        assert_equal_until(steps, expected, found)
    except AssertionError:
        # All other operations round in every step as well, some hundred times in all.
        differences = [largest_difference(values, found[p]) for p, values in expected.items()]
        if moves_by_rounding(recipe, sum(RUNS), max(differences) / 100, "float32"):
            hypothesis.reject()
        raise


def check_until_a_spike_flips(recipe: Recipe) -> None:
    """In single precision spiking networks agree step by step, until rounding moves the
    first spike.
    """
    expected, found, neurons = simulate(recipe, "float32")
    steps, _ = first_difference(expected, found, neurons)
    assert_equal_until(steps, expected, found)


def first_difference(
    expected: Outputs, found: Outputs, neurons: list[nengo.Probe]
) -> tuple[int, np.ndarray]:
    """The number of steps for which all neurons' outputs agree, and the outputs that first
    differ, in Hz.
    """
    # By neuron: a probe of some neurons alone is compared with their own largest output. Up to
    # that step: where activity grows without end, a spike more is nothing beside what comes later.
    largest = [
        np.maximum(1.0, np.maximum.accumulate(np.abs(expected[probe]), axis=0)) for probe in neurons
    ]
    apart = [
        np.abs(found[p] - expected[p]) > ROUNDING * most
        for p, most in zip(neurons, largest, strict=True)
    ]
    steps = min((int(np.argmax(a.any(axis=(0, 2)))) for a in apart if a.any()), default=sum(RUNS))
    differing = [
        found[p][:, steps][a[:, steps]]
        for p, a in zip(neurons, apart, strict=True)
        if steps < sum(RUNS)
    ]
    return steps, np.abs(np.concatenate([np.zeros(0), *differing]))


def assert_equal_until(steps: int, expected: Outputs, found: Outputs) -> None:
    for probe, values in expected.items():
        kept = steps_recorded(probe, steps)
        assert_equal(values, found[probe], ROUNDING, probe, kept)


def steps_recorded(probe: nengo.Probe, steps: int) -> int:
    return steps if probe.sample_every is None else int(steps * 0.001 / probe.sample_every)


def check_fed_minibatches(recipe: Recipe) -> None:
    """Every item of a minibatch is what Nengo computes where nodes output what the item is fed."""
    hypothesis.assume(not recipe.draws)
    network, _ = recipe.build()
    with network:
        nengo_nb.configure_settings(dtype="float64")
    rng = np.random.RandomState(recipe.seed)
    fed = [i for i, node in enumerate(network.all_nodes) if node.size_out and not node.size_in]
    hypothesis.assume(fed)
    feeds = [
        rng.uniform(-1, 1, size=(ITEMS, sum(RUNS), network.all_nodes[i].size_out)) for i in fed
    ]
    # First, as it rejects networks that overflow, of which ours would rightly warn.
    expected = []
    for item in range(ITEMS):
        same, _ = recipe.build()
        for i, feed in zip(fed, feeds, strict=True):
            same.all_nodes[i].output = replay(feed[item])
        with nengo.Simulator(same, progress_bar=False, optimize=False) as reference:
            run_reference(reference, sum(RUNS))
        expected.append([np.asarray(reference.data[twin]) for twin in same.all_probes])
    with nengo_nb.Simulator(network, progress_bar=False, minibatch_size=ITEMS) as ours:
        begin = 0
        for steps in RUNS:
            window = slice(begin, begin + steps)
            nodes = [network.all_nodes[i] for i in fed]
            ours.run_steps(
                steps, data={node: feed[:, window] for node, feed in zip(nodes, feeds, strict=True)}
            )
            begin += steps
    for item, values in enumerate(expected):
        for probe, wanted in zip(network.all_probes, values, strict=True):
            assert_equal(wanted, ours.data[probe][item : item + 1], 1e-9, probe)


def replay(rows: np.ndarray) -> Callable[[float], np.ndarray]:
    """A function of time that outputs a row at each step."""
    return lambda t: rows[max(round(1000 * t) - 1, 0)]


def check_whatever_happens(recipe: Recipe) -> None:
    """Functions with memory, faults, interrupts and resets: data, state and number of calls
    are Nengo's.
    """
    act_on_both(recipe, "float64", 1e-9)


def check_whatever_happens_in_float32(recipe: Recipe) -> None:
    """The same in single precision, up to rounding, where no neuron has a threshold that
    rounding moves it over.
    """
    act_on_both(recipe, "float32", ROUNDING)


def act_on_both(recipe: Recipe, dtype: str, tolerance: float) -> None:
    """Do the actions of a recipe with Nengo's simulator and ours, and compare after each."""
    (network, _), (same, _) = recipe.build(), recipe.build()
    with network:
        nengo_nb.configure_settings(dtype=dtype)
    size = recipe.minibatch_size
    with (
        nengo.Simulator(same, progress_bar=False, optimize=False) as reference,
        nengo_nb.Simulator(network, progress_bar=False, minibatch_size=size) as ours,
    ):
        for action in recipe.actions:
            if action.kind == "run":
                run_reference(reference, action.n_steps)
                run_through(ours, action, functions_of(network))
            else:
                getattr(reference, action.kind)()
                getattr(ours, action.kind)()
            assert (ours.n_steps, ours.time) == (reference.n_steps, reference.time)
            for probe, twin in zip(network.all_probes, same.all_probes, strict=True):
                expected = np.asarray(reference.data[twin])
                found = items_of(recipe, ours.data[probe])
                assert_equal(
                    expected.reshape(len(expected), *found.shape[2:]), found, tolerance, probe
                )
            assert [f.n_calls for f in functions_of(network)] == [
                f.n_calls for f in functions_of(same)
            ]


def check_interrupted_anywhere(recipe: Recipe) -> None:
    """After Ctrl-C at any moment of a build, a compilation or a run, trying again gives
    what Nengo gives.
    """
    (network, _), (same, _) = recipe.build(), recipe.build()
    with network:
        nengo_nb.configure_settings(dtype="float64")
    with nengo.Simulator(same, progress_bar=False, optimize=False) as reference:
        run_reference(reference, sum(RUNS))
    delays = iter(np.random.RandomState(recipe.seed).exponential(MEAN_DELAY, size=INTERRUPTS))
    ours = None
    while ours is None:
        with suppress(KeyboardInterrupt), interrupted_after(next(delays, 0)):
            ours = nengo_nb.Simulator(
                network, progress_bar=False, minibatch_size=recipe.minibatch_size
            )
    with ours:
        while ours.n_steps < sum(RUNS):
            with suppress(KeyboardInterrupt), interrupted_after(next(delays, 0)):
                ours.run_steps(sum(RUNS) - ours.n_steps)
        for probe, twin in zip(network.all_probes, same.all_probes, strict=True):
            assert_equal(
                np.asarray(reference.data[twin]), items_of(recipe, ours.data[probe]), 1e-9, probe
            )
    assert [f.n_calls for f in functions_of(network)] == [f.n_calls for f in functions_of(same)]


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Press Ctrl-C after a while; never for 0."""
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    report = sys.unraisablehook

    def report_others(unraisable: sys.UnraisableHookArgs) -> None:
        # Python drops a Ctrl-C that meets a weakref's callback or a destructor, and says so.
        if not isinstance(unraisable.exc_value, KeyboardInterrupt):
            report(unraisable)

    sys.unraisablehook = report_others
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.unraisablehook = report


def run_reference(reference: nengo.Simulator, n_steps: int) -> None:
    """Run Nengo's simulator; networks whose numbers grow out of all bounds, as those that learn
    may, are not compared.

    Where they double at every step, so does the rounding that two simulators differ by.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "overflow encountered", RuntimeWarning)
        try:
            reference.run_steps(n_steps)
        except (FloatingPointError, RuntimeWarning):
            hypothesis.reject()
    arrays = [value for value in reference.signals.values() if isinstance(value, np.ndarray)]
    if any(np.max(np.abs(array), initial=0) > BOUND for array in arrays):
        hypothesis.reject()


def functions_of(network: nengo.Network) -> list[Function]:
    return [node.output for node in network.all_nodes if isinstance(node.output, Function)]


def run_through(sim: nengo_nb.Simulator, action: Action, functions: list[Function]) -> None:
    """Run all the steps of an action, over the fault in one of them."""
    first, end = sim.n_steps, sim.n_steps + action.n_steps
    if action.fault is not None and functions:
        function = functions[action.function % len(functions)]
        function.fault, function.at = FAULTS[action.fault], first + action.at
    try:
        sim.run_steps(action.n_steps)
    except (NodeError, ValueError):
        assert sim.n_steps == first + action.at - 1
    except KeyboardInterrupt:
        assert first < sim.n_steps <= end
    if sim.n_steps < end:
        sim.run_steps(end - sim.n_steps)


WITH_MEMORY = (
    check_whatever_happens,
    check_whatever_happens_in_float32,
    check_interrupted_anywhere,
)


def find_counterexample(check, neuron_types, seed: int, count: int, monkeypatch) -> None:
    """Let Hypothesis look for a recipe that fails the check; it prints the smallest it can find."""

    def check_with_hand_over(recipe: Recipe) -> None:
        change_costs(monkeypatch, most_numpy_steps=HAND_OVERS[recipe.seed % len(HAND_OVERS)])
        check(recipe)

    with_memory = check in WITH_MEMORY
    health = [
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.data_too_large,
        hypothesis.HealthCheck.filter_too_much,
    ]
    settings = hypothesis.settings(max_examples=count, suppress_health_check=health, database=None)
    given = hypothesis.given(recipes(neuron_types, with_memory))
    settings(hypothesis.seed(seed)(given(check_with_hand_over)))()


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("check", "neuron_types", "share"),
    [
        (check_exactly, RATE_NEURONS + SPIKING_NEURONS, 0.23),
        (check_exactly_for_a_while, RATE_NEURONS + CHAOTIC_NEURONS * 5, 0.02),
        (check_fed_minibatches, RATE_NEURONS + SPIKING_NEURONS, 0.05),
        (check_to_rounding, RATE_NEURONS, 0.15),
        (check_until_a_spike_flips, SPIKING_NEURONS, 0.15),
        (check_whatever_happens, RATE_NEURONS + SPIKING_NEURONS, 0.25),
        (check_interrupted_anywhere, RATE_NEURONS + SPIKING_NEURONS, 0.05),
        (check_whatever_happens_in_float32, SMOOTH_NEURONS, 0.1),
    ],
)
def test_random_networks_agree_with_nengo(
    check, neuron_types, share, part, pytestconfig, monkeypatch
):
    """Wherever the program takes over; in every other part weights learn in blocks."""
    if part % 2:
        learn_in_blocks(monkeypatch)
    count = max(1, round(pytestconfig.getoption("networks") * share / PARTS))

    seed = PARTS * pytestconfig.getoption("networks_seed") + part
    find_counterexample(check, neuron_types, seed, count, monkeypatch)
