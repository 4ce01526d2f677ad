"""Soft LIF rate: a smooth approximation of the LIF rate, with all derivatives.

References:
    Hunsberger & Eliasmith (2015), Spiking deep networks with LIF neurons. arXiv:1510.08829,
    equation 5.
"""

from __future__ import annotations

import numpy as np

from nengo_nb.on_demand import tf

from .rules import Tensor

Number = float | np.ndarray

FAR = -15.0
"""Argument of a softplus below which its logarithm is computed from its series."""


def soft_lif_rate(
    J: Tensor, tau_rc: Number, tau_ref: Number, amplitude: Number, sigma: Number
) -> Tensor:
    """``r = amplitude / (tau_ref + tau_rc * log(1 + 1 / j))`` with
    ``j = sigma * log(1 + exp((J - 1) / sigma))``.

    Far below the threshold ``j`` underflows, but ``log(1 + 1 / j) = log(1 + j) - log(j)``, where
    the logarithm of a softplus of ``z`` is ``z - exp(z) / 2``. Each branch is given an argument it
    can take where it is not taken, so that derivatives are finite everywhere.
    """
    z = (J - 1) / sigma
    far = z < FAR
    j = sigma * tf.math.softplus(z)
    log_sigma = tf.constant(np.log(sigma), z.dtype)
    log_j = (
        log_sigma
        + z
        - 0.5 * tf.exp(tf.where(far, z, tf.fill(tf.shape(z), tf.constant(FAR, z.dtype))))
    )
    # As above: the branch not taken must not be infinite, or its gradient would be NaN.
    near = tf.math.log1p(1 / tf.where(far, tf.ones_like(j), j))
    return amplitude / (tau_ref + tau_rc * tf.where(far, tf.math.log1p(j) - log_j, near))
