"""The pump: frames keep to thirty a second and two in flight, and the newest wins."""

import threading
import time

import pytest

from nengo_nb.jupyter.live.pump import CREDIT, INTERVAL, Pump

PATIENCE = 30


@pytest.fixture
def sent():
    return []


@pytest.fixture
def arrived():
    return threading.Semaphore(0)


@pytest.fixture
def pump(sent, arrived):
    def send(number):
        sent.append((number, time.perf_counter()))
        arrived.release()

    pump = Pump(send)
    yield pump
    pump.close()
    assert pump.join(PATIENCE)


def wait(arrived, count=1):
    for _ in range(count):
        assert arrived.acquire(timeout=PATIENCE)


def test_nothing_is_sent_before_a_view_is_there(pump, sent, arrived):
    pump.mark()
    assert pump._turn(time.perf_counter()) is None
    pump.ready("one")
    wait(arrived)

    assert [number for number, _ in sent] == [1]


def test_no_more_than_two_are_in_flight(pump, sent, arrived):
    pump.ready("one")
    wait(arrived)
    pump.mark()
    wait(arrived)
    pump.mark()

    assert pump._turn(time.perf_counter() + 1) is None
    assert len(sent) == CREDIT

    pump.acknowledge(1)
    wait(arrived)
    assert [number for number, _ in sent] == [1, 2, 3]


def test_what_came_while_it_waited_is_one_frame(pump, sent, arrived):
    pump.ready("one")
    wait(arrived)
    for _ in range(100):
        pump.mark()
    wait(arrived)
    pump.acknowledge(2)

    assert len(sent) == 2


def test_frames_keep_their_distance(pump, sent, arrived):
    pump.ready("one")
    for number in range(1, 11):
        wait(arrived)
        pump.acknowledge(number)
        pump.mark()

    times = [when for _, when in sent[:10]]
    assert times[-1] - times[0] >= 9 * INTERVAL - 0.001


def test_a_browser_that_vanished_is_forgotten_when_a_new_one_comes(pump, sent, arrived):
    pump.ready("one")
    wait(arrived)
    pump.mark()
    wait(arrived)
    pump.mark()

    pump.ready("two")
    wait(arrived)

    assert [number for number, _ in sent] == [1, 2, 3]


def test_an_acknowledgement_of_what_was_never_sent_gives_no_credit(pump, arrived):
    pump.ready("one")
    wait(arrived)

    pump.acknowledge(1000)

    assert pump.acknowledged == 1


def test_the_last_frame_is_sent_whatever_was_acknowledged(pump, sent, arrived):
    pump.ready("one")
    wait(arrived)
    pump.mark()
    wait(arrived)

    pump.finish()

    assert pump.join(PATIENCE)
    assert len(sent) == 3
