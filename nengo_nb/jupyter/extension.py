"""IPython extension: what ``%load_ext`` adds to a shell, and ``%unload_ext`` removes.

Loading must be quick, so nothing here waits for Nengo, Bokeh or TensorFlow: magics and cards are
imported when they are first used, and the types they belong to are registered by name.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from nengo_nb import compiler, hooks

from .import_ahead import begin_import
from .magics.arguments import TRAIN, overview
from .magics.inspection import inspecting
from .per_shell import get_values
from .session.loop_variables import LoopNames

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.formatters import BaseFormatter
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
    from nengo.utils.progress import ProgressBar

    from nengo_nb.simulator.any_simulator import AnySimulator

    from .magics.commands import Magics
    from .panel.comms import PanelComms

MATCHER = "nengo_nb"
"""Identifier of the completion matcher in IPython."""

SIMULATORS = ("nengo_nb.simulator.simulator.Simulator", "nengo.simulator.Simulator")
THINGS = (
    "nengo_nb.plan.program.Plan",
    "nengo_nb.convert.tuning.Tuning",
    "nengo_nb.analysis.health.Health",
    "nengo.network.Network",
    "nengo.ensemble.Ensemble",
    "nengo.ensemble.Neurons",
    "nengo.node.Node",
    "nengo.connection.Connection",
    "nengo.probe.Probe",
)

CELL_CALLS = ("get_ipython().run_cell_magic('nengo'", "get_ipython().run_cell_magic('nengo_train'")
"""Code that IPython makes of a cell whose first line is one of the magics."""

DRAWN = (
    "nengo_nb.jupyter.outputs.plot.Plot",
    "nengo_nb.jupyter.outputs.card.Card",
    "nengo_nb.jupyter.diagrams.card.DiagramCard",
    "nengo_nb.jupyter.comparison.result.Comparison",
)
"""Types with a MIME bundle of their own."""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics, their completion, the cards and the progress bar to a shell, once.

    In a notebook's kernel the compiler is configured, too, and the import of Nengo begins: the
    process is there for this notebook alone.
    """
    if hasattr(shell, "kernel"):
        compiler.prepare_compiler()
        begin_import()
    if find_extension(shell) is None:
        get_values(shell)[Extension] = Extension(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Remove everything that was added, and close the simulators of the session."""
    extension = find_extension(shell)
    if extension is not None:
        del get_values(shell)[Extension]
        extension.remove()


def find_extension(shell: InteractiveShell) -> Extension | None:
    """Return the extension that was loaded into a shell, or None."""
    extension: Extension | None = get_values(shell).get(Extension)
    return extension


def keep_bare_line(lines: list[str]) -> list[str]:
    """Add an empty body to a single line, so that the magic itself can give help or an error."""
    return (
        [*lines, "\n"]
        if len(lines) == 1 and lines[0].startswith(("%%nengo ", "%%nengo_train "))
        else lines
    )


class Extension:
    """Magics, formatters, completion, hooks and comms that were added to one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.loops = LoopNames()
        self._register_magics()
        self._register_formatters()
        self._add_completion()
        shell.input_transformers_cleanup.append(keep_bare_line)
        # After IPython's own transformers: by then a cell magic is a call of run_cell_magic.
        shell.input_transformers_post.append(self.await_cell)
        shell.events.register("post_run_cell", self._after_cell)
        self.kernel = getattr(shell, "kernel", None)
        if self.kernel is not None:
            # An attribute of the instance, which hides
            # the method of its class until it is deleted.
            self.kernel.do_inspect = inspecting(self.kernel.do_inspect)
        self._bar_before = hooks.default_progress_bar
        hooks.default_progress_bar = self._progress_bar
        self._panel_comms = self._open_panel() if hasattr(shell, "kernel") else None

    @cached_property
    def magics(self) -> Magics:
        """Magics, which are imported with Nengo when first used."""
        try:
            from .actions import open_empty_view
            from .diagrams.notebook import notebook_diagrams
            from .magics.commands import Magics
        except KeyboardInterrupt as stop:
            sentence = (
                "KeyboardInterrupt: nengo_nb was stopped while it was loaded; the same "
                "cell begins anew"
            )
            # IPython asks an exception for this method before it renders one itself.
            stop._render_traceback_ = lambda: [sentence]  # type: ignore[attr-defined]
            raise

        magics = Magics(self.shell, self.loops)
        diagrams = notebook_diagrams()
        diagrams.find_in_session = magics.session.find_simulator_of
        diagrams.open_in_session = partial(open_empty_view, magics.session)
        return magics

    def _add_completion(self) -> None:
        """Add a matcher for the lines of the magics, where IPython has matchers (8.6 and later)."""
        try:
            from IPython.core.completer import context_matcher
        except ImportError:
            return

        @context_matcher(identifier=MATCHER)
        def matcher(context: CompletionContext) -> SimpleMatcherResult:
            return self.complete(context)

        self.shell.Completer.custom_matchers.append(matcher)

    def complete(self, context: CompletionContext) -> SimpleMatcherResult:
        """Complete a line of one of the magics; any other line costs one comparison."""
        if not context.line_with_cursor.lstrip().startswith(("%nengo", "%%nengo")):
            return {"completions": []}
        from .magics.completion import complete

        return complete(self.magics.session, context)

    def await_cell(self, lines: list[str]) -> list[str]:
        """Have IPython await the call of a magic whose body has a top-level ``await``."""
        if not lines or not lines[0].startswith(CELL_CALLS):
            return lines
        if "await" not in lines[0] and "async" not in lines[0]:
            return lines
        from .magics.cell import awaited

        return awaited(self.shell, lines)

    def remove(self) -> None:
        """Undo what ``__init__`` did."""
        matchers = getattr(self.shell.Completer, "custom_matchers", [])
        # In place, as IPython keeps this list; by identifier, as the function is a closure.
        matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", None) != MATCHER]
        self.shell.input_transformers_cleanup.remove(keep_bare_line)
        self.shell.input_transformers_post.remove(self.await_cell)
        self.shell.events.unregister("post_run_cell", self._after_cell)
        if self.kernel is not None:
            del self.kernel.do_inspect  # its class has its own
        for kind, name in (("line", "nengo"), ("cell", "nengo"), ("cell", "nengo_train")):
            self.shell.magics_manager.magics[kind].pop(name, None)
        for formatter, names in self._formatters():
            for name in names:
                formatter.pop(name, None)
        hooks.default_progress_bar = self._bar_before
        if self._panel_comms is not None:
            self._panel_comms.close()
        # Asked without making them: where no magic was used, Nengo need not be imported.
        if "magics" in self.__dict__:
            from .diagrams.notebook import notebook_diagrams

            diagrams = notebook_diagrams()
            diagrams.find_in_session = diagrams.open_in_session = None
            self.magics.session.close()

    def _open_panel(self) -> PanelComms:
        """Open the comms of the side panel."""
        from .panel.comms import PanelComms

        return PanelComms(lambda: self.magics.session)

    def _after_cell(self, result: ExecutionResult) -> None:
        """Update loop variables and close simulators of networks that are gone, after each cell."""
        source = result.info.raw_cell or ""
        # A cheap test first: most cells have no loop, and parsing each would cost time.
        if self.loops or "for" in source:
            with suppress(SyntaxError):  # then nothing has run
                self.loops.read(self.shell.transform_cell(source))
        if "magics" in self.__dict__:
            self.magics.session.close_orphans()
            self.magics.session.tell_live_changes()
        # Where it was never imported there is no diagram yet; nor while another thread imports it.
        module = sys.modules.get(f"{__package__}.diagrams.notebook")
        diagrams = getattr(module, "notebook_diagrams", None)
        if diagrams is not None:
            diagrams().follow_builds()

    def _progress_bar(self, dt: float) -> ProgressBar:
        """Return the progress bar that ``progress_bar=True`` stands for."""
        from .outputs.progress import open_bar

        return open_bar(dt)

    def _register_magics(self) -> None:
        """Register ``nengo`` as line and cell magic, with one help, and ``nengo_train``."""

        def nengo(line: str, cell: str | None = None) -> Any:
            return (
                self.magics.read_line(line) if cell is None else self.magics.read_cell(line, cell)
            )

        def nengo_train(line: str, cell: str) -> Any:
            return self.magics.read_training(line, cell)

        nengo.__doc__ = overview()
        nengo_train.__doc__ = TRAIN.format_help()
        self.shell.register_magic_function(nengo, "line_cell")
        self.shell.register_magic_function(nengo_train, "cell")

    def _register_formatters(self) -> None:
        """Register formatters by the names of types, so that nothing has to be imported."""
        cards, drawn, displays = self._formatters()
        printers = ((*cards, self._card), (*drawn, self._draw), (*displays, self._display))
        for formatter, names, printer in printers:
            for name in names:
                formatter.for_type_by_name(*name.rsplit(".", 1), printer)

    def _formatters(self) -> tuple[tuple[BaseFormatter, tuple[str, ...]], ...]:
        """Return the formatters of the shell, with the names of types to register there."""
        formatter = self.shell.display_formatter
        return (
            (formatter.mimebundle_formatter, THINGS + SIMULATORS),
            (formatter.mimebundle_formatter, DRAWN),
            (formatter.ipython_display_formatter, SIMULATORS),
        )

    def _card(self, thing: Any) -> Any:
        """Return the MIME bundle of the card of a network, an object, a simulator or a plan."""
        from .cards.dispatch import OBJECTS, make_card

        # With facts of the build if the session has a simulator of the object.
        sim = self.magics.session.find_simulator_of(thing) if isinstance(thing, OBJECTS) else None
        return self._draw(make_card(thing, sim))

    def _draw(self, thing: Any) -> Any:
        """Return an object's own MIME bundle; an interrupt is shown without its frames."""
        try:
            return thing._repr_mimebundle_()
        except KeyboardInterrupt as stop:
            from .magics.errors import show_interrupted_display

            show_interrupted_display(self.shell, stop)
            raise

    def _display(self, simulator: AnySimulator) -> None:
        """Display nothing for a simulator that a magic has returned, as its plots were just shown.

        Raises:
            NotImplementedError: Tells IPython to use the other formatters.
        """
        # A value is displayed by the same hook whether a magic returned it or
        # a later line names it: the last line of the running cell tells which.
        lines = self.shell.history_manager.input_hist_parsed[-1].rstrip().rsplit("\n", 1)
        calls = ("get_ipython().run_line_magic('nengo'", CELL_CALLS[1])
        last = lines[-1].removeprefix("await ")
        if self.magics.returned is not simulator or not last.startswith(calls):
            raise NotImplementedError
        self.magics.returned = None
