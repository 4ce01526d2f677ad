"""Convolutions agree with Nengo's, and where Nengo has none (three dimensions), with SciPy's."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder.signal import Signal
from nengo.builder.transforms import ConvInc, ConvTransposeInc
from scipy.signal import correlate

from nengo_nb.ops import convolution
from tests.costs import change_costs

from .reference import Case, assert_agrees, random_case, run_rule


def conv_ops(transform, n=2):
    op_type = ConvTransposeInc if isinstance(transform, nengo.ConvolutionTranspose) else ConvInc
    shapes = (transform.kernel_shape, transform.size_in, transform.size_out)
    ops = []
    for _ in range(n):
        kernel, x, y = (Signal(np.zeros(shape)) for shape in shapes)
        ops.append(op_type(kernel, x, y, transform))
    return ops


def shape(space, channels, channels_last):
    return (*space, channels) if channels_last else (channels, *space)


@pytest.mark.parametrize("channels_last", [True, False])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    ("space", "kernel", "strides", "groups"),
    [
        ((9,), (3,), (1,), 1),
        ((10,), (4,), (3,), 2),
        ((6, 5), (3, 3), (1, 1), 1),
        ((7, 8), (2, 3), (2, 1), 1),
        ((5, 6), (3, 2), (2, 3), 2),
    ],
    ids=str,
)
def test_convolutions_are_nengos(space, kernel, strides, groups, padding, channels_last, rng):
    """One and two dimensions, stacked."""
    transform = nengo.Convolution(
        8, shape(space, 4, channels_last), kernel, strides, padding, channels_last, groups=groups
    )

    assert_agrees(
        random_case(conv_ops(transform), rng, constant=(0,), n_steps=2),
        float32=1e-5 if channels_last else None,
    )


@pytest.mark.parametrize(
    ("space", "kernel", "strides", "padding", "output", "channels_last"),
    [
        ((5,), (3,), (1,), "same", None, True),
        ((5,), (4,), (3,), "valid", (17,), False),
        ((3, 4), (3, 3), (1, 1), "valid", None, True),
        ((3, 4), (2, 3), (2, 3), "same", (6, 11), False),
        ((3, 4), (5, 2), (2, 3), "same", (5, 10), True),
        ((3, 4), (1, 2), (3, 3), "valid", None, False),
    ],
    ids=str,
)
def test_transposed_convolutions_are_nengos(
    space, kernel, strides, padding, output, channels_last, rng
):
    """With every output shape that has the same input shape."""
    transform = nengo.ConvolutionTranspose(
        2,
        shape(space, 3, channels_last),
        None if output is None else shape(output, 2, channels_last),
        kernel,
        strides,
        padding,
        channels_last,
    )

    assert_agrees(random_case(conv_ops(transform), rng, constant=(0,), n_steps=2), float32=None)


@pytest.mark.parametrize("constant", [(), (1,), (0, 1)])
def test_kernels_may_differ_between_batch_items(constant, rng):
    """Whatever has a batch axis, and whatever has none."""
    transform = nengo.Convolution(4, (5, 5, 2), (3, 2), (2, 1), groups=2)

    assert_agrees(random_case(conv_ops(transform), rng, constant, n_steps=2), float32=None)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("space", [(4, 5, 3), (3, 4, 3, 3)], ids=str)
def test_three_dimensions_and_more_are_correlations(space, groups, rng):
    """Nengo itself stops at two."""
    ones = (1,) * len(space)
    transform = nengo.Convolution(
        4,
        (*space, 2),
        (2,) * len(space),
        strides=ones,
        groups=groups,
        init=nengo.dists.Uniform(-1, 1),
    )
    kernel = rng.standard_normal(transform.kernel_shape)
    x = rng.standard_normal((*space, 2))
    case = Case(conv_ops(transform, 1), [[kernel, x.reshape(1, 1, -1)]], n_steps=1, batch=1)

    own = run_rule(case)[0][0].reshape(transform.output_shape.shape)

    for f in range(4):
        used = range(2) if groups == 1 else (f // 2,)
        wanted = sum(
            correlate(x[..., c], kernel[..., i, f], mode="valid") for i, c in enumerate(used)
        )
        np.testing.assert_allclose(own[..., f], wanted, atol=1e-12)


def test_a_transposed_convolution_in_three_dimensions_is_the_adjoint(rng):
    """``<y, W x> = <W^T y, x>``."""
    forward = nengo.Convolution(3, (5, 4, 6, 2), (3, 2, 2), strides=(2, 1, 2), padding="same")
    back = nengo.ConvolutionTranspose(
        2, forward.output_shape.shape, (5, 4, 6, 2), (3, 2, 2), strides=(2, 1, 2), padding="same"
    )
    kernel = rng.standard_normal(forward.kernel_shape)
    x, y = (
        rng.standard_normal((1, 1, forward.size_in)),
        rng.standard_normal((1, 1, forward.size_out)),
    )

    Wx = run_rule(Case(conv_ops(forward, 1), [[kernel, x]], n_steps=1, batch=1))[0][0]
    Wy = run_rule(Case(conv_ops(back, 1), [[np.swapaxes(kernel, -1, -2), y]], n_steps=1, batch=1))[
        0
    ][0]

    np.testing.assert_allclose((Wx * y).sum(), (Wy * x).sum(), rtol=1e-12)


def test_large_batches_go_through_in_parts(rng, monkeypatch):
    """And come out the same."""
    transform = nengo.Convolution(4, (5, 5, 2), (3, 3))
    case = random_case(conv_ops(transform), rng, constant=(0,), n_steps=2, batch=6)
    whole = run_rule(case)

    change_costs(monkeypatch, most_gathered=2 * 2 * 9 * 9 * 2)
    parts = run_rule(case)

    for a, b in zip(whole, parts, strict=True):
        np.testing.assert_allclose(a[0], b[0], atol=1e-12)


@pytest.mark.parametrize("kernel_batch", [1, 3])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_gradients_of_a_convolution_are_right(padding, kernel_batch, rng):
    """It is linear in both arguments, so a difference is exact."""
    taps = convolution.convolution_taps(
        (5, 6), (3, 3) if padding == "same" else (2, 2), (2, 3), (2, 2), padding
    )
    x = tf.constant(rng.standard_normal((3, 2, 30, 2, 3)))
    kernel = tf.constant(rng.standard_normal((kernel_batch, 2, 6, 3, 2, 4)))
    seed = tf.constant(rng.standard_normal((3, 2, len(taps.forward), 2, 4)))

    @tf.function(jit_compile=True)
    def loss_and_gradients(x, kernel):
        with tf.GradientTape() as tape:
            tape.watch((x, kernel))
            loss = tf.reduce_sum(seed * convolution.convolve(x, kernel, taps))
        return loss, *tape.gradient(loss, (x, kernel))

    loss, dx, dkernel = loss_and_gradients(x, kernel)
    other_x, other_kernel = rng.standard_normal(x.shape), rng.standard_normal(kernel.shape)

    np.testing.assert_allclose(tf.reduce_sum(dx * x), loss)
    np.testing.assert_allclose(tf.reduce_sum(dkernel * kernel), loss)
    np.testing.assert_allclose(tf.reduce_sum(dx * other_x), loss_and_gradients(other_x, kernel)[0])
    np.testing.assert_allclose(
        tf.reduce_sum(dkernel * other_kernel), loss_and_gradients(x, other_kernel)[0]
    )
