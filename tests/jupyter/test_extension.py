"""Loading is quick and unloading takes everything away."""

import subprocess
import sys

import pytest
from IPython.core.error import UsageError

from nengo_nb import hooks
from nengo_nb.jupyter import extension
from nengo_nb.jupyter.outputs.progress import NotebookProgressBar
from nengo_nb.progress import LineBar


def test_loading_imports_no_heavy_package():
    source = (
        "import sys, time\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "start = time.perf_counter()\n"
        "shell.run_line_magic('load_ext', 'nengo_nb')\n"
        "assert time.perf_counter() - start < 0.5\n"
        "heavy = {'nengo', 'tensorflow', 'bokeh', 'anywidget', 'ipywidgets', 'PIL'} & "
        "set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert shell.find_cell_magic('nengo') is not None\n"
    )

    finished = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )

    assert finished.returncode == 0, finished.stderr


def test_loading_twice_is_loading_once(shell):
    matchers = list(shell.Completer.custom_matchers)

    extension.load_ipython_extension(shell)

    assert shell.Completer.custom_matchers == matchers


def test_unloading_takes_everything_away(bare_shell):
    def state():
        formatters = bare_shell.display_formatter
        return [
            dict(bare_shell.magics_manager.magics["line"]),
            dict(bare_shell.magics_manager.magics["cell"]),
            list(bare_shell.Completer.custom_matchers),
            list(bare_shell.input_transformers_cleanup),
            [hooks.default_progress_bar],
            [
                {**formatter.type_printers, **formatter.deferred_printers}
                for formatter in (
                    formatters.mimebundle_formatter,
                    formatters.ipython_display_formatter,
                )
            ],
        ]

    before = state()
    extension.load_ipython_extension(bare_shell)
    during = state()
    bare_shell.run_cell("import nengo\nnengo.Network()\nnengo.Network()")
    extension.unload_ipython_extension(bare_shell)

    assert all(there != here for there, here in zip(before, during, strict=True))
    assert state() == before


def test_an_ipython_that_asks_nobody_for_completions_gets_the_rest(bare_shell, monkeypatch):
    """Before 8.6, as in Colab."""
    monkeypatch.delattr("IPython.core.completer.context_matcher")
    monkeypatch.setattr(bare_shell, "Completer", object())

    extension.load_ipython_extension(bare_shell)
    loaded = bare_shell.find_cell_magic("nengo")
    extension.unload_ipython_extension(bare_shell)

    assert loaded is not None
    assert bare_shell.find_cell_magic("nengo") is None


def test_unloading_closes_the_simulators(net):
    sim = net.run("%nengo step net").value

    extension.unload_ipython_extension(net.shell)

    assert sim.closed
    assert type(net.run("%nengo list").error) in (UsageError, type(None))
    assert net.shell.find_line_magic("nengo") is None


def test_the_progress_bar_of_the_notebook_is_the_default_until_unloading(notebook, monkeypatch):
    in_a_terminal = hooks.default_progress_bar(0.002)
    monkeypatch.setattr(notebook.shell, "kernel", object(), raising=False)
    during = hooks.default_progress_bar(0.002)
    monkeypatch.undo()
    extension.unload_ipython_extension(notebook.shell)

    assert isinstance(in_a_terminal, LineBar)
    assert isinstance(during, NotebookProgressBar)
    assert during.dt == 0.002
    assert hooks.default_progress_bar is None


@pytest.mark.parametrize("name", ["nothing", "nengo_nb.jupyter"])
def test_other_extensions_are_none_of_our_business(notebook, name):
    cell = notebook.run(f"%unload_ext {name}")

    assert cell.error is None
    assert notebook.shell.find_line_magic("nengo") is not None
