"""Progress outside of a page: a line that a terminal writes over, and the result alone in a
file.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nengo
import pytest
from nengo.exceptions import ValidationError
from nengo.utils.progress import NoProgressBar, TerminalProgressBar, WriteProgressToFile

import nengo_nb
from nengo_nb import hooks, progress
from nengo_nb.progress import Line, LineBar, Phase, PhaseProgress, default_bar
from nengo_nb.simulator.progress import with_verbose

RESULT = (
    r"0\.002 s simulated in \d+\.\d\d s \([\d.e+]+. real time\)( after compiling for \d+\.\d s)?\n"
)

SCRIPT = """
import sys, nengo, nengo_nb
with nengo.Network() as net:
    node = nengo.Node([1], label="node")
    neurons = nengo.Ensemble(5, 1, neuron_type=nengo.RectifiedLinear())
    nengo.Connection(node, neurons)
    probe = nengo.Probe(neurons)
x = [[[1.0]]]
with nengo_nb.Simulator(net, minibatch_size=1) as sim:
    sim.run(0.002)
    sim.compile(loss="mse")
    sys.stdout.write("fit\\n")
    sim.fit({node: x}, {probe: x}, epochs=3)
    sys.stdout.write("evaluate\\n")
    sim.evaluate({node: x}, {probe: x})
    sys.stdout.write("train\\n")
    nengo_nb.train(sim, {node: x}, {probe: x}, epochs=3)
"""

IN_IPYTHON = """
%load_ext nengo_nb
import nengo
with nengo.Network() as net:
    probe = nengo.Probe(nengo.Node([1], label="node"), label="probe")
%nengo run net 0.002
%nengo live net
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def wish():
    """A function that sets what nengo.rc says about progress."""
    section = nengo.rc["progress"]
    before = section["progress_bar"]
    yield lambda value: section.__setitem__("progress_bar", value)
    section["progress_bar"] = before


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of 60 columns as the standard output, and a clock that every look moves on."""
    terminal = Terminal()
    ticks = iter(range(1, 1000))
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stdout=terminal))
    monkeypatch.setattr(
        progress.shutil, "get_terminal_size", lambda **_: os.terminal_size((60, 20))
    )
    monkeypatch.setattr(progress.time, "monotonic", lambda: 1.0 * next(ticks))
    return terminal


def simulate(bar):
    with PhaseProgress(Phase.SIMULATING, 1000) as simulating:
        with PhaseProgress(Phase.COMPILING) as compiling:
            bar.update(compiling)
        for _ in range(4):
            simulating.step(250)
            bar.update(simulating)
    bar.update(simulating)
    bar.close()


def test_a_terminal_has_one_line_that_is_written_over(terminal):
    simulate(LineBar(0.001))

    line, end = terminal.getvalue().split("\n")
    states = [state.rstrip() for state in line.split("\r")]
    assert states[0] == "Compiling"
    assert re.fullmatch(r"\[#####               \] Simulating 25%, \d+ s left, .*", states[1])
    assert re.fullmatch(r"1\.000 s simulated in .* after compiling for 0\.0 s", states[-1])
    assert max(map(len, states[:-1])) < 60
    assert end == ""


def test_a_file_gets_the_result_alone(monkeypatch):
    file = io.StringIO()
    monkeypatch.setattr(sys, "stdout", file)

    with PhaseProgress(Phase.BUILDING) as building:
        pass
    bar = LineBar(0.001)
    bar.update(building)
    bar.close()
    simulate(bar)

    assert file.getvalue().startswith("1.000 s simulated in ")
    assert file.getvalue().count("\n") == 1


def test_a_terminal_is_told_when_something_was_built(terminal):
    with PhaseProgress(Phase.BUILDING) as building:
        pass
    bar = LineBar(0.001)
    bar.update(building)
    bar.close()

    assert terminal.getvalue() == "Build finished after 0.00 s\n"


def test_an_encoding_without_the_signs_is_no_error():
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii") as stream:
        Line(stream).leave("2× real time of Größe")
        stream.flush()
        written = raw.getvalue().decode().splitlines()

    assert written == ["2x real time of Gr??e"]


def test_a_process_without_a_standard_output_shows_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)

    simulate(LineBar(0.001))


@pytest.mark.parametrize("answer", ["none", "NONE", "false", "off", "0"])
def test_who_wants_no_bar_in_nengo_rc_gets_none_anywhere(wish, answer, net, monkeypatch, capsys):
    wish(answer)
    monkeypatch.setattr(hooks, "default_progress_bar", TerminalProgressBar)

    with nengo_nb.Simulator(net) as sim:
        sim.run(0.002)
    nengo_nb.run(net, 0.002).close()

    assert isinstance(default_bar(0.001), NoProgressBar)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("answer", ["auto", "true", "yes"])
def test_auto_is_the_bar_that_suits_the_place(wish, answer):
    wish(answer)

    assert isinstance(default_bar(0.001), LineBar)
    assert default_bar(0.001, make=lambda dt: dt) == 0.001


def test_a_class_in_nengo_rc_is_used(wish, net, capsys):
    wish("nengo.utils.progress.TerminalProgressBar")

    with nengo_nb.Simulator(net) as sim:
        sim.run(0.002)

    assert "Simulation finished in 0:00:01." in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer", ["nonsense", "nengo.utils.progress.Missing", "no.such.module", f"{__name__}.", ".x"]
)
def test_what_is_no_bar_in_nengo_rc_is_refused_by_name(wish, answer, net):
    wish(answer)

    with pytest.raises(
        ValidationError, match=r"in nengo.rc is none .* auto, none, or the name of a class"
    ) as raised:
        nengo_nb.Simulator(net)

    assert repr(answer) in str(raised.value)


def test_a_class_that_wants_arguments_is_refused_too(wish):
    wish("nengo.utils.progress.WriteProgressToFile")

    with pytest.raises(ValidationError, match="called without arguments"):
        default_bar(0.001)


def test_a_bar_that_is_given_counts_more_than_nengo_rc(wish, net, tmp_path):
    wish("none")

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run(0.002, progress_bar=WriteProgressToFile(tmp_path / "progress"))

    assert (tmp_path / "progress").read_text().startswith("Simulation finished")


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_who_tells_keras_how_much_to_show_is_obeyed(asked):
    assert with_verbose({"verbose": asked}, in_a_file=2) == {"verbose": asked}


def test_keras_draws_bars_in_terminals_alone(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    in_terminal = with_verbose({"epochs": 1}, in_a_file=2)
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert in_terminal == {"epochs": 1}
    assert with_verbose({"epochs": 1}, in_a_file=2) == {"epochs": 1, "verbose": 2}


@pytest.fixture
def net():
    with nengo.Network(seed=1) as net:
        nengo.Probe(nengo.Node([1]))
    return net


def test_a_script_writes_results_and_no_bars_to_a_pipe():
    run, _, rest = run_python("-W", "ignore", "-c", SCRIPT).partition("fit\n")

    assert re.fullmatch(RESULT, run)
    fit, evaluate, train = re.split(r"evaluate\n|train\n", rest)
    assert re.fullmatch(r"(Epoch \d/3\n1/1 - \d+m?s - .*loss: [\d.e-]+\n){3}", fit)
    assert evaluate == ""
    assert re.fullmatch(r"unnamed Network learned for 3 epochs in [\d.]+ s: loss [\d.e-]+\n", train)


def test_ipython_in_a_pipe_gets_the_result_and_hears_what_a_live_view_needs(tmp_path):
    script = tmp_path / "script.ipy"
    script.write_text(IN_IPYTHON)

    written = run_python("-W", "ignore", "-m", "IPython", "--no-banner", str(script))

    result, plot, live = written.splitlines(keepends=True)
    assert re.fullmatch(RESULT, result)
    assert plot == "Plot of probe\n"
    assert live.startswith("Live view of net at 0.002 s. It needs the page of a notebook, as in ")


def run_python(*arguments):
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "NENGO_NB_CACHE": "off"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return finished.stdout
