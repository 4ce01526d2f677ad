"""Probes and inputs that a run gets while it goes on, compiled in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from .requests import Order

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.run.dynamic_probes import Prepared


class WidenedRun(Protocol):
    """Run that adopts a wider program on its own thread."""

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""

    ended: str
    """Why it carries out no more orders; empty while it does."""

    def do(self, order: Order, /) -> None:
        """Queue a function of the simulator, called on the run's thread between two chunks."""


class Widening:
    """Widens the program of a run, on threads of its own and one thing after the other."""

    def __init__(self) -> None:
        # One at a time, so that the second plot of a value finds the probe of the first one.
        self._preparing = threading.Lock()

    def begin(
        self,
        run: WidenedRun,
        prepare: Callable[[Simulator], Prepared | None],
        done: Callable[[Prepared], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Have a thread compile a wider program, which the run then adopts.

        Args:
            run: The run.
            prepare: Returns what was prepared; None if it is there already.
            done: Called on the run's thread, once it has been adopted.
            failed: Called with an error of either, on any thread.
        """

        def work() -> None:
            with self._preparing:
                sim = run.sim
                if sim is None:
                    return
                try:
                    prepared = prepare(sim)
                except Exception as error:
                    failed(error)
                    return
                if prepared is not None:
                    _have_adopted(run, prepared, done, failed)

        threading.Thread(target=work, name="nengo_nb-live-watch", daemon=True).start()


def _have_adopted(
    run: WidenedRun,
    prepared: Prepared,
    done: Callable[[Prepared], None],
    failed: Callable[[Exception], None],
) -> None:
    """Have the run adopt a program, and wait until it has."""
    adopted = threading.Event()

    def adopt(sim: Simulator) -> None:
        try:
            sim.adopt(prepared)
            done(prepared)
        except Exception as error:
            failed(error)
            raise
        finally:
            adopted.set()

    # Between two chunks, where states move to the new program.
    run.do(adopt)
    # A run that has ended carries out no more orders, so the wait looks for that once a second.
    while not adopted.wait(1.0) and not run.ended:
        continue
