"""Models as those of nengo_spa's documentation, without a probe in them: how a live view opens."""

from __future__ import annotations

import logging

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.labels import remember_names
from tests.costs import change_costs
from tests.jupyter.live.spa_models import recorded, run_to
from tests.jupyter.live.test_layout_state import numbers

spa = pytest.importorskip("nengo_spa")


@pytest.fixture(autouse=True)
def first_steps(monkeypatch):
    """Take all steps in NumPy, as nothing here is about compiling."""
    change_costs(monkeypatch, most_numpy_steps=100_000, fewest_numpy_steps=100_000)


@pytest.fixture
def show():
    """A function that opens a model live; its variables name the members."""
    opened = []

    def show(model, **variables):
        remember_names(model, variables)
        sim = nengo_nb.Simulator(model, progress_bar=False)
        opened.append((nengo_nb.live(sim), sim))
        return recorded(opened[-1][0])

    yield show
    for view, sim in opened:
        view.close()
        sim.close()


def titles(state):
    """Names of the plots, and of the entries for expressions."""
    by_name = {info.name: info.title for info in state.describe().pointer_nodes}
    shown = [plot.source.path for plot in state.plots]
    return shown, [by_name[name] for name in state.expressions]


def make_question():
    """Bind a colour and a shape, and ask for one by the other."""
    with spa.Network(seed=0) as model:
        model.config[nengo.Ensemble].neuron_type = nengo.Direct()
        color = spa.Transcode("RED", output_vocab=16)
        shape = spa.Transcode("CIRCLE", output_vocab=16)
        cue = spa.Transcode("RED", output_vocab=16)
        bound = spa.State(16, represent_cc_identity=False)
        answer = spa.State(16, represent_cc_identity=False)
        color * shape >> bound
        bound * ~cue >> answer
    names = {"color": color, "shape": shape, "cue": cue, "bound": bound, "answer": answer}
    return model, names


def make_control():
    """Remember statements, and answer questions from memory, by actions."""
    with spa.Network(seed=0) as model:
        vision = spa.Transcode("STATEMENT + RED * CIRCLE", output_vocab=16)
        motor = spa.State(16, neurons_per_dimension=5)
        memory = spa.State(16, neurons_per_dimension=5, feedback=1.0)
        statement = spa.Transcode(input_vocab=16, output_vocab=16)
        with spa.ActionSelection() as actions:
            spa.ifmax(
                spa.dot(vision, spa.sym.STATEMENT),
                vision - spa.sym.STATEMENT >> statement,
                statement >> memory,
            )
            spa.ifmax(spa.dot(vision, spa.sym.QUESTION), ~vision * memory >> motor)
    names = {"vision": vision, "motor": motor, "memory": memory, "statement": statement}
    return model, {**names, "actions": actions}


def make_sequence():
    """Go through a sequence by actions that only set a memory."""
    with spa.Network(seed=0) as model:
        stimulus = spa.Transcode(lambda t: "A" if t < 0.1 else "0", output_vocab=16)
        cortex = spa.State(16, neurons_per_dimension=5, feedback=0.8)
        stimulus >> cortex
        with spa.ActionSelection():
            spa.ifmax(spa.dot(cortex, spa.sym.A), spa.sym.B >> cortex)
            spa.ifmax(spa.dot(cortex, spa.sym.B), spa.sym.A >> cortex)
    return model, {"stimulus": stimulus, "cortex": cortex}


@pytest.mark.parametrize(
    ("make", "plots", "entries"),
    [
        (make_question, ["bound", "answer"], ["color", "shape", "cue"]),
        (make_control, ["motor", "memory", "statement"], ["vision", "-STATEMENT"]),
        (make_sequence, ["cortex"], ["stimulus"]),
    ],
)
def test_states_are_shown_and_inputs_can_be_typed_by_their_names(show, make, plots, entries):
    model, names = make()

    state = show(model, **names)

    shown, typed = titles(state)
    assert sorted(shown) == sorted(plots)
    assert typed == entries
    # What the library has made for its actions is nothing to be moved.
    assert state.sliders == ()


def test_an_answer_is_found_after_another_shape_was_typed(show):
    model, names = make_question()
    state = show(model, **names)
    run_to(state, 0.1)
    names_of = {node.title: name for name, node in state.run.expressions.nodes.items()}
    for title, text in [("color", "CIRCLE"), ("cue", "CIRCLE"), ("shape", "RED")]:
        state.run.expressions.drive(names_of[title], text)
    run_to(state, 0.5)

    (place,) = [i for i, plot in enumerate(state.plots) if plot.source.path == "answer"]
    answer = numbers(state)[place][1:, -200:].mean(axis=1)

    assert state.plots[place].labels[int(np.argmax(answer))] == "RED"
    assert answer.max() > 0.5


def test_a_vocabulary_without_keys_is_drawn_without_a_warning_of_bokeh(show, caplog):
    with spa.Network(seed=0) as model:
        state = spa.State(16, neurons_per_dimension=5)

    with caplog.at_level(logging.WARNING):
        show(model, state=state).describe()

    assert [record for record in caplog.records if record.name.startswith("bokeh")] == []
