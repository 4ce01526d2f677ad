"""School: training a network and showing how it goes; what ``%%nengo_train`` and ``nengo_nb.train`` have in common."""

from __future__ import annotations

from typing import Any

from .screens import open_screen
from .spelling import losses, optimizers, spell
from .training import Watch


def teach(
    sim: Any, title: str, x: Any, y: Any, *, optimizer: Any, loss: Any, metrics: Any = None, **arguments: Any
) -> bool:
    """Compile and fit a simulator with its curves on a screen; arguments as those of ``nengo_nb.train``.

    Returns:
        Whether it was trained to its end; False after an interrupt, with the weights of the last whole batch.
    """
    sim.compile(read_optimizer(optimizer), loss=read_loss(loss), metrics=metrics)
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
    return not stopped


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
