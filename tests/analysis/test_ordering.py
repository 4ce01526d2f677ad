"""Neurons are sorted so that what belongs together lies together."""

from __future__ import annotations

import nengo
import numpy as np

from nengo_nb.analysis import order_by_activity, order_by_direction, order_by_rate


def test_two_dimensional_encoders_are_in_the_order_of_their_angle():
    angles = np.random.RandomState(0).uniform(-np.pi, np.pi, 50)

    order = order_by_direction(np.stack([np.cos(angles), np.sin(angles)], axis=1))

    assert (np.diff(angles[order]) > 0).all()


def test_one_dimensional_encoders_are_sorted_by_sign_and_then_by_where_they_begin_to_fire():
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(40, 1)
    with nengo.Simulator(net, progress_bar=False) as sim:
        built = sim.data[ens]
        order = order_by_direction(built.encoders, built.intercepts)

    signs, begins = built.encoders[order, 0], (built.encoders[:, 0] * built.intercepts)[order]
    negative = int((signs < 0).sum())
    assert 0 < negative < 40
    assert (signs[:negative] == -1).all()
    assert (np.diff(begins[:negative]) >= 0).all()
    assert (np.diff(begins[negative:]) >= 0).all()


def test_in_many_dimensions_encoders_along_the_widest_direction_are_in_its_order():
    rng = np.random.RandomState(0)
    along = rng.permutation(np.linspace(-1, 1, 30))
    encoders = np.outer(along, [0.6, 0.0, 0.8, 0.0]) + 0.01 * rng.randn(30, 4)

    order = order_by_direction(encoders)

    places = along[order]
    assert abs(np.corrcoef(places, np.arange(30))[0, 1]) > 0.99


def test_rates_are_sorted_from_slow_to_fast_and_equal_ones_stay():
    assert order_by_rate(np.array([5.0, 0.0, 5.0, 2.0, 0.0])).tolist() == [1, 4, 3, 0, 2]


def test_neurons_that_fire_together_lie_together():
    rng = np.random.RandomState(0)
    first, second = rng.rand(2, 100)
    group = rng.permutation(np.repeat([0, 1], 10))
    activity = np.where(group, first[:, np.newaxis], second[:, np.newaxis])

    order = order_by_activity(activity + 0.05 * rng.rand(100, 20))

    assert np.abs(np.diff(group[order])).sum() == 1


def test_silent_neurons_are_sorted_as_well():
    activity = np.zeros((50, 4))
    activity[::2, 1] = 1

    assert sorted(order_by_activity(activity).tolist()) == [0, 1, 2, 3]
    assert sorted(order_by_activity(np.zeros((50, 4))).tolist()) == [0, 1, 2, 3]
