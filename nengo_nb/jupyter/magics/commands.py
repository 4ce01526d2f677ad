"""Magics ``%%nengo``, ``%nengo`` and ``%%nengo_train``, as thin layers over actions."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError
from IPython.display import display

from nengo_nb.jupyter import actions
from nengo_nb.jupyter.cards.dispatch import make_card
from nengo_nb.jupyter.cards.simulator import make_list_card
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.session.entry import Options
from nengo_nb.jupyter.session.loop_variables import LoopNames
from nengo_nb.jupyter.session.registry import Session
from nengo_nb.jupyter.suggestions import unknown

from .arguments import CELL, LINES, TRAIN, overview
from .cell import has_await, run_for_names, run_in_network, run_to_end
from .errors import one_line_interrupt, render_from_user_code
from .hooks import read_hooks
from .outcomes import Start, get_start
from .parameters import freeze_parameters, load_parameters, save_parameters
from .parser import split_words
from .tuning import tune_converter

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nengo_nb.analysis import Health
    from nengo_nb.simulator import Simulator

Command = Callable[[argparse.Namespace], Any]


class Magics:
    """Parse lines, take actions, and have errors shown with the user's own code."""

    def __init__(self, shell: InteractiveShell, loops: LoopNames) -> None:
        self.shell = shell
        self.session = Session(shell, loops)
        self.returned: Simulator | None = None
        """Simulator that the last command returned, which is not displayed."""

    def read_cell(self, line: str, body: str) -> Any:
        """Run ``%%nengo NAME [options]``: the body, inside a new network, which is shown.

        Returns:
            The value of the cell; of a body with ``await``, a coroutine that returns it.
        """
        work = self._network_cell(line, body)
        # A coroutine either way; without await it is run here, so
        # that a magic called from a function returns its value.
        return work if has_await(self.shell, body) else run_to_end(work)

    def read_training(self, line: str, body: str) -> Any:
        """Run ``%%nengo_train NAME --epochs N ...``: the body, and a training on its examples."""
        work = self._training_cell(line, body)
        return work if has_await(self.shell, body) else run_to_end(work)

    def read_line(self, line: str) -> Any:
        """Run ``%nengo COMMAND ...``."""
        # Set by commands that return a simulator, so that it is not displayed a second time.
        self.returned = None
        command, *words = split_words(line) or ["--help"]
        if command in ("-h", "--help"):
            print(overview())
            return None
        if command not in LINES:
            raise UsageError(f"%nengo: {unknown('command', command, LINES)}")
        values = LINES[command].read(words)
        if values is None:
            return None
        return self._call(
            self._commands()[command], f"%nengo {line}", values, self._outcomes().get(command)
        )

    async def _network_cell(self, line: str, body: str) -> Any:
        values = CELL.read(split_words(line), overview)
        if values is None:
            return None
        if values.plot and values.run is None:
            raise UsageError(
                "%%nengo: --plot says what to plot after a run, so it needs --run SECONDS"
            )
        network = nengo.Network(label=values.label or values.name, seed=values.seed)
        value = await run_in_network(self.shell, values.name, body, network)
        # The name is the network's now, also if a loop assigned it before.
        self.session.loops.discard(values.name)
        self.session.register(values.name, network, Options(values.dt, values.minibatch))
        first_line = f"%%nengo {line}"
        if not values.no_show:
            self._call(
                lambda _values: display(make_card(network)),
                first_line,
                values,
                self._outcomes()["card"],
            )
        # Only in a notebook, and only if no build follows at once.
        if hasattr(self.shell, "kernel") and values.run is None and not values.live:
            self.session.warm_up.begin(network, values.dt, values.minibatch)
        if values.run is not None:
            run = argparse.Namespace(name=values.name, seconds=values.run, probes=values.plot)
            self._call(self._run, first_line, run, self._outcomes()["run"])
        if values.live:
            self._call(self._live, first_line, values)
        return value

    async def _training_cell(self, line: str, body: str) -> Any:
        self.returned = None
        values = TRAIN.read(split_words(line))
        if values is None:
            return None

        from nengo_nb.jupyter.training.train_cell import read_objective, read_train_cell

        # Line and name are checked before the body runs, which may take long to make examples.
        optimizer, loss = read_objective(values)
        self.session.network(values.name)
        assigned = await run_for_names(self.shell, values.name, body)
        arguments = read_train_cell(values, assigned, optimizer, loss)
        first_line = f"%%nengo_train {line}"
        return self._call(
            lambda values: self._train(values, first_line, arguments), first_line, values
        )

    def _call(
        self,
        command: Command,
        line: str,
        values: argparse.Namespace,
        outcome: Callable[[Start, argparse.Namespace], str] | None = None,
    ) -> Any:
        """Run a command; errors are shown without the frames of this folder.

        Args:
            command: Function of the parsed line.
            line: Line of the magic.
            values: Parsed line.
            outcome: Returns the sentence about an interrupt; by default one about the build alone.
        """
        name = getattr(values, "name", None)
        networks = self.session.names(inner=True)
        # Taken before the command runs: the sentence
        # compares with it. Names of inner networks count.
        start = get_start(self.session, name) if name in networks else None

        def sentence() -> str:
            if start is not None and outcome is not None:
                return outcome(start, values)
            unbuilt = None if start is None else start.build_outcome(line)
            return unbuilt or "the command was stopped, and nothing has changed"

        try:
            with one_line_interrupt(self.shell, line, sentence):
                return command(values)
        except BaseException as error:
            render_from_user_code(self.shell, error)
            raise

    def _commands(self) -> dict[str, Command]:
        """Return the function of each command."""
        session = self.session
        return {
            "run": self._run,
            "step": lambda values: actions.step(session, values.name, values.steps),
            "reset": lambda values: actions.reset(session, values.name),
            "plot": lambda values: actions.plot(session, values.name, values.probes, values.item),
            "diagram": lambda values: make_card(session.network(values.name), depth=values.depth),
            "compare": lambda values: actions.compare(
                session, values.name, values.seconds, values.backends, values.probes
            ),
            "list": lambda _values: make_list_card(session.networks()),
            "live": self._live,
            "explain": self._explain,
            "save": lambda values: print(save_parameters(session, values.name, values.file)),
            "load": lambda values: print(load_parameters(session, values.name, values.file)),
            "freeze": lambda values: print(freeze_parameters(session, values.name)),
            "check": self._check,
            "tune": lambda values: tune_converter(self.shell.user_ns, values),
        }

    def _outcomes(self) -> dict[str, Callable[[Start, argparse.Namespace], str]]:
        """Return the sentences about an interrupt, of commands that change state step by step."""
        return {
            "run": lambda start, values: start.run_outcome(
                round(values.seconds / self.session.options(values.name).dt), "run"
            ),
            "step": lambda start, values: start.run_outcome(values.steps, "step"),
            "card": lambda start, _values: (
                f"{start.name!r} is complete, but was not drawn; '%nengo diagram {start.name}' "
                "draws it"
            ),
            "compare": lambda start, _values: (
                f"{start.name!r} was not compared: nothing is kept of a comparison that did not end"
            ),
        }

    def _check(self, values: argparse.Namespace) -> Health:
        # Not before it is asked for: it needs the simulator.
        from nengo_nb import check
        from nengo_nb.jupyter.diagrams.notebook import notebook_diagrams

        network = self.session.network(values.name)
        remember_names(network)
        health = check(network, values.seconds, dt=self.session.options(values.name).dt)
        notebook_diagrams().tell_health(network, health)
        return health

    def _run(self, values: argparse.Namespace) -> Any:
        """Run and plot; the simulator is returned, but not displayed a second time."""
        probes = getattr(values, "probes", ())
        sim = actions.run(self.session, values.name, values.seconds, probes)
        self.returned = sim
        return sim

    def _live(self, values: argparse.Namespace) -> Any:
        """Display a live view, which the session keeps as long as the simulator."""
        # A cell with --live has no such option.
        history = getattr(values, "history", None)
        hooks = read_hooks(self.shell.user_ns, values)
        display(actions.open_live_view(self.session, values.name, history, hooks))

    def _train(self, values: argparse.Namespace, line: str, arguments: dict[str, Any]) -> Any:
        """Train; the simulator is returned, but not displayed."""
        start = get_start(self.session, values.name)
        sim, progress = actions.train(self.session, values.name, values.batch, arguments)
        # fit ended in order and kept the weights; raised again, so that Run All stops here.
        if progress.stopped:
            raise KeyboardInterrupt(start.training_outcome(line, progress.batches_done))
        self.returned = sim
        return sim

    def _explain(self, values: argparse.Namespace) -> None:
        """Print an explanation, as a returned string would be displayed with its escapes."""
        print(actions.explain(self.session, values.name))
