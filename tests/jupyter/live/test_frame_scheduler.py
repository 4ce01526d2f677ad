"""Frame scheduler: frames keep to thirty a second and to the credit, and the newest wins."""

import threading
import time

import pytest

from nengo_nb.jupyter.live.frame_scheduler import (
    BUSY_INTERVAL,
    CREDIT,
    INTERVAL,
    FrameScheduler,
    pace_beside,
)
from nengo_nb.jupyter.live.frame_scheduler import PATIENCE as PATIENCE_WITHOUT_CREDIT

PATIENCE = 30


@pytest.fixture
def sent():
    return []


@pytest.fixture
def arrived():
    return threading.Semaphore(0)


@pytest.fixture
def frame_scheduler(sent, arrived):
    def send(number):
        sent.append((number, time.perf_counter()))
        arrived.release()

    frame_scheduler = FrameScheduler(send)
    yield frame_scheduler
    frame_scheduler.close()
    assert frame_scheduler.join(PATIENCE)


def wait(arrived, count=1):
    for _ in range(count):
        assert arrived.acquire(timeout=PATIENCE)


def test_nothing_is_sent_before_a_view_is_there(frame_scheduler, sent, arrived):
    frame_scheduler.on_change()
    assert frame_scheduler._turn(time.perf_counter()) is None
    frame_scheduler.ready("one")
    wait(arrived)

    assert [number for number, _ in sent] == [1]


def use_up(frame_scheduler, arrived):
    """Send as many frames as may be in flight."""
    frame_scheduler.ready("one")
    for _ in range(CREDIT):
        wait(arrived)
        frame_scheduler.on_change()


def test_no_more_are_in_flight_than_there_is_credit_for(frame_scheduler, sent, arrived):
    use_up(frame_scheduler, arrived)

    assert 0 < frame_scheduler._turn(sent[-1][1] + INTERVAL) < PATIENCE_WITHOUT_CREDIT
    assert len(sent) == CREDIT

    frame_scheduler.acknowledge(CREDIT)
    wait(arrived)
    assert [number for number, _ in sent] == list(range(1, CREDIT + 2))


def test_frames_go_on_twice_a_second_where_nobody_acknowledges_them(frame_scheduler, sent, arrived):
    """As while a cell runs: what the browser says waits until the cell has ended."""
    use_up(frame_scheduler, arrived)
    wait(arrived)
    frame_scheduler.on_change()
    wait(arrived)

    times = [when for _, when in sent]
    assert times[CREDIT + 1] - times[CREDIT] >= PATIENCE_WITHOUT_CREDIT - 0.001


@pytest.mark.parametrize(
    ("speed", "ratio", "processors", "interval"),
    [
        (1.0, 1.0, 2, INTERVAL),
        (None, 50.0, 8, INTERVAL),
        (None, 50.0, 2, BUSY_INTERVAL),
        (100.0, 50.0, 2, BUSY_INTERVAL),
    ],
)
def test_frames_leave_processors_to_a_simulation_that_needs_them(
    speed, ratio, processors, interval
):
    assert pace_beside(speed, ratio, processors).interval == interval


def test_a_page_out_of_sight_gets_none_without_credit(frame_scheduler, sent, arrived):
    frame_scheduler.ready("one")
    frame_scheduler.hide("one", True)
    frame_scheduler.sent = CREDIT + 1
    frame_scheduler.on_change()

    assert frame_scheduler._turn(time.perf_counter() + 10) is None


def test_what_came_while_it_waited_is_one_frame(frame_scheduler, sent, arrived):
    frame_scheduler.ready("one")
    wait(arrived)
    for _ in range(100):
        frame_scheduler.on_change()
    wait(arrived)
    frame_scheduler.acknowledge(2)

    assert len(sent) == 2


def test_frames_keep_their_distance(frame_scheduler, sent, arrived):
    frame_scheduler.ready("one")
    for number in range(1, 11):
        wait(arrived)
        frame_scheduler.acknowledge(number)
        frame_scheduler.on_change()

    times = [when for _, when in sent[:10]]
    assert times[-1] - times[0] >= 9 * INTERVAL - 0.001


def test_frames_keep_the_distance_that_a_viewer_prefers(frame_scheduler, sent, arrived):
    frame_scheduler.limit(5)
    frame_scheduler.ready("one")
    for _ in range(3):
        wait(arrived)
        frame_scheduler.on_change()
    frame_scheduler.limit(1000)
    wait(arrived)
    frame_scheduler.on_change()
    wait(arrived)

    times = [when for _, when in sent]
    assert times[2] - times[0] >= 2 * 0.2 - 0.001
    assert times[4] - times[3] >= INTERVAL - 0.001
    with pytest.raises(ValueError, match="above zero"):
        frame_scheduler.limit(0)


def test_a_browser_that_vanished_is_forgotten_when_a_new_one_comes(frame_scheduler, sent, arrived):
    use_up(frame_scheduler, arrived)

    frame_scheduler.ready("two")
    wait(arrived)

    assert frame_scheduler.acknowledged == CREDIT
    assert sent[-1][1] - sent[-2][1] < PATIENCE_WITHOUT_CREDIT


def test_an_acknowledgement_of_what_was_never_sent_gives_no_credit(frame_scheduler, arrived):
    frame_scheduler.ready("one")
    wait(arrived)

    frame_scheduler.acknowledge(1000)

    assert frame_scheduler.acknowledged == 1


def test_the_last_frame_is_sent_whatever_was_acknowledged(frame_scheduler, sent, arrived):
    frame_scheduler.ready("one")
    wait(arrived)
    frame_scheduler.on_change()
    wait(arrived)

    frame_scheduler.finish()

    assert frame_scheduler.join(PATIENCE)
    assert len(sent) == 3
