"""Errors and interrupts in a cell show the user's own lines, once."""

from __future__ import annotations

import linecache
import signal
import sys
from types import SimpleNamespace

import pytest

from nengo_nb.jupyter.magics import errors
from tests.jupyter.kernels import TIMEOUT

MISMATCH = "a, b = nengo.Ensemble(10, 1), nengo.Ensemble(10, 2)\n"


def lines_of(cell):
    return [line for line in cell.printed.splitlines() if line.strip()]


@pytest.mark.parametrize(
    "call", ["nengo.Connection(a, b)", "c = nengo.Connection(a, b)", "1; nengo.Connection(a, b)"]
)
def test_an_error_of_nengos_is_the_users_line_and_its_sentence(notebook, call):
    cell = notebook.run(f"%%nengo net\n{MISMATCH}{call}")

    assert type(cell.error).__name__ == "ValidationError"
    assert cell.printed.count(f"3 {call}") == 1
    assert (
        cell.printed.count("Transform output size (1) not equal to connection output size (2)") == 1
    )
    assert "run_cell_magic" not in cell.printed
    assert "nengo/" not in cell.printed
    assert len(lines_of(cell)) < 8


def test_lines_of_functions_on_the_way_are_shown_and_those_of_nengo_are_not(notebook):
    notebook.run("def join(a, b):\n    return nengo.Connection(a, b)")

    cell = notebook.run(f"%%nengo net\n{MISMATCH}join(a, b)")

    assert "----> 3 join(a, b)" in cell.printed
    assert "----> 2     return nengo.Connection(a, b)" in cell.printed
    assert "nengo/" not in cell.printed


def test_what_an_error_came_from_is_shown_where_it_was_in_the_users_lines(notebook):
    cell = notebook.run(
        "%%nengo net\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('no') from error"
    )

    assert isinstance(cell.error.__cause__, ZeroDivisionError)
    assert "----> 3     1 / 0" in cell.printed
    assert "----> 5     raise ValueError('no') from error" in cell.printed
    assert "nengo_nb" not in cell.printed


def test_showing_an_error_leaves_it_as_it_is(notebook):
    cell = notebook.run(f"%%nengo net\n{MISMATCH}nengo.Connection(a, b)")

    frames = []
    trace = cell.error.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    assert any("nengo_nb" in frame for frame in frames)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 5", "'return' outside function"),
        ("a = 1\nyield a", "'yield' outside function"),
        ("break", "'break' outside loop"),
        ("nonlocal a", "nonlocal declaration not allowed at module level"),
        ("def f():\n    await g()", "'await' outside async function"),
    ],
)
@pytest.mark.parametrize("magic", ["%%nengo net", "%%nengo_train net --epochs 1"])
def test_what_python_refuses_to_compile_is_shown_as_in_any_cell(net, magic, body, message):
    cell = net.run(f"{magic}\n{body}")

    assert message in cell.printed
    assert cell.printed.count(f"\n    {body.splitlines()[-1].strip()}\n") == 1
    assert len(lines_of(cell)) <= 4
    assert "nengo_nb" not in cell.printed


def test_a_body_may_await(notebook):
    notebook.run("import asyncio\nasync def size():\n    await asyncio.sleep(0)\n    return 7")

    cell = notebook.run(
        "%%nengo net\na = nengo.Ensemble(await size(), 1)\n"
        "async with asyncio.Lock():\n    p = nengo.Probe(a)\nawait size()"
    )

    assert (cell.error, cell.value) == (None, 7)
    assert notebook.names["net"].n_neurons == 7
    assert notebook.names["p"].label == "p"


def test_a_body_that_awaits_can_train_and_its_simulator_is_not_shown_twice(net):
    net.run("import asyncio")

    cell = net.run("%%nengo_train net --epochs 1\nawait asyncio.sleep(0)\nx = 1")

    assert "the cell does not assign y" in str(cell.error)


def test_an_error_after_an_await_shows_the_users_line_once(notebook):
    cell = notebook.run("%%nengo net\nimport asyncio\nawait asyncio.sleep(0)\n1 / 0")

    assert isinstance(cell.error, ZeroDivisionError)
    assert "----> 4 1 / 0" in cell.printed
    assert "nengo_nb" not in cell.printed
    assert "net" not in notebook.names


def test_a_real_kernel_waits_for_a_body_and_shows_few_lines_of_an_error(kernel):
    _, client = kernel

    def run(source):
        reply = client.execute_interactive(
            source, timeout=TIMEOUT, output_hook=lambda message: None
        )["content"]
        return reply["status"], "\n".join(reply.get("traceback", ()))

    run("%load_ext nengo_nb")
    awaited = run("%%nengo net\nimport asyncio\nawait asyncio.sleep(0)\na = nengo.Ensemble(3, 1)")
    failed = run(f"%%nengo net\n{MISMATCH}nengo.Connection(a, b)")
    refused = run("%%nengo net\nreturn 5")

    assert awaited == ("ok", "")
    assert failed[0] == refused[0] == "error"
    assert failed[1].count("Connection") == 2, "the line, and the sentence that names the object"
    assert len(failed[1].splitlines()) < 12
    assert len(refused[1].splitlines()) < 6


# --- interrupts
# -------------------------------------------------------------------------------------------


@pytest.fixture
def interrupting(net):
    """The notebook with a network, and what interrupts it."""
    net.names["stop"] = lambda *_: signal.raise_signal(signal.SIGINT)
    net.names["slow_function"] = lambda x: net.names["stop"]() if "armed" in net.names else x
    return net


def add_slow_connection(notebook):
    """Add a connection to the network, in whose function the build is interrupted."""
    cell = notebook.run(
        "with net:\n    nengo.Connection(neurons, neurons, function=slow_function)\narmed = True"
    )
    assert cell.error is None


def test_an_interrupted_body_is_the_users_line_and_a_sentence(interrupting):
    cell = interrupting.run("%%nengo other\na = nengo.Ensemble(10, 1)\nstop()")

    assert lines_of(cell) == [
        "line 3: stop()",
        "KeyboardInterrupt: the cell was stopped before its network was complete; there is none",
    ]
    assert "other" not in interrupting.names


def test_an_interrupted_body_of_a_training_is_too(interrupting):
    cell = interrupting.run("%%nengo_train net --epochs 1\nx = 1\nstop()")

    assert lines_of(cell) == [
        "line 3: stop()",
        "KeyboardInterrupt: the cell was stopped before 'net' began to learn",
    ]


def test_a_body_that_is_interrupted_while_it_awaits_is_too(interrupting):
    interrupting.run("import asyncio")

    cell = interrupting.run("%%nengo net\nasyncio.current_task().cancel()\nawait asyncio.sleep(1)")

    assert lines_of(cell) == [
        "line 3: await asyncio.sleep(1)",
        (
            "CancelledError: the cell was stopped before its network was complete; 'net' means "
            "what "
            "it meant before"
        ),
    ]


def test_an_interrupt_while_the_magics_are_loaded_is_a_sentence_and_they_load_again(
    shell, notebook, monkeypatch
):
    class Stopping:
        """Finds one module, by being interrupted."""

        @staticmethod
        def find_spec(name, *_):
            if name == "nengo_nb.jupyter.magics.commands":
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "nengo_nb.jupyter.magics.commands", raising=False)
        patch.setattr(sys, "meta_path", [Stopping, *sys.meta_path])
        cell = notebook.run("%nengo list")

    assert lines_of(cell) == [
        "KeyboardInterrupt: nengo_nb was stopped while it was loaded; the same cell begins anew"
    ]
    assert notebook.run("%nengo list").error is None


def test_an_interrupted_plot_is_the_users_line_and_a_sentence(interrupting, monkeypatch):
    interrupting.run("%nengo run net 0.01")
    monkeypatch.setattr("nengo_nb.jupyter.outputs.plot.plot_traces", interrupting.names["stop"])

    cell = interrupting.run("1 + 1\n%nengo plot net")

    assert lines_of(cell) == [
        "line 2: %nengo plot net",
        "KeyboardInterrupt: the command was stopped, and nothing has changed",
    ]


@pytest.mark.parametrize(
    "line", ["%nengo plot net", "nengo_nb.plot(sim)", "%nengo diagram net", "net", "%nengo list"]
)
def test_an_interrupt_while_a_value_is_drawn_is_too(interrupting, monkeypatch, line):
    interrupting.run("import nengo_nb\nsim = %nengo run net 0.01")
    stop = interrupting.names["stop"]
    monkeypatch.setattr("nengo_nb.jupyter.outputs.plot.draw_picture", stop)
    monkeypatch.setattr("nengo_nb.jupyter.outputs.card.Card._repr_mimebundle_", stop)
    monkeypatch.setattr("nengo_nb.jupyter.diagrams.card.DiagramCard._repr_mimebundle_", stop)

    cell = interrupting.run(f"1 + 1\n{line}")

    first, *others = lines_of(cell)
    assert [first.removeprefix("Out[4]: "), *others] == [
        f"line 2: {line}",
        "KeyboardInterrupt: it was stopped while it was drawn; the same line draws it",
    ]


def test_an_interrupt_while_a_run_is_plotted_says_that_it_is_over(interrupting, monkeypatch):
    monkeypatch.setattr("nengo_nb.jupyter.outputs.plot.draw_picture", interrupting.names["stop"])

    cell = interrupting.run("%nengo run net 0.01")

    sentence = "'net' was stopped while its plots were drawn: it has run to its end, at 0.01 s"
    assert lines_of(cell)[-2:] == ["line 1: %nengo run net 0.01", f"KeyboardInterrupt: {sentence}"]


def test_an_interrupt_while_the_simulator_is_built_says_that_there_is_none(interrupting):
    add_slow_connection(interrupting)

    cell = interrupting.run("%nengo run net 1")

    sentence = "there is none, and '%nengo run net 1' builds one anew"
    assert lines_of(cell) == [
        "line 1: %nengo run net 1",
        f"KeyboardInterrupt: 'net' was stopped while its simulator was built: {sentence}",
    ]


def test_an_interrupt_while_a_new_simulator_is_built_leaves_the_former_one(interrupting):
    old = interrupting.run("%nengo run net 0.01").value
    add_slow_connection(interrupting)

    cell = interrupting.run("%nengo step net 5")

    assert (
        "the former one is still there with its data, and '%nengo step net 5' builds a new one"
        in cell.printed
    )
    assert not old.closed
    assert interrupting.run("%nengo plot net").value is not None


def test_an_interrupt_while_it_is_compiled_says_so(interrupting, monkeypatch):
    monkeypatch.setattr("nengo_nb.simulator.run.advance.wait_for", interrupting.names["stop"])

    cell = interrupting.run("%nengo run net 0.5")

    assert (
        "'net' was stopped while it was compiled: its simulator is built, and '%nengo run net "
        "0.5' runs it" in cell.printed
    )
    assert interrupting.run("%nengo list").value.facts[0][1].endswith("0.000 s simulated")


def test_an_interrupt_before_the_first_minibatch_says_that_nothing_was_learned(interrupting):
    import keras

    stop = interrupting.names["stop"]
    interrupting.names["halt"] = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: (stop(), stop())
    )

    cell = interrupting.run(
        "%%nengo_train net --epochs 1 --batch 2\n"
        "x, y, callbacks = {wave: np.zeros((4, 3, 1))}, {decoded: np.zeros((4, 3, 1))}, [halt]"
    )

    assert (
        "before its first minibatch was done: it has learned nothing in this cell" in cell.printed
    )
    assert "Traceback" not in cell.printed


def test_an_interrupted_comparison_keeps_nothing(interrupting):
    add_slow_connection(interrupting)

    cell = interrupting.run("%nengo compare net 0.1")

    assert "line 1: %nengo compare net 0.1" in cell.printed
    assert "nothing is kept of a comparison that did not end" in cell.printed


def test_an_older_ipython_that_names_no_cells_is_asked_for_their_lines(shell, monkeypatch):
    name = shell.compile.cache("1 / 0", 99)
    monkeypatch.setattr(linecache, "_ipython_cache", {name: linecache.cache[name]}, raising=False)
    older = SimpleNamespace(compile=object())

    assert errors._is_cell_file(shell, name)
    assert errors._is_cell_file(older, name)
    assert not errors._is_cell_file(older, __file__)
