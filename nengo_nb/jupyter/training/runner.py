"""Training with a display, which ``%%nengo_train`` and ``nengo_nb.train`` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .callback import ProgressCallback
from .displays import open_display
from .keras_names import losses, optimizers, spell

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def fit_with_display(
    sim: Simulator,
    title: str,
    x: Any,
    y: Any,
    *,
    optimizer: Any,
    loss: Any,
    metrics: Any = None,
    loss_weights: Any = None,
    **arguments: Any,
) -> ProgressCallback:
    """Compile and fit a simulator with a display; arguments as those of ``nengo_nb.train``.

    Returns:
        The callback, which knows whether an interrupt ended the training; the simulator then has
        the weights of the last whole batch.
    """
    chosen = read_optimizer(optimizer)
    sim.compile(chosen, _for_each(y, read_loss(loss)), _for_each(y, metrics), loss_weights)
    progress = ProgressCallback(open_display(title))
    callbacks = [*(arguments.pop("callbacks", None) or ()), progress]
    stopped = failed = False
    try:
        # verbose=0, as Keras' own progress bar would be printed between the frames.
        sim.fit(x, y, verbose=0, callbacks=callbacks, **arguments)
    except KeyboardInterrupt:
        stopped = True
    # Only noted for the display: errors are the caller's.
    except BaseException:
        failed = True
        raise
    finally:
        progress.close(stopped, failed)
    return progress


def _for_each(y: Any, given: Any) -> Any:
    """Give one loss or metric for all to the probes that have targets, by probe."""
    if not isinstance(y, dict) or isinstance(given, dict | list | tuple) or given is None:
        return given
    return dict.fromkeys(y, given)


def read_optimizer(optimizer: Any) -> Any:
    """Return an optimizer; text is a name in Keras, perhaps with arguments.

    Raises:
        ValueError: There is none of that name.
    """
    return spell(optimizer, "optimizer", optimizers()) if isinstance(optimizer, str) else optimizer


def read_loss(loss: Any) -> Any:
    """Return a loss; text is a name in Keras or ``nengo_nb.losses``, perhaps with arguments.

    Raises:
        ValueError: There is none of that name.
    """
    if isinstance(loss, dict):
        return {probe: read_loss(one) for probe, one in loss.items()}
    return spell(loss, "loss", losses()) if isinstance(loss, str) else loss
