"""``%nengo`` lines run, step, reset, plot, list and explain the networks of a notebook."""

import signal

import nengo
import numpy as np
import pytest
from IPython.core.error import UsageError

import nengo_nb
from nengo_nb.jupyter import extension
from tests.jupyter.live.conftest import Listener


def plots_of(cell):
    return [data["text/plain"] for data in cell.shown if "image/png" in data]


def test_run_returns_the_simulator_and_plots_every_probe(net):
    cell = net.run("sim = %nengo run net 0.05")

    sim = net.names["sim"]
    assert sim.n_steps == 50
    assert plots_of(cell) == ["Plot of decoded, spikes, slow"]


def test_runs_go_on_from_where_the_last_one_stopped(net):
    net.run("%nengo run net 0.05")

    sim = net.run("%nengo run net 0.02").value

    assert sim.n_steps == 70


@pytest.mark.parametrize("line", ["%nengo run hollow 0.01", "%nengo step hollow"])
def test_a_network_with_nothing_in_it_is_not_run(notebook, line):
    notebook.run("hollow = nengo.Network()")

    cell = notebook.run(line)

    assert isinstance(cell.error, UsageError)
    assert "'hollow' has nothing to simulate: add a nengo.Node or a nengo.Ensemble" in str(
        cell.error
    )


def test_run_does_not_show_the_simulator_as_well(net):
    alone = net.run("%nengo run net 0.01")
    named = net.run("sim = %nengo run net 0.01\nsim")

    assert "Simulator" not in alone.printed
    assert "Simulator of net" in named.printed


def test_run_works_on_a_network_that_no_magic_made(notebook):
    notebook.run("with nengo.Network() as other:\n    p = nengo.Probe(nengo.Node(1.0), label='p')")

    cell = notebook.run("%nengo run other 0.01")

    assert cell.value.n_steps == 10
    assert plots_of(cell) == ["Plot of p"]


def test_a_name_that_means_another_network_now_gets_another_simulator(net):
    old = net.run("%nengo step net").value
    net.run("with nengo.Network() as net:\n    p = nengo.Probe(nengo.Node(1.0))")

    new = net.run("%nengo step net").value

    assert old.closed
    assert new.n_steps == 1
    assert new.model.toplevel is net.names["net"]


def test_the_time_step_of_the_cell_is_used(notebook):
    notebook.run("%%nengo net --dt 0.01\np = nengo.Probe(nengo.Node(1))")

    sim = notebook.run("%nengo run net 0.1").value

    assert (sim.dt, sim.n_steps) == (0.01, 10)


def test_a_run_without_probes_says_so(notebook):
    notebook.run("%%nengo net\na = nengo.Node(1)")

    cell = notebook.run("%nengo run net 0.01")

    assert cell.error is None
    assert "the network has no probes" in cell.printed


def test_an_interrupted_run_plots_what_it_has_and_stops_the_notebook(notebook):
    notebook.names["signal"] = signal
    notebook.run(
        "%%nengo net\n"
        "def interrupt(t):\n"
        "    if t > 0.0495:\n"
        "        signal.raise_signal(signal.SIGINT)\n"
        "    return t\n"
        "p = nengo.Probe(nengo.Node(interrupt, size_out=1))"
    )

    cell = notebook.run("%nengo run net 1")

    assert isinstance(cell.error, KeyboardInterrupt)
    assert plots_of(cell) == ["Plot of p"]
    assert (
        "line 1: %nengo run net 1\nKeyboardInterrupt: 'net' was stopped at 0.05 s: its data are "
        "kept" in cell.printed
    )
    assert "'%nengo run net 0.95' goes on from there" in cell.printed
    assert "Traceback" not in cell.printed
    assert "then stopped" in cell.printed


def test_step_runs_one_or_more_steps(net):
    one = net.run("%nengo step net").value.n_steps
    more = net.run("%nengo step net 5").value.n_steps

    assert (one, more) == (1, 6)


def test_reset_goes_back_to_time_zero(net):
    net.run("%nengo run net 0.05")

    sim = net.run("%nengo reset net").value

    assert sim.n_steps == 0


def test_plot_takes_labels_and_variables(net):
    net.run("%nengo run net 0.05")
    net.run("same = slow")

    plot = net.run("%nengo plot net decoded same").value

    assert [trace.label for trace in plot.traces] == ["decoded", "slow"]


def test_probes_are_drawn_on_their_own_time_axis(net):
    net.run("%nengo run net 0.05")

    decoded, spikes, slow = net.run("%nengo plot net").value.traces

    assert len(decoded.times) == len(spikes.times) == 50
    np.testing.assert_allclose(slow.times, [0.01, 0.02, 0.03, 0.04, 0.05])
    assert (decoded.kind.value, spikes.kind.value) == ("lines", "raster")
    assert (decoded.quantity, spikes.index) == ("decoded value", "neuron")


def test_list_names_every_network_and_how_far_it_is(net):
    net.run("other = nengo.Network()")
    net.run("%nengo run net 0.05")

    card = net.run("%nengo list").value

    assert card.facts == (
        ("net", "20 neurons, 0.050 s simulated"),
        ("other", "0 neurons, not run yet"),
    )


def test_list_without_networks_says_how_to_make_one(notebook):
    card = notebook.run("%nengo list").value

    assert "%%nengo" in card.warnings[0]


def test_explain_prints_what_runs_together_and_what_calls_python(net):
    cell = net.run("%nengo explain net")

    assert "1 in Python: <Node 'wave'>" in cell.printed
    assert "LIF x1" in cell.printed
    assert "Not compiled yet" in cell.printed


def test_a_closed_simulator_is_an_error_that_names_the_way_out(net):
    net.run("sim = %nengo run net 0.01\nsim.close()")

    closed = net.run("%nengo run net 0.01")
    again = net.run("%nengo reset net\n%nengo run net 0.01")

    assert type(closed.error) is UsageError
    assert "'%nengo reset net' builds a new one" in str(closed.error)
    assert again.error is None


def test_an_error_that_nengo_raised_on_purpose_is_its_sentence_alone(notebook):
    notebook.run(
        "%%nengo net\na = nengo.Node(size_in=1)\nnengo.Connection(a, a, "
        "synapse=None)\nnengo.Probe(a)"
    )

    cell = notebook.run("%nengo run net 0.01")

    assert isinstance(cell.error, nengo.exceptions.BuildError)
    assert "File" not in cell.printed
    assert cell.printed.strip().startswith("BuildError: Input graph has cycles")


def test_an_error_from_elsewhere_keeps_the_frames_that_explain_it(net, monkeypatch):
    monkeypatch.setattr(nengo_nb.Simulator, "run_steps", lambda *_, **__: {}["missing"])

    cell = net.run("%nengo run net 0.01")

    assert isinstance(cell.error, KeyError)
    assert "in Simulator.run" in cell.printed
    assert "nengo_nb/jupyter" not in cell.printed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "rn net 1",
            (
                "no command 'rn' (did you mean 'run'?); there are run, step, reset, plot, diagram, "
                "compare"
            ),
        ),
        ("run", "required: NAME, SECONDS"),
        ("run net", "required: SECONDS"),
        ("run nt 1", "no network 'nt' (did you mean 'net'?); there are net"),
        ("run wave 1", "no network 'wave'"),
        ("run net -1", "'-1' is not a time in seconds above zero"),
        ("run net 0", "'0' is not a time in seconds above zero"),
        ("run net nan", "'nan' is not a time in seconds above zero"),
        ("run net 1s", "'1s' is not a time in seconds above zero"),
        ("run net 0.0015", "0.0015 s is not a whole number of time steps of 0.001 s"),
        (
            "run net 0.0001",
            "0.0001 s is not a whole number of time steps of 0.001 s; 0.001 s is one",
        ),
        ("run net 1 2", "one word too many: '2'"),
        ("run net 1 --fast", "no option '--fast'"),
        ("step net 0", "'0' is not a whole number above zero"),
        ("step net 1.5", "'1.5' is not a whole number above zero"),
        ("step nt", "no network 'nt'"),
        ("reset nt", "no network 'nt'"),
        ("explain nt", "no network 'nt'"),
        ("diagram nt", "no network 'nt'"),
        ("diagram net --depth 0", "'0' is not a whole number above zero"),
        ("plot nt", "no network 'nt'"),
        ("plot net", "'net' has recorded nothing yet; '%nengo run net 1' runs it"),
        (
            "plot net decode",
            "no probe 'decode' (did you mean 'decoded'?); there are decoded, spikes, slow",
        ),
        ("plot net --item -1", "'-1' is not a whole number"),
        ("list net", "one word too many: 'net'"),
        ("run 'net", "the line cannot be read"),
    ],
)
def test_a_wrong_line_is_one_sentence(net, line, words):
    cell = net.run(f"%nengo {line}")

    assert type(cell.error) is UsageError
    assert words in str(cell.error)
    assert "\n" not in str(cell.error)


@pytest.mark.parametrize(
    "command", ["run", "step", "reset", "plot", "diagram", "compare", "list", "explain"]
)
def test_every_command_has_help_with_an_example(notebook, command):
    cell = notebook.run(f"%nengo {command} --help")

    assert cell.error is None
    assert f"usage: %nengo {command}" in cell.printed
    assert f"  %nengo {command}" in cell.printed.split("example:")[1]


@pytest.mark.parametrize("source", ["%nengo", "%nengo --help", "%nengo -h"])
def test_the_overview_names_every_command(notebook, source):
    cell = notebook.run(source)

    assert all(
        f"%nengo {command}" in cell.printed
        for command in ("run", "step", "reset", "plot", "diagram", "compare", "list", "explain")
    )


@pytest.mark.parametrize("source", ["%nengo?", "%%nengo?"])
def test_a_question_mark_shows_the_usage(notebook, source):
    cell = notebook.run(source)

    assert "usage: %%nengo" in cell.printed


def test_a_diagram_of_a_network_is_shown_to_the_depth_that_is_asked_for(net):
    net.run(
        "with net:\n    inner = nengo.Network(label='inner')\n    with inner: nengo.Ensemble(10, "
        "1, label='deep')"
    )

    shown = [
        net.run(f"%nengo diagram net{option}").value.picture() for option in ("", " --depth 2")
    ]

    assert ["deep" in picture for picture in shown] == [False, True]
    assert all("neurons" in picture for picture in shown)


def test_a_script_can_build_and_run_in_one_line(net):
    cell = net.run(
        "import nengo_nb\nsim = nengo_nb.run(net, 0.05)\nplot = nengo_nb.plot(sim, 'decoded')"
    )

    assert net.names["sim"].n_steps == 50
    assert cell.printed.startswith("0.050 s simulated")
    assert repr(net.names["plot"]) == "Plot of decoded"
    net.names["sim"].close()


def test_a_live_view_is_shown_and_ends_with_its_network(net):
    cell = net.run("%nengo live net")
    view = extension.find_extension(net.shell).magics.session._entries["net"].views[0]

    net.run("del net")

    (bundle,) = cell.shown
    assert {"application/vnd.nengo.live+json", "text/plain"} <= bundle.keys()
    assert view.run.join(30)
    assert view.run.ended == "its simulator was closed"
    assert view.widget.frame_scheduler.join(30)


def test_what_has_nothing_to_simulate_cannot_run_live(notebook):
    notebook.run("%%nengo empty --no-show\npass")

    cell = notebook.run("%nengo live empty")

    assert "nothing to simulate" in str(cell.error)


@pytest.mark.parametrize("megabytes", ["1000", "0.5", "inf"])
def test_a_live_view_sets_how_much_memory_samples_may_take(net, megabytes):
    net.run(f"%nengo live net --history {megabytes}")
    view = extension.find_extension(net.shell).magics.session._entries["net"].views[0]

    assert view.run.history_limit.megabytes == float(megabytes)
    net.run("%nengo live net")
    assert view.run.history_limit.megabytes == float(megabytes)


@pytest.mark.parametrize("megabytes", ["0", "-1", "nan", "much"])
def test_a_history_is_a_number_of_megabytes(net, megabytes):
    cell = net.run(f"%nengo live net --history {megabytes}")

    assert isinstance(cell.error, UsageError)
    assert f"'{megabytes}' is not a number of megabytes above zero, nor inf" in str(cell.error)


def view_of(net):
    return extension.find_extension(net.shell).magics.session._entries["net"].views[0]


def test_hooks_of_a_live_view_are_functions_of_the_notebook(net):
    net.run("steps, pauses = [], []\ndef record(sim): steps.append(sim.n_steps)")
    net.run("def rest(sim): pauses.append(sim.n_steps)")
    net.run("%nengo live --on-step record --on-pause rest net")
    run = view_of(net).run
    listener = Listener(run)
    run.step(3)
    listener.until(lambda: listener.rests == 1)

    assert net.names["steps"] == [1, 2, 3]
    assert net.names["pauses"] == [3]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--on-step recrod", "--on-step: there is no function 'recrod' (did you mean 'record'?)"),
        ("--on-pause number", "on_pause is a function of the simulator (got 3)"),
        ("--on-close later", "on_close cannot be an async function"),
        ("--on-start 3", "cannot be the name of a variable"),
    ],
)
def test_what_is_no_hook_is_said_before_anything_is_shown(net, options, sentence):
    net.run("number = 3\ndef record(sim): pass\nasync def later(sim): pass")

    cell = net.run(f"%nengo live net {options}")

    assert isinstance(cell.error, UsageError)
    assert sentence in str(cell.error)
    assert cell.shown == []
