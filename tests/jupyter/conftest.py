"""A real IPython shell with the extension loaded; and each file's tests in one process, in
their order.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nengo_nb.jupyter import extension

from .kernels import kernel

__all__ = ["kernel"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file share a page, on which one goes on from where another left it."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(HERE).as_posix()))


@dataclass
class Cell:
    """Result of one cell."""

    value: Any
    error: BaseException | None
    shown: list[dict[str, str]]
    printed: str


class Notebook:
    """A shell that runs cells and tells what they showed."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.names = shell.user_ns
        self.run("import nengo\nimport numpy as np")

    def run(self, source: str) -> Cell:
        publisher = CapturingDisplayPublisher()
        plain, self.shell.display_pub = self.shell.display_pub, publisher
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                result = self.shell.run_cell(source, store_history=True)
        finally:
            self.shell.display_pub = plain
        error = result.error_before_exec or result.error_in_exec
        return Cell(
            result.result,
            error,
            [output["data"] for output in publisher.outputs],
            printed.getvalue(),
        )


@pytest.fixture(scope="session")
def only_shell():
    """One shell per process is what IPython is made for."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    yield InteractiveShell.instance(config=config)
    InteractiveShell.clear_instance()


@pytest.fixture
def bare_shell(only_shell):
    """The shell as it is when it starts."""
    only_shell.reset(new_session=True)
    return only_shell


@pytest.fixture
def shell(bare_shell):
    """The shell after ``%load_ext nengo_nb``."""
    extension.load_ipython_extension(bare_shell)
    yield bare_shell
    extension.unload_ipython_extension(bare_shell)


@pytest.fixture
def notebook(shell):
    return Notebook(shell)


@pytest.fixture
def net(notebook):
    """A notebook with a network called ``net``: a sine, an ensemble, and three probes."""
    cell = notebook.run(
        "%%nengo net --seed 1\n"
        "wave = nengo.Node(lambda t: np.sin(6 * t))\n"
        "neurons = nengo.Ensemble(20, 1)\n"
        "nengo.Connection(wave, neurons)\n"
        "decoded = nengo.Probe(neurons, synapse=0.02)\n"
        "spikes = nengo.Probe(neurons.neurons)\n"
        "slow = nengo.Probe(wave, sample_every=0.01)\n"
    )
    assert cell.error is None
    return notebook
