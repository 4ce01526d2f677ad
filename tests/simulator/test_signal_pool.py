"""Signals in one piece of memory: checked, rounded and undone together; and blocks of samples."""

import numpy as np
import pytest
from nengo.builder import Signal

from nengo_nb.simulator.run.numpy_block import LONGEST, MOST_BYTES, Block
from nengo_nb.simulator.run.signal_pool import LONGEST_DOT, KeptArrays, SignalPool, Undo


@pytest.fixture
def signals():
    return [Signal(np.arange(3.0)), Signal(np.ones((2, 2))), Signal(np.array(7))]


@pytest.fixture
def pool(signals):
    return SignalPool({signal: np.array(signal.initial_value) for signal in signals})


def test_arrays_have_values_and_shapes_of_the_signals_and_integers_stay_outside(signals, pool):
    first, second, counter = signals

    np.testing.assert_array_equal(pool.arrays[first], [0, 1, 2])
    assert pool.arrays[second].shape == (2, 2)
    assert counter not in pool.arrays


def test_arrays_share_one_memory(signals, pool):
    pool.arrays[signals[1]][0, 1] = 5

    assert (pool.flat == [0, 1, 2, 1, 5, 1, 1]).all()


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e39, -1e39])
def test_a_number_that_float32_cannot_hold_is_noticed(signals, pool, number):
    assert pool.looks_finite()
    pool.arrays[signals[0]][1] = number
    with np.errstate(over="ignore"):
        assert not pool.looks_finite()


def test_a_number_is_noticed_wherever_it_is_in_a_long_pool():
    base = Signal(np.zeros(3 * LONGEST_DOT))
    pool = SignalPool({base: np.zeros(base.size)})
    assert pool.looks_finite()

    for position in (0, LONGEST_DOT, base.size - 1):
        pool.arrays[base][position] = np.nan
        assert not pool.looks_finite()
        pool.arrays[base][position] = 0


def test_what_was_kept_of_a_step_stays_and_is_found_by_signal(signals, pool):
    first, second, counter = signals
    count = np.array(7)
    kept = KeptArrays(pool, {counter: count})
    pool.flat += 1
    count += 1

    np.testing.assert_array_equal(kept[first], [0, 1, 2])
    np.testing.assert_array_equal(kept[first[1:]], [1, 2])
    np.testing.assert_array_equal(kept[second[:, 1]], [1, 1])
    assert kept[counter] == 7
    assert set(kept) == set(signals)


def test_all_are_rounded_at_once(signals, pool):
    pool.arrays[signals[0]][1] = 0.1

    pool.round()

    assert pool.arrays[signals[0]][1] == np.float32(0.1)


def test_a_step_is_undone_in_the_pool_and_outside(signals, pool):
    outside = np.zeros(2)
    undo = Undo(pool, [outside])
    undo.save()
    pool.flat += 1
    outside += 1

    undo.go_back()

    np.testing.assert_array_equal(pool.arrays[signals[0]], [0, 1, 2])
    assert not outside.any()


def test_a_block_holds_what_its_arrays_held_at_each_step():
    array = np.zeros((2,))
    block = Block({"probe": array}, 3, "float32")
    for k in range(3):
        array[:] = k
        block.add()
        assert block.is_due() is (k == 2)

    chunk = block.take()

    assert (chunk.count, block.count) == (3, 0)
    np.testing.assert_array_equal(chunk.records["probe"][:, 0], [[0, 0], [1, 1], [2, 2]])


def test_a_block_is_no_longer_than_its_samples_have_room():
    weights = np.zeros((1000, 1000))

    assert Block({"probe": np.zeros(1)}, 10**9, "float32").length == LONGEST
    assert Block({"probe": weights}, 10**9, "float32").length == MOST_BYTES // weights.size // 4
    assert Block({}, 10, "float32").length == 10
