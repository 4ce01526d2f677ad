"""Expressions of semantic pointers that are typed drive input nodes until these are released."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.live.defaults import make_sliders, steer
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.specs import LiveExpression
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol import steering as e
from tests.costs import change_costs
from tests.jupyter.live.conftest import Listener
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
def state(model):
    """The layout of a view whose plots are all recorded."""
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        yield recorded(view)
        view.close()


def drive(state, name, text):
    answer(state, e.Drive(name=name, text=text))


def last_similarities(state):
    """The last values that the first plot draws, by pointer."""
    return dict(zip(state.plots[0].labels, numbers(state)[0][1:, -1].tolist(), strict=True))


def test_a_new_view_has_an_entry_for_each_node_that_puts_out_pointers(state):
    layout = state.describe()
    titles = {info.name: info.title for info in layout.pointer_nodes}

    assert [titles[name] for name in layout.expressions] == ["color", "late", "shape"]
    assert layout.sliders == []


@pytest.mark.parametrize("target", ["color", "color.node", "module", "node"])
def test_an_entry_is_declared_by_a_module_or_its_node_or_the_name_of_either(model, target):
    target = {"module": model.color, "node": model.color.output}.get(target, target)
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim, sliders=[LiveExpression(target)])
        assert view.widget.layout_state.expressions == ("color.node",)
        view.close()


def test_what_puts_out_no_pointers_has_no_entry(model):
    with (
        nengo_nb.Simulator(model, progress_bar=False) as sim,
        pytest.raises(ValueError, match="'memory' puts out no semantic pointers"),
    ):
        nengo_nb.live(sim, sliders=[LiveExpression("memory")])


def test_a_typed_expression_drives_a_state_until_it_is_released(state, model):
    drive(state, "color.node", "CIRCLE - 0.5 * RED")
    run_to(state, 0.1)
    driven, said = last_similarities(state), state.frame(1)[0].typed
    answer(state, m.Release(name="color.node"))
    run_to(state, 0.2)
    released = last_similarities(state)

    wanted = model.copy.vocab.parse("CIRCLE - 0.5 * RED").v
    for key in ("CIRCLE", "RED"):
        assert driven[key] == pytest.approx(wanted @ model.copy.vocab[key].v, abs=0.05)
    assert said[0] == "CIRCLE - 0.5 * RED"
    assert released["RED"] == pytest.approx(1.0, abs=0.05)
    assert state.frame(2)[0].typed == ["", "", ""]


def test_an_expression_that_a_slider_moves_is_no_longer_said(state):
    drive(state, "color.node", "CIRCLE")

    state.run.overrides.grab("color.node", [0.5, *[None] * 15])

    assert state.frame(1)[0].typed[0] == ""


def test_an_input_of_nengo_spa_is_driven():
    with nengo_nb.Simulator(make_old_model(), progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        state = recorded(view)
        (name,) = state.expressions
        drive(state, name, "0")
        run_to(state, 0.2)

        assert last_similarities(state)["A"] == pytest.approx(0.0, abs=0.2)
        assert state.describe().plots[0].drivers == [name]
        view.close()


def test_a_plain_node_that_leads_to_a_state_unchanged_is_driven_and_another_is_not():
    with spa.Network(seed=1) as model:
        model.state = spa.State(16, neurons_per_dimension=5)
        model.plain = nengo.Node(np.zeros(16))
        model.scaled = nengo.Node(np.zeros(16))
        nengo.Connection(model.plain, model.state.input)
        nengo.Connection(model.scaled, model.state.input, transform=2)
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)

        assert view.widget.layout_state.expressions == ("plain",)
        view.close()


def test_a_text_is_checked_without_driving_anything(state):
    wrong = answer(state, e.CheckExpression(name="color.node", text="RED +"))
    unknown = answer(state, e.CheckExpression(name="color.node", text="CIRCL"))
    right = answer(state, e.CheckExpression(name="color.node", text="RED + CIRCLE"))

    assert "RED + is no complete expression" in wrong.error
    assert "did you mean 'CIRCLE'?" in unknown.error
    assert (right.text, right.error) == ("RED + CIRCLE", "")
    assert state.run.overrides.held == {}


@pytest.mark.parametrize("kind", [e.Drive, e.CheckExpression])
def test_a_node_without_pointers_is_refused_by_name(state, kind):
    with pytest.raises(ValueError, match="'copy' puts out no semantic pointers .* color.node"):
        answer(state, kind(name="copy", text="RED"))


def test_a_wrong_expression_leaves_the_one_before(state):
    drive(state, "color.node", "CIRCLE")

    with pytest.raises(ValueError, match="there is no pointer 'GREEN'"):
        drive(state, "color.node", "GREEN")

    assert state.frame(1)[0].typed[0] == "CIRCLE"


def test_a_state_says_what_drives_it_or_why_nothing_does(state, model):
    by_source = {info.source: info for info in state.describe().plots}

    assert by_source["memory.state: similarity"].drivers == ["shape.node"]
    assert by_source["memory.state: similarity"].undriven == ""
    with model:
        model.alone = spa.State(16, represent_cc_identity=False)
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        plots = view.widget.layout_state.describe().plots
        (alone,) = [info for info in plots if info.source == "alone: similarity"]

        assert (alone.drivers, alone.undriven) == (["alone"], "")
        view.close()


def test_a_module_with_several_inputs_says_what_drives_it():
    with spa.Network(seed=1) as model:
        model.color = spa.Transcode("RED", output_vocab=16)
        model.alone = spa.State(16, neurons_per_dimension=5)
        model.bind = spa.Bind(16, neurons_per_dimension=5)
        model.alone >> model.bind.input_left
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        plots = view.widget.layout_state.describe().plots
        (bind,) = [info for info in plots if info.source == "bind: similarity"]

        assert bind.drivers == []
        assert "connected to bind itself" in bind.undriven
        assert "what can be set: color" in bind.undriven
        view.close()


def test_a_state_that_gets_a_product_is_driven_by_an_input_of_its_own():
    with spa.Network(seed=1) as model:
        model.color = spa.Transcode("0", output_vocab=16)
        model.shape = spa.Transcode("0", output_vocab=16)
        model.bound = spa.State(16, neurons_per_dimension=20)
        model.color * model.shape >> model.bound
        model.color.output_vocab.populate("RED; CIRCLE")
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim, ["bound: similarity"], [])
        state = recorded(view)
        (info,) = state.describe().plots
        run_to(state, 0.2)
        before = last_similarities(state)
        answer(state, e.AddExpression(name=info.drivers[0]))
        drive(state, "input to bound", "CIRCLE")
        Listener(state.run).until(lambda: not state.run.overrides.waiting)
        run_to(state, 0.5)
        driven = last_similarities(state)
        answer(state, e.Release(name="input to bound"))
        run_to(state, 0.8)
        released = last_similarities(state)

        assert (info.drivers, info.undriven) == (["bound"], "")
        assert state.describe().plots[0].drivers == ["input to bound"]
        assert state.expressions == ("input to bound",)
        assert abs(before["CIRCLE"]) < 0.3
        assert driven["CIRCLE"] > 0.7
        assert abs(released["CIRCLE"]) < 0.3
        assert "LiveExpression('bound')" in state.code()
        view.close()
        again = nengo_nb.live(sim, ["bound: similarity"], [LiveExpression("bound")])
        assert again.widget.layout_state.expressions == ("input to bound",)
        again.close()


def test_an_entry_that_is_removed_releases_its_node_and_can_be_added_again(state):
    drive(state, "color.node", "CIRCLE")
    answer(state, e.RemoveExpression(name="color.node"))
    removed = state.expressions

    answer(state, e.AddExpression(name="color.node"))

    assert "color.node" not in removed
    assert state.run.overrides.held == {}
    assert state.expressions[-1] == "color.node"


def test_entries_are_in_the_code_of_the_view(state):
    names = {"nengo_nb": nengo_nb, "sim": None, "made": lambda _sim, plots, sliders: sliders}
    sliders = eval(state.code().replace("nengo_nb.live(", "made(", 1), names)  # noqa: S307 - under test
    state.expressions = ()

    for steering in make_sliders(state, sliders):
        steer(state, steering)

    assert sliders[0] == LiveExpression("color.node")
    assert state.expressions == ("color.node", "late.node", "shape.node")


def test_the_bias_of_a_thalamus_has_no_slider_by_default():
    with spa.Network(seed=1) as model:
        model.state = spa.State(16, neurons_per_dimension=5)
        model.cue = spa.Transcode("A", output_vocab=16)
        model.level = nengo.Node(0.5)
        model.cue >> model.state
        with spa.ActionSelection():
            spa.ifmax(spa.dot(model.state, spa.sym.A), spa.sym.B >> model.state)
            spa.ifmax(0.5, spa.sym.A >> model.state)
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim)

        biases = [name for name in view.run.overrides.nodes if name.endswith("thalamus bias")]
        shown = [slider.node for slider in view.widget.layout_state.sliders]
        assert "level" in shown
        assert len(biases) == 1
        assert biases[0] not in shown
        view.close()
