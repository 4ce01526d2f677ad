"""School: training a network and showing how it goes; what ``%%nengo_train`` and
``nengo_nb.train`` have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .screens import open_screen
from .spelling import losses, optimizers, spell
from .training import Watch

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def teach(
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
) -> Watch:
    """Compile and fit a simulator with its curves on a screen; arguments as those of
    ``nengo_nb.train``.

    Returns:
        What kept watch: it knows whether an interrupt ended the training, after which the simulator
        has the weights of the last whole batch.
    """
    chosen = read_optimizer(optimizer)
    sim.compile(chosen, _for_each(y, read_loss(loss)), _for_each(y, metrics), loss_weights)
    watch = Watch(open_screen(title))
    callbacks = [*(arguments.pop("callbacks", None) or ()), watch]
    stopped = failed = False
    try:
        sim.fit(x, y, verbose=0, callbacks=callbacks, **arguments)
    except KeyboardInterrupt:
        stopped = True
    except BaseException:
        failed = True
        raise
    finally:
        watch.close(stopped, failed)
    return watch


def _for_each(y: Any, given: Any) -> Any:
    """One loss or metric for all is for the probes that have targets; probes without them
    are not measured.
    """
    if not isinstance(y, dict) or isinstance(given, dict | list | tuple) or given is None:
        return given
    return dict.fromkeys(y, given)


def read_optimizer(optimizer: Any) -> Any:
    """An optimizer; a text is the name of one of Keras', perhaps with arguments.

    Raises:
        ValueError: There is none of that name.
    """
    return spell(optimizer, "optimizer", optimizers()) if isinstance(optimizer, str) else optimizer


def read_loss(loss: Any) -> Any:
    """A loss; a text is the name of one of Keras', perhaps with arguments.

    Raises:
        ValueError: There is none of that name.
    """
    if isinstance(loss, dict):
        return {probe: read_loss(one) for probe, one in loss.items()}
    return spell(loss, "loss", losses()) if isinstance(loss, str) else loss
