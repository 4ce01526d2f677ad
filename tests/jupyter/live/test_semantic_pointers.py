"""Semantic pointers in live views: similarities are shown first, of pointers that can be chosen."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.live.catalog import catalog
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.live.vocabularies import Vocabulary
from nengo_nb.jupyter.protocol import live as m
from tests.costs import change_costs
from tests.jupyter.live.spa_models import make_model, make_old_model, recorded, run_to
from tests.jupyter.live.test_layout_state import numbers

spa = pytest.importorskip("nengo_spa")


@pytest.fixture(autouse=True)
def first_steps(monkeypatch):
    """Take all steps in NumPy, as nothing here is about compiling."""
    change_costs(monkeypatch, most_numpy_steps=100_000, fewest_numpy_steps=100_000)


@pytest.fixture
def model():
    return make_model()


@pytest.fixture
def sim(model):
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        yield sim


@pytest.fixture
def view(sim):
    view = nengo_nb.live(sim)
    yield view
    view.close()


@pytest.fixture
def state(view):
    """The layout of a view whose plots are all recorded."""
    return recorded(view)


def similarities_of(state):
    return [plot.source.path for plot in state.plots if plot.source.vocabulary is not None]


def choose(state, *pointers, kind="lines"):
    """Choose the pointers of the first plot."""
    plot = state.plots[0]
    message = m.ChangePlot(
        plot=plot.id, kind=kind, dims=[], pointers=list(pointers), synapse=0.0, order="index"
    )
    answer(state, message)
    return state.plots[0]


def test_a_model_without_probes_shows_what_its_states_hold_by_their_names(state):
    assert [plot.source.key for plot in state.plots] == [
        "copy: similarity",
        "memory.state: similarity",
    ]
    assert state.plots[0].labels == ["RED", "CIRCLE"]


def test_buffers_and_memories_of_nengo_spa_are_shown_by_their_names():
    with nengo_nb.Simulator(make_old_model(), progress_bar=False) as sim:
        view = nengo_nb.live(sim)

        assert similarities_of(view.widget.layout_state) == ["vision", "memory"]
        view.close()


def test_probes_come_after_what_the_states_hold():
    model = make_model()
    with model:
        nengo.Probe(model.copy.output, label="asked for")
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)

        assert view.code().count("similarity") == 2
        assert view.widget.layout_state.plots[-1].source.key == "asked for"
        view.close()


def test_what_can_be_added_is_listed_by_paths(sim):
    keys = list(catalog(sim))

    assert "memory.state.state.state_0: decoded value" in keys
    assert not [key for key in keys if key.startswith(("0:", "output:", "state_0:"))]


def test_a_source_is_found_by_its_path_and_by_its_own_name_alone(state):
    for name in (
        "memory.state: similarity",
        "memory.state.state.state_0: decoded value",
        "state_0: decoded value",
    ):
        assert state.add_plot(LivePlot(name)).source.key.endswith(name)


def test_modules_that_hold_scalars_have_no_similarity():
    with spa.Network(seed=1) as model:
        model.compare = spa.Compare(16)
        model.a = spa.State(16)
        spa.sym.A >> model.a
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        assert [key for key in catalog(sim) if "similarity" in key] == ["a: similarity"]


def test_pointers_that_come_while_it_runs_are_drawn_as_well(state):
    before = state.plots[0].labels

    run_to(state, 0.1)
    state.grow()

    assert before == ["RED", "CIRCLE"]
    assert state.plots[0].labels == ["RED", "CIRCLE", "BLUE"]
    assert len(numbers(state)[0]) == 1 + 3


def test_a_vocabulary_without_pointers_is_drawn_once_it_has_some():
    with spa.Network(seed=1) as model:
        model.late = spa.Transcode(lambda t: "0" if t < 0.05 else "RED", output_vocab=16)
        model.state = spa.State(16, neurons_per_dimension=5)
        model.late >> model.state
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        state = recorded(view)
        run_to(state, 0.02)
        empty = numbers(state)[0]
        said = state.plots[0].info().state
        run_to(state, 0.2)
        state.grow()

        assert empty.size == 0
        assert said == "Its vocabulary has no pointers yet; they come as it runs."
        assert state.plots[0].labels == ["RED"]
        assert numbers(state)[0][1, -1] > 0.5
        view.close()


def test_chosen_pointers_stay_when_the_vocabulary_grows(state):
    choose(state, "RED")

    run_to(state, 0.1)
    state.grow()

    assert state.plots[0].labels == ["RED"]


def test_keys_and_expressions_are_chosen_and_compared(state, model, sim):
    plot = choose(state, "CIRCLE", "RED  * CIRCLE", "RED - 0.5 * CIRCLE")
    run_to(state, 0.02)
    vocab = model.copy.vocab
    vectors = [vocab.parse(text).v for text in plot.labels]

    drawn = numbers(state)[0]

    assert plot.labels == ["CIRCLE", "RED * CIRCLE", "RED - 0.5 * CIRCLE"]
    np.testing.assert_allclose(drawn[1:], np.array(vectors) @ sim.data[plot.probe].T, atol=1e-5)
    assert plot.info().vocabulary == ["RED", "CIRCLE"]


def test_other_pointers_are_drawn_anew_and_not_from_what_was_reduced(state):
    run_to(state, 2.0)
    choose(state, "RED")
    (_, red), *_ = numbers(state)
    choose(state, "CIRCLE")
    (_, circle), *_ = numbers(state)

    assert np.abs(red - circle).max() > 0.1


def test_a_cloud_has_the_similarities_at_the_end_of_the_window(state):
    choose(state, "RED", "CIRCLE", "RED + CIRCLE", kind="cloud")
    before = numbers(state)[0]
    run_to(state, 0.1)
    cloud = numbers(state)[0]
    choose(state, "RED", "CIRCLE", "RED + CIRCLE", kind="lines")

    assert state.plots[0].info().kinds[:3] == ["lines", "cloud", "image"]
    assert before.size == 0
    np.testing.assert_allclose(cloud, numbers(state)[0][1:, -1:].T)
    assert cloud[0, 0] == pytest.approx(1.0, abs=0.05)


def test_a_cloud_is_drawn_of_all_pointers_and_stays_one_when_others_come(state):
    kind = choose(state, kind="cloud").kind

    run_to(state, 0.1)
    state.grow()

    assert [kind, state.plots[0].kind] == ["cloud", "cloud"]
    assert state.plots[0].labels == ["RED", "CIRCLE", "BLUE"]
    assert numbers(state)[0].shape == (1, 3)


def test_choosing_no_pointers_is_all_of_the_vocabulary_again(state):
    choose(state, "RED")

    assert choose(state).labels == ["RED", "CIRCLE"]


def test_the_chosen_pointers_are_in_the_code_of_the_view(state, view, sim):
    choose(state, "RED", "RED * CIRCLE")
    code = view.code()
    shown = []
    names = {
        "sim": sim,
        "nengo_nb": nengo_nb,
        "made": lambda _sim, plots, sliders: shown.extend(plots),
    }
    exec(code.replace("nengo_nb.live(", "made(", 1), names)  # noqa: S102 - the code is under test

    again = state.add_plot(shown[0])

    assert again.labels == ["RED", "RED * CIRCLE"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("GREEN", "there is no pointer 'GREEN'"),
        ("CIRCL", r"did you mean 'CIRCLE'\?"),
        ("RED *", "RED \\* is no complete expression"),
        ("", "there is no expression yet"),
        ("__import__('os').getcwd()", "is no|has more than pointers"),
        ("RED.v", "RED.v has more than pointers in it"),
        ("RED.rotate(2)", "has more than pointers in it"),
        ("RED ** 9", "has more than pointers in it"),
        ("RED / 0", "cannot be computed|is not finite"),
        ("1e200 * 1e200 * RED", "is not finite"),
        ("(" * 150 + "RED" + ")" * 40, "no complete expression"),
        ("RED + " * 40 + "RED", "at most 200 characters"),
        ("'RED'", "has more than pointers in it"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_no_expression_is_refused_and_makes_no_pointer(model, text, sentence):
    vocabulary = Vocabulary(model.copy.vocab)
    keys = vocabulary.keys()

    with pytest.raises((ValueError, LookupError), match=sentence):
        vocabulary.parse(text)

    assert vocabulary.keys() == keys


@pytest.mark.parametrize(
    "text", ["RED", " RED*~CIRCLE + 0.5*RED ", "-(RED + CIRCLE) / 2", "0", "RED.normalized()"]
)
def test_an_expression_is_what_the_vocabulary_itself_makes_of_it(model, text):
    vocab = model.copy.vocab

    np.testing.assert_array_equal(Vocabulary(vocab).parse(text), vocab.parse(text.strip()).v)


def test_an_unknown_pointer_of_nengo_spa_is_not_made_up():
    model = make_old_model()
    vocab = model.get_default_vocab(16)

    with pytest.raises(ValueError, match="there is no pointer 'B'"):
        Vocabulary(vocab).parse("A + B")

    assert vocab.keys == ["A"]
