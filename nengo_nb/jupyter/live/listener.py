"""Interface of those who follow live runs."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, Protocol

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

log = logging.getLogger(__name__)

News = ParamSpec("News")


class Listener(Protocol):
    """Listener of a live run: a view's widget, the activity of its diagrams, or the panel."""

    def on_change(self) -> None:
        """Note that something has changed. Called on any thread: neither wait nor draw here."""

    def on_pause(self, sim: Simulator, /) -> None:
        """Note that the simulation pauses. Called on the run's thread, between two chunks."""


class ObservedRun(Protocol):
    """The part of a live run that its listeners use."""

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""

    def listen(self, listener: Listener) -> None:
        """Add a listener, which is held weakly."""


class RunObserver(Protocol):
    """Observer of all live runs, such as the diagrams of a notebook."""

    def on_start(self, run: ObservedRun, /) -> None:
        """Note that there is a live run. Called on the thread that started it."""


def tell(listen: Callable[News, None], *news: News.args, **named: News.kwargs) -> None:
    """Call a listener; its errors are logged and do not stop the simulation."""
    try:
        listen(*news, **named)
    except Exception:
        log.exception("a view could not follow a live run")


class Audience:
    """Listeners of one live run. They are held weakly, so that one ends with its widget."""

    def __init__(self) -> None:
        self._listeners: weakref.WeakSet[Listener] = weakref.WeakSet()
        self._views: weakref.WeakSet[Listener] = weakref.WeakSet()

    @property
    def has_views(self) -> bool:
        """Whether a view is open, which keeps the run going."""
        return bool(self._views)

    @property
    def views(self) -> list[Listener]:
        """The open views, in no order."""
        return list(self._views)

    def add(self, listener: Listener) -> None:
        """Add a listener."""
        self._listeners.add(listener)

    def add_view(self, view: Listener) -> None:
        """Add a view, which listens."""
        self._views.add(view)
        self.add(view)

    def has_view(self, view: Listener) -> bool:
        """Whether a view is open."""
        return view in self._views

    def remove(self, view: Listener) -> None:
        """Remove a view that is closed."""
        self._listeners.discard(view)
        self._views.discard(view)

    def tell_of_change(self) -> None:
        """Call ``on_change`` of all, on the calling thread."""
        # A copy, because other threads add listeners meanwhile.
        for listener in list(self._listeners):
            tell(listener.on_change)

    def tell_of_pause(self, sim: Simulator) -> None:
        """Call ``on_pause`` of all."""
        for listener in list(self._listeners):
            tell(listener.on_pause, sim)
