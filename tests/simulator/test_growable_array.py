"""Room grows by moving what is in it little by little, and whoever looked at it before sees
what they saw.
"""

import numpy as np
import pytest

from nengo_nb.simulator.record.growable_array import AHEAD, Room


def grown(chunks):
    """Room that was filled in chunks, and how many samples were copied to wider room with each."""
    room, copied, begin = None, [], 0
    for count in chunks:
        samples = np.arange(begin, begin + count)[:, np.newaxis] * [1.0, 2.0]
        begin += count
        if room is None:
            room = Room(samples, "float32")
            continue
        before, length, wider = room._moved, len(room.samples), room._wider
        room.append(samples)
        moves = wider is not None and room._wider is None
        copied.append((length if moves else room._moved) - before)
    return room, copied


@pytest.mark.parametrize(
    "chunks", [[5], [1] * 1000, [10, 1000, 1, 5000, 7], [30] * 300, [100, 1, 1, 90, 5000]]
)
def test_all_samples_are_kept_whatever_the_chunks(chunks):
    room, _ = grown(chunks)

    expected = np.arange(sum(chunks))[:, np.newaxis] * [1.0, 2.0]
    np.testing.assert_array_equal(room.samples, expected)
    assert room.samples.dtype == "float32"


def test_no_chunk_waits_until_everything_is_copied():
    chunk, many = 30, 3000

    room, copied = grown([chunk] * many)

    assert len(room.samples) == chunk * many
    assert max(copied[100:]) <= (AHEAD + 1) * chunk


def test_what_was_looked_at_stays_as_it_was():
    room = Room(np.zeros((4, 2)), "float64")
    seen = room.samples

    for _ in range(100):
        room.append(np.ones((3, 2)))

    assert seen.shape == (4, 2)
    assert not seen.any()
