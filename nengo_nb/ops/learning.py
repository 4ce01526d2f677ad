"""Learning rules: the change ``delta`` of weights or encoders in one time step.

A copy operator of Nengo's adds ``delta`` to the weights one step later. Learned weights differ
between batch items, so ``delta`` has a batch axis: ``(batch, G, post, pre)``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from nengo.builder import Signal
from nengo.builder.learning_rules import SimBCM, SimOja, SimPES, SimRLS, SimVoja

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout

from .batch import batched
from .rules import Group, Step, Tensor, rule


def _outer(post: Tensor, pre: Tensor) -> Tensor:
    """``numpy.outer`` for each operator:
    ``(batch, G, post), (batch, G, pre) -> (batch, G, post, pre)``.
    """
    return _flat(post)[..., tf.newaxis] * _flat(pre)[:, :, tf.newaxis]


def _flat(tensor: Tensor) -> Tensor:
    """``(batch, G, *shape) -> (batch, G, n)``."""
    return tf.reshape(tensor, [*tensor.shape[:2], -1])


def _rate_per_step(group: Group) -> float | np.ndarray:
    """``learning_rate * dt``."""
    return group.constant([op.learning_rate * group.dt for op in group.ops])


def _pes_post(group: Group) -> Callable[..., Tensor]:
    """``-learning_rate * dt / n * error``."""
    alpha = group.constant(
        [-op.learning_rate * group.dt / op.pre_filtered.shape[0] for op in group.ops]
    )
    return lambda error: alpha * _flat(error)


# Postponed: a rank-one delta is carried over to the next step as its two vectors, not as a matrix.
@rule(SimPES, layout=Layout.STACKED, postponed=True, outer=_pes_post)
def pes(group: Group) -> Step:
    """``delta = -learning_rate * dt / n * error pre^T`` with ``n`` presynaptic neurons.

    References:
        MacNeil & Eliasmith (2011), Fine-tuning and the stability of recurrent neural networks, PLoS
        ONE 6(9).
    """
    return _product(group, _pes_post(group))


def _bcm_post(group: Group) -> Callable[..., Tensor]:
    """``learning_rate * dt * post (post - theta)``."""
    alpha = _rate_per_step(group)
    return lambda post, theta: alpha * post * (post - theta)


@rule(SimBCM, layout=Layout.STACKED, postponed=True, outer=_bcm_post)
def bcm(group: Group) -> Step:
    """``delta = learning_rate * dt * post (post - theta) pre^T``.

    References:
        Bienenstock, Cooper & Munro (1982), Theory for the development of neuron selectivity, J.
        Neuroscience 2(1).
    """
    return _product(group, _bcm_post(group))


def _product(group: Group, post: Callable[..., Tensor]) -> Step:
    """Return the outer product of ``post(*others)`` with ``pre``, the first read."""
    return batched(group, lambda pre, *others: (_outer(post(*others), pre),))


@rule(SimOja, layout=Layout.STACKED)
def oja(group: Group) -> Step:
    """``delta = learning_rate * dt * (post pre^T - beta * post^2 weights)``.

    References:
        Oja (1982), Simplified neuron model as a principal component analyzer, J. Mathematical
        Biology 15(3).
    """
    alpha = _rate_per_step(group)
    beta = group.constant([op.beta for op in group.ops], rank=2)

    def step(pre: Tensor, post: Tensor, weights: Tensor) -> tuple[Tensor]:
        # The squared activity scales rows of the weights, one for each postsynaptic neuron.
        forgotten = beta * weights * (alpha * post * post)[..., tf.newaxis]
        return (_outer(alpha * post, pre) - forgotten,)

    return batched(group, step)


@rule(SimVoja, layout=Layout.STACKED)
def voja(group: Group) -> Step:
    """``delta = learning_rate * dt * signal * (scale * post pre^T - post * encoders)``.

    References:
        Voelker, Crawford & Eliasmith (2014), Learning large-scale heteroassociative memories in
        spiking neurons.
    """
    alpha = group.constant([op.learning_rate * group.dt for op in group.ops], rank=2)
    scale = group.per_element([op.scale for op in group.ops])[..., np.newaxis]

    def step(pre: Tensor, post: Tensor, encoders: Tensor, signal: Tensor) -> tuple[Tensor]:
        # One number for each operator: (batch, G, 1, 1),
        # to broadcast against (batch, G, post, pre).
        signal = _flat(signal)[..., tf.newaxis]
        return (alpha * signal * (scale * _outer(post, pre) - post[..., tf.newaxis] * encoders),)

    return batched(group, step)


def _inverse_correlation(op: SimRLS) -> tuple[Signal, ...]:
    return (op.inv_gamma,)


@rule(SimRLS, layout=Layout.STACKED, carried=_inverse_correlation)
def rls(group: Group) -> Step:
    """``P' = P - P r r^T P / (1 + r^T P r)`` and ``delta = -error (P' r)^T``, where
    ``P' r = P r / (1 + r^T P r)``.

    References:
        Sussillo & Abbott (2009), Generating coherent patterns of activity from chaotic neural
        networks, Neuron 63(4).
    """

    def step(r: Tensor, error: Tensor, P: Tensor) -> tuple[Tensor, Tensor]:
        # P is learned and so differs between items; einsum does not broadcast a batch axis of one.
        r = tf.broadcast_to(r, [P.shape[0], *r.shape[1:]])
        Pr = tf.einsum("bgij,bgj->bgi", P, r)
        share = 1 / (1 + tf.reduce_sum(r * Pr, axis=-1, keepdims=True))
        return _outer(error, -share * Pr), P - _outer(Pr, Pr * share)

    return batched(group, step)
