"""Health of the networks of diagrams: checks in threads, and findings for the pages.

A check may take long, and a page opens diagrams of networks that are large: so no message waits for
a check, a check that nobody asked for looks at little, and each has an end.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import nengo

from nengo_nb.jupyter.protocol.codec import sentence_of
from nengo_nb.jupyter.protocol.diagram import CheckRequest, Done, Health, ToBrowser

from .drawings import GONE, Drawing, Drawings

if TYPE_CHECKING:
    from nengo.builder import Model

    from nengo_nb.analysis import Finding
    from nengo_nb.analysis import Health as Findings
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)

MOST_FINDINGS = 200
"""Number of findings that are sent to a page; the others are counted."""

MOST_FOLLOWED = 20
"""Number of the newest drawings whose networks are looked at again when they were built anew."""

MOST_SECONDS = 100.0
"""Longest run that a page may ask for, in simulated seconds."""


class HealthChecks:
    """Checks of the networks of drawings, one at a time.

    Args:
        drawings: All drawings.
        find_simulator: Returns a simulator that built an object of a network, or None.
        send: Sends a message to all pages, on any thread.
    """

    def __init__(
        self,
        drawings: Drawings,
        find_simulator: Callable[[Any], AnySimulator | None],
        send: Callable[[ToBrowser], None],
    ) -> None:
        self._drawings = drawings
        self._find_simulator = find_simulator
        self._send = send
        # Two at once would only take each other's time.
        self._checking = threading.Lock()
        # The model that was looked at last, or that there was when a person asked for a check: what
        # was found then holds until another one is built.
        self._looked: weakref.WeakKeyDictionary[nengo.Network, weakref.ref[Model]] = (
            weakref.WeakKeyDictionary()
        )
        # Findings by network, for pages that show it later; the run that made them is long over.
        self._known: weakref.WeakKeyDictionary[nengo.Network, dict[str, Health]] = (
            weakref.WeakKeyDictionary()
        )

    def begin(self, request: CheckRequest) -> Done | None:
        """Begin a check that a page has requested, in a thread of its own.

        Returns:
            The reply, where nothing is to be checked or it is known already; None if it is sent
            once the check is over.
        """
        drawing = self._drawings.get(request.drawing)
        network = None if drawing is None else drawing.network
        if drawing is None or network is None:
            return Done(id=request.id, note=GONE if request.asked else "")
        if not 0 <= request.seconds <= MOST_SECONDS:
            limits = f"from 0 to {MOST_SECONDS:g} (got {request.seconds:g})"
            return Done(id=request.id, note=f"A time to run is a number of seconds {limits}.")
        sim = self._find_simulator(network)
        if not request.asked:
            known = self._known.get(network, {}).get(request.drawing)
            if sim is not None and self._is_new(network, sim):
                known = None
            if known is not None:
                self._send(known)
            if known is not None or sim is None:
                return Done(id=request.id)
        work = (request, drawing, network, sim)
        threading.Thread(
            target=self._work, args=work, name="nengo_nb-diagram-check", daemon=True
        ).start()
        return None

    def follow(self) -> None:
        """Look at the networks of drawings that were built since, in a thread; called after cells.

        Nothing is built for that, and each network is looked at for half a second at most.
        """
        found: dict[int, tuple[Drawing, nengo.Network, AnySimulator]] = {}
        for drawing in self._drawings.newest(MOST_FOLLOWED):
            network = drawing.network
            if network is None or id(network) in found:
                continue
            sim = self._find_simulator(network)
            if sim is not None and self._is_new(network, sim):
                found[id(network)] = drawing, network, sim
        if not found:
            return

        def look() -> None:
            for drawing, network, sim in found.values():
                try:
                    with self._checking:
                        self._look(drawing, network, sim, asked=False)
                except Exception:
                    log.debug("a network could not be looked at", exc_info=True)

        threading.Thread(target=look, name="nengo_nb-diagram-check", daemon=True).start()

    def _is_new(self, network: nengo.Network, sim: AnySimulator) -> bool:
        """Whether a simulator's model was not looked at yet."""
        looked = self._looked.get(network)
        return looked is None or looked() is not sim.model

    def tell(self, network: nengo.Network, health: Findings) -> None:
        """Show findings on all diagrams of a network, such as those of ``%nengo check``."""
        self._remember(network, self._find_simulator(network))
        self._publish(network, health.findings, f"Looked at {health.looked_at}.")

    def _work(
        self,
        request: CheckRequest,
        drawing: Drawing,
        network: nengo.Network,
        sim: AnySimulator | None,
    ) -> None:
        """Check, and reply. Nothing can be raised in a thread: the page gets a sentence."""
        note = ""
        try:
            # Not before it is asked for: it needs the simulator.
            from nengo_nb import check

            with self._checking:
                if request.seconds:
                    self.tell(network, check(network, request.seconds))
                else:
                    self._look(drawing, network, sim, request.asked)
        except Exception as error:
            log.debug("a network could not be checked", exc_info=True)
            note = f"This network cannot be checked: {sentence_of(error)}"
        self._send(Done(id=request.id, note=note))

    def _look(
        self, drawing: Drawing, network: nengo.Network, sim: AnySimulator | None, asked: bool
    ) -> None:
        """Look at the built objects of a drawing; build its network if no simulator has."""
        from .findings import look_at_drawing

        # Before the look, so that no cell that ends meanwhile begins another one.
        self._remember(network, sim)
        if sim is None:
            # Here, as what is built already is looked at without it, by whichever simulator it was.
            from nengo_nb import Simulator

            with Simulator(network, progress_bar=False) as own:
                look = look_at_drawing(drawing, own.model, asked)
        else:
            look = look_at_drawing(drawing, sim.model, asked)
        self._publish(network, look.findings, look.sentence)

    def _remember(self, network: nengo.Network, sim: AnySimulator | None) -> None:
        if sim is not None:
            self._looked[network] = weakref.ref(sim.model)

    def _publish(self, network: nengo.Network, findings: Iterable[Finding], looked_at: str) -> None:
        """Send findings to each drawing of a network."""
        from .findings import locate

        known = self._known.setdefault(network, {})
        for name, drawing in self._drawings.of(network).items():
            infos = list(locate(drawing, findings))
            known[name] = Health(
                drawing=name,
                findings=infos[:MOST_FINDINGS],
                more=max(len(infos) - MOST_FINDINGS, 0),
                looked_at=looked_at,
            )
            self._send(known[name])
