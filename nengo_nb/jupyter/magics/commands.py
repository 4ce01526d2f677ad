"""The magics ``%%nengo``, ``%nengo`` and ``%%nengo_train``: thin lines over the session."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError
from IPython.display import display

from nengo_nb.jupyter.cards.kinds import card_of, list_card
from nengo_nb.jupyter.session import Options, Session
from nengo_nb.jupyter.words import unknown

from .cell import one_line_interrupt, render_from_user_code, run_for_names, run_in_network
from .options import CELL, LINES, TRAIN, overview, words_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Magics:
    """Reads a line, calls the session, and lets errors show the user's own code."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.session = Session(shell)

    def read_cell(self, line: str, body: str) -> Any:
        """``%%nengo NAME [options]``: the body runs inside a new network, which is shown, and run if asked."""
        values = CELL.read(words_of(line))
        if values is None:
            return None
        if values.plot and values.run is None:
            raise UsageError("%%nengo: --plot says what to plot after a run, so it needs --run SECONDS")
        network = nengo.Network(label=values.label or values.name, seed=values.seed)
        value = run_in_network(self.shell, values.name, body, network)
        self.session.hold(values.name, network, Options(values.dt, values.minibatch))
        if not values.no_show:
            display(card_of(network))
        if hasattr(self.shell, "kernel") and values.run is None and not values.live:
            self.session.warm_up.begin(network, values.dt, values.minibatch)
        if values.run is not None:
            self._call(
                self._run, argparse.Namespace(name=values.name, seconds=values.run, probes=values.plot)
            )
        if values.live:
            self._call(self._live, values)
        return value

    def read_training(self, line: str, body: str) -> Any:
        """``%%nengo_train NAME --epochs N [options]``: the body makes examples, and the network learns from them."""
        self.session.returned = None
        values = TRAIN.read(words_of(line))
        return None if values is None else self._call(lambda values: self._train(values, body), values)

    def read_line(self, line: str) -> Any:
        """``%nengo COMMAND ...``."""
        self.session.returned = None
        command, *words = words_of(line) or ["--help"]
        if command in ("-h", "--help"):
            print(overview())
            return None
        if command not in LINES:
            raise UsageError(f"%nengo: {unknown('command', command, LINES)}")
        values = LINES[command].read(words)
        return None if values is None else self._call(self._commands()[command], values)

    def _call(self, command: Callable[[argparse.Namespace], Any], values: argparse.Namespace) -> Any:
        """Run a command; what fails in it is shown without the frames of this room."""
        try:
            return command(values)
        except BaseException as error:
            if not hasattr(error, "_render_traceback_"):
                render_from_user_code(self.shell, error)
            raise

    def _commands(self) -> dict[str, Callable[[argparse.Namespace], Any]]:
        """What each command calls."""
        session = self.session
        return {
            "run": self._run,
            "step": lambda values: session.step(values.name, values.steps),
            "reset": lambda values: session.reset(values.name),
            "plot": lambda values: session.plot(values.name, values.probes, values.item),
            "diagram": lambda values: card_of(session.network(values.name), depth=values.depth),
            "compare": self._compare,
            "list": lambda _values: list_card(session),
            "live": self._live,
            "explain": self._explain,
        }

    def _run(self, values: argparse.Namespace) -> Any:
        """Run and plot; the simulator is returned, but not shown a second time."""
        with one_line_interrupt(
            values.name, f"its data are kept, and '%nengo run {values.name}' goes on from there"
        ):
            sim = self.session.run(values.name, values.seconds, getattr(values, "probes", ()))
        self.session.returned = sim
        return sim

    def _compare(self, values: argparse.Namespace) -> Any:
        """Run on every backend; the simulator that the notebook holds is left as it is."""
        with one_line_interrupt(values.name, "nothing is kept of a comparison that did not end"):
            return self.session.compare(values.name, values.seconds, values.backends, values.probes)

    def _live(self, values: argparse.Namespace) -> Any:
        """Show a live view; the view is kept as long as the simulator."""
        display(self.session.live(values.name))

    def _train(self, values: argparse.Namespace, body: str) -> Any:
        """Train; the simulator is returned, but not shown."""
        import nengo_nb.quiet  # noqa: F401 - brings TensorFlow without its chatter
        from nengo_nb.jupyter.teaching.lesson import read_lesson
        from nengo_nb.jupyter.teaching.school import teach

        self.session.network(values.name)
        lesson = read_lesson(values, lambda: run_for_names(self.shell, body))
        with one_line_interrupt(values.name, "it keeps what it has learned so far"):
            sim = self.session.learner(values.name, values.batch)
            if not teach(sim, values.name, **lesson):
                raise KeyboardInterrupt
        self.session.returned = sim
        return sim

    def _explain(self, values: argparse.Namespace) -> Any:
        """Show an explanation; text is printed, so that its lines stay lines."""
        explanation = self.session.explain(values.name)
        if not isinstance(explanation, str):
            return explanation
        print(explanation)
        return None
