"""Controller of the panels, which handles orders at once and builds simulators in a thread."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, assert_never

from IPython.core.error import UsageError

from nengo_nb import __version__
from nengo_nb.diagram.saved import MIME_TYPE
from nengo_nb.jupyter.actions import open_live_view
from nengo_nb.jupyter.cards.network import make_network_card
from nengo_nb.jupyter.live.run import LiveRun
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.view import LiveView
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol import panel as m
from nengo_nb.jupyter.protocol.codec import MOST, read_message, sentence_of, write_message
from nengo_nb.jupyter.run_checks import check_content, check_steps
from nengo_nb.jupyter.session.registry import Session
from nengo_nb.jupyter.suggestions import unknown

from .broadcaster import Broadcaster
from .entries import WATCHED, Entry, describe_entry, find_entries

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)


class Controller:
    """Controller of all panels of one session. Its methods are called on any thread.

    Args:
        session: Networks and simulators of the notebook.
        send: Sends a message to all pages, from any thread.
    """

    def __init__(self, session: Session, send: Callable[[dict[str, Any]], None]) -> None:
        self.session = session
        self._send = send
        self._entries: tuple[Entry, ...] = ()
        self._in_cell = False
        # Weak keys: what is built, failed or ran must not outlive the variable it belongs
        # to. The first table also says that a build is under way, and what follows it.
        self._waiting: weakref.WeakKeyDictionary[Any, Callable[[], None]] = (
            weakref.WeakKeyDictionary()
        )
        self._errors: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        # Steps of each simulator at the last report, to see that a cell runs it.
        self._steps: weakref.WeakKeyDictionary[AnySimulator, int] = weakref.WeakKeyDictionary()
        self._views: dict[str, LiveView] = {}
        events = session.shell.events
        events.register("pre_run_cell", self._before_cell)
        events.register("post_run_cell", self._after_cell)
        self._broadcaster = Broadcaster(self.report, self._tell, self._is_active)
        self.look()

    def close(self) -> None:
        """Stop reporting, and let go of the views."""
        events = self.session.shell.events
        events.unregister("pre_run_cell", self._before_cell)
        events.unregister("post_run_cell", self._after_cell)
        self._broadcaster.close()
        self._views.clear()

    # -- what there is

    def look(self) -> None:
        """Find the networks and simulators that the variables refer to now."""
        # Replaced as a whole, as orders read it on other threads.
        self._entries = find_entries(self.session)
        simulators = {entry.name: entry.simulator(self.session) for entry in self._entries}
        for sim in simulators.values():
            self._listen(live_runs.find(sim))
        # A view of a simulator that was replaced or
        # closed is let go of, as it keeps its simulator.
        self._views = {
            name: view
            for name, view in self._views.items()
            if simulators.get(name) is view.sim is not None and not view.sim.closed
        }
        self._broadcaster.on_change()

    def report(self) -> m.Report:
        """Return a report of all entries."""
        return m.Report(
            version=VERSION,
            package=__version__,
            rows=[self._row(entry) for entry in self._entries],
        )

    def _row(self, entry: Entry) -> m.Row:
        sim, thing = entry.simulator(self.session), entry.thing()
        run = live_runs.find(sim)
        failed = "" if thing is None else self._errors.get(thing, "")
        error = failed or ("" if run is None else run.error)
        return describe_entry(entry, sim, self._state(thing, sim, run, error), error)

    def _state(
        self, thing: Any, sim: AnySimulator | None, run: LiveRun | None, error: str
    ) -> m.EntryState:
        """Return the state of an entry."""
        if thing is not None and thing in self._waiting:
            return "building"
        if sim is None:
            return "error" if error else "new"
        # Called for each report, so that steps since the last one show a run
        # in a cell, which is not a live run and tells nothing by itself.
        moved = self._steps.get(sim, sim.n_steps) != sim.n_steps
        self._steps[sim] = sim.n_steps
        if sim.closed:
            return "closed"
        if run is not None and (run.playing or run.compiling):
            return "compiling" if run.compiling else "running"
        if moved and self._in_cell:
            return "cell"
        return "error" if error else "idle"

    def _is_active(self) -> bool:
        """Whether to look again and again, while a cell runs; live runs tell of themselves."""
        return self._in_cell

    def _before_cell(self, _info: object) -> None:
        self._in_cell = True
        self._broadcaster.on_change()

    def _after_cell(self, _result: object) -> None:
        self._in_cell = False
        self.look()

    # -- orders

    def receive(self, content: Any) -> None:
        """Handle a message on the main thread or a subshell; nothing here waits or prints."""
        if isinstance(content, dict) and content.get("type") == m.Connect.__name__:
            self.look()
            self._broadcaster.again()
            return
        try:
            order: m.Order = read_message(content, m.TO_KERNEL)
        except ValueError as error:
            self._tell(m.Notice(page="", name="", text=str(error)))
            return
        self._tell(m.Ack(page=order.page, number=order.number))
        try:
            self._take(order)
        except Exception as error:
            expected = isinstance(error, UsageError | ValueError | TypeError | LookupError)
            if not expected:
                log.exception("an order of a panel could not be carried out")
            text = (
                str(error.args[0])
                if isinstance(error, UsageError | TypeError)
                else sentence_of(error)
            )
            self._tell(m.Notice(page=order.page, name=order.name, text=text))
        self._broadcaster.on_change()

    def _take(self, order: m.Order) -> None:
        entry = self._entry(order.name)
        if entry.kind == "other" and not isinstance(order, m.ShowDiagram):
            raise UsageError(WATCHED)
        match order:
            case m.Run(seconds=seconds):
                self._check_run(entry, seconds)
                self._in_thread(order, entry, lambda: self._run(entry, seconds))
            case m.Pause():
                self._pause(entry)
            case m.Reset():
                self._reset(order, entry)
            case m.ShowLive():
                self._in_thread(order, entry, lambda: self._show_live(order.page, entry))
            case m.ShowDiagram():
                self._show_diagram(order.page, entry)
            case _:
                assert_never(order)

    def _entry(self, name: str) -> Entry:
        listed = next((entry for entry in self._entries if entry.name == name), None)
        # Entries are as of the last cell; by now the name may be bound to something else.
        if listed is None or self.session.shell.user_ns.get(name) is not listed.thing():
            raise UsageError(
                unknown("network or simulator", name, [entry.name for entry in self._entries])
            )
        return listed

    def _in_thread(self, order: m.Order, entry: Entry, work: Callable[[], None]) -> None:
        """Call ``work`` with an up-to-date simulator: at once, or after a build in a thread."""
        thing = entry.thing()
        if thing in self._waiting:
            raise UsageError(f"the simulator of {entry.name!r} is still being built")
        self._errors.pop(thing, None)
        sim = entry.simulator(self.session)
        if sim is not None and not self._has_changed(entry, sim):
            work()
            return
        # A pause meanwhile replaces the work by nothing, so it is looked up after the build.
        self._waiting[thing] = work

        def build_and_work() -> None:
            try:
                self.session.simulator(
                    entry.name,
                    tell=lambda text: self._tell(
                        m.Notice(page=order.page, name=entry.name, text=text)
                    ),
                )
                self._waiting.pop(thing)()
            # A thread has no cell to raise in: the entry shows the error, and the page gets it.
            except Exception as error:
                text = (
                    str(error)
                    if isinstance(error, UsageError)
                    else f"{type(error).__name__}: {error}"
                )
                self._errors[thing] = text
                self._tell(m.Notice(page=order.page, name=entry.name, text=text))
            finally:
                self._waiting.pop(thing, None)
                self._broadcaster.on_change()

        threading.Thread(target=build_and_work, name="nengo_nb-panel-build", daemon=True).start()

    def _has_changed(self, entry: Entry, sim: AnySimulator) -> bool:
        """Whether the network of an open simulator has changed, so that it must be rebuilt."""
        return entry.kind == "network" and not sim.closed and self.session.has_changed(entry.name)

    def _check_run(self, entry: Entry, seconds: float | None) -> None:
        network = entry.network()
        if network is not None:
            check_content(entry.name, network)
        if seconds is not None:
            if not 0 < seconds < float("inf"):
                raise UsageError(
                    f"a time to run is a number of seconds above zero (got {seconds:g})"
                )
            if not seconds / entry.dt < MOST:
                raise UsageError(f"{seconds:g} s are more time steps than can be counted")
            check_steps(seconds, entry.dt)

    def _run(self, entry: Entry, seconds: float | None) -> None:
        """Run in the background, as fast as possible unless a live view has set another speed."""
        sim = self._open_simulator(entry)
        former = live_runs.find(sim)
        run = live_runs.open(sim)
        # A new run: no speed was chosen for it yet. The former one may have ended.
        if former is not run:
            run.set_speed(None)
        self._listen(run)
        if seconds is None:
            run.play()
        else:
            run.run_to(sim.time + seconds)

    def _pause(self, entry: Entry) -> None:
        """Pause after the chunk in flight; after a build under way, do not run at all."""
        if entry.thing() in self._waiting:
            self._waiting[entry.thing()] = lambda: None
        run = live_runs.find(entry.simulator(self.session))
        if run is not None:
            run.pause()

    def _reset(self, order: m.Order, entry: Entry) -> None:
        sim = entry.simulator(self.session)
        thing = entry.thing()
        self._errors.pop(thing, None)
        if sim is None:
            return
        if sim.closed and entry.kind == "network":
            # A closed simulator cannot be reset, so a new one is built; nothing follows the build.
            self.session.forget_closed(entry.name)
            self._in_thread(order, entry, lambda: None)
            return
        if self._has_changed(entry, sim):
            self._in_thread(order, entry, lambda: None)
            return
        run = live_runs.open(self._open_simulator(entry))
        self._listen(run)
        # Paused as well: without that it would go on from time zero.
        run.pause()
        run.reset()

    def _show_live(self, page: str, entry: Entry) -> None:
        """Send the live view of a simulator, always the same one for the same simulator."""
        sim = self._open_simulator(entry)
        view = self._views.get(entry.name)
        if view is None or view.sim is not sim:
            view = (
                open_live_view(self.session, entry.name)
                if entry.kind == "network"
                else LiveView(sim)
            )
            self._views[entry.name] = view
        self._listen(view.run)
        self._tell(
            m.Output(
                page=page,
                name=entry.name,
                kind="live",
                key=view.widget.uid,
                bundle=view.bundle(sim),
            )
        )

    def _show_diagram(self, page: str, entry: Entry) -> None:
        network = entry.network()
        if network is None:
            raise UsageError(f"{entry.name!r} means something else by now")
        # A page keeps a tab with the same key: the same network after
        # another cell is drawn anew, as the cell may have changed it.
        key = f"{self.session.shell.execution_count}/{id(network)}"
        bundle = {MIME_TYPE: make_network_card(network).saved()}
        self._tell(m.Output(page=page, name=entry.name, kind="diagram", key=key, bundle=bundle))

    def _open_simulator(self, entry: Entry) -> Simulator:
        sim = entry.own_simulator(self.session)
        if sim is None:
            raise UsageError(f"{entry.name!r} means something else by now")
        if sim.closed:
            out = (
                "Reset builds a new one"
                if entry.kind == "network"
                else "run the cell that makes it again"
            )
            raise UsageError(f"the simulator of {entry.name!r} was closed; {out}")
        return sim

    def _listen(self, run: LiveRun | None) -> None:
        if run is not None:
            run.listen(self._broadcaster)

    def _tell(self, message: m.ToBrowser) -> None:
        self._send(write_message(message))
