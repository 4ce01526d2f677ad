"""Logs of a training stay small, and become one panel for losses and one for each metric."""

import numpy as np

from nengo_nb.jupyter.training.history import MOST_POINTS, TrainingHistory
from nengo_nb.plots import Kind


def known(trace, name):
    x, y = trace.curve(trace.names.index(name))
    return list(zip(x.tolist(), y.tolist(), strict=True))


def test_losses_share_a_panel_and_each_metric_has_its_own():
    history = TrainingHistory()
    history.add_batch(0, 0.5, {"loss": 3.0, "a_loss": 1.0, "accuracy": 0.1})
    history.add_batch(1, 1.0, {"loss": 2.0, "a_loss": 0.5, "accuracy": 0.2})
    history.add_epoch(
        1.0, {"loss": 2.0, "a_loss": 0.5, "accuracy": 0.2, "val_loss": 4.0, "val_accuracy": 0.3}
    )

    loss, accuracy = history.traces()

    assert (loss.label, accuracy.label) == ("loss", "accuracy")
    assert loss.names == ("loss so far", "a_loss so far", "loss", "a_loss", "val_loss")
    assert known(loss, "loss so far") == [(0.5, 3.0), (1.0, 2.0)]
    assert known(loss, "val_loss") == [(1.0, 4.0)]
    assert known(accuracy, "accuracy") == [(1.0, 0.2)]
    assert {loss.kind, accuracy.kind} == {Kind.CURVES}


def test_places_come_in_order():
    history = TrainingHistory()
    for number, place in enumerate((0.5, 1.0, 1.5, 2.0)):
        history.add_batch(number, place, {"loss": place})
        if place == int(place):
            history.add_epoch(place, {"loss": place})

    (loss,) = history.traces()

    assert loss.times.tolist() == [0.5, 1.0, 1.0, 1.5, 2.0, 2.0]
    assert known(loss, "loss") == [(1.0, 1.0), (2.0, 2.0)]


def test_however_many_batches_there_are_few_points_are_kept_evenly():
    history = TrainingHistory()
    for number in range(10 * MOST_POINTS):
        history.add_batch(number, number + 1.0, {"loss": float(number)})

    (loss,) = history.traces()

    assert MOST_POINTS / 2 <= len(loss.times) <= MOST_POINTS
    assert len(set(np.diff(loss.times))) == 1
    assert loss.times[0] == 1.0


def test_there_is_no_panel_before_anything_is_reported():
    assert TrainingHistory().traces() == []
