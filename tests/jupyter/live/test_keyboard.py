"""Keys that are held in a live view are the values of a node."""

from types import SimpleNamespace

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.defaults import make_sliders
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.keyboards import release_keys
from nengo_nb.jupyter.protocol.steering import HoldKeys

KEYS = ("ArrowLeft", "ArrowRight", "a")


@pytest.fixture
def network():
    with nengo.Network(seed=1, label="network") as net:
        keys = nengo.Node(nengo_nb.Keyboard(KEYS), label="keys")
        constant = nengo.Node([0.5], label="constant")
        seen = []
        world = nengo.Node(lambda t, x: seen.append(tuple(x)), size_in=3, label="world")
        nengo.Connection(keys, world, synapse=None)
        pressed = nengo.Probe(keys, label="pressed")
    return SimpleNamespace(net=net, keys=keys, constant=constant, pressed=pressed, seen=seen)


def test_no_key_is_held_in_any_simulator(network, sim):
    with nengo.Simulator(network.net, progress_bar=False) as reference:
        reference.run_steps(5)
    sim.run_steps(5)

    for data in (reference.data, sim.data):
        np.testing.assert_array_equal(data[network.pressed], np.zeros((5, 3)))


def test_keys_that_are_held_are_ones_and_a_function_gets_them(layout, network, sim, ran):
    answer(layout, HoldKeys(name="keys", held=["ArrowRight", "a"]))
    ran(20)
    answer(layout, HoldKeys(name="keys", held=["a"]))
    ran(20)
    answer(layout, HoldKeys(name="keys", held=[]))
    ran(20)

    recorded = sim.data[network.pressed]
    for begin, values in [(0, (0, 1, 1)), (20, (0, 0, 1)), (40, (0, 0, 0))]:
        np.testing.assert_array_equal(recorded[begin : begin + 20], [values] * 20)
    assert network.seen[-60:] == [tuple(row) for row in recorded]


def test_keys_are_released_when_their_page_is_gone(layout, network, sim, ran):
    answer(layout, HoldKeys(name="keys", held=["a"]))

    release_keys(layout.run.overrides)
    ran(5)

    np.testing.assert_array_equal(sim.data[network.pressed], np.zeros((5, 3)))


def test_a_view_knows_its_keyboards_and_has_no_sliders_for_them(layout):
    (info,) = layout.describe().keyboards

    assert (info.name, info.keys) == ("keys", list(KEYS))
    assert [slider.node for slider in make_sliders(layout, None)] == ["constant"]


@pytest.mark.parametrize(
    ("name", "held", "sentence"),
    [
        ("keys", ["b"], r"keys takes the keys ArrowLeft, ArrowRight, a, and not \['b'\]"),
        ("constant", ["a"], "constant takes no keys: its output is no nengo_nb.Keyboard"),
        ("nothing", ["a"], "'nothing' has no output of its own"),
    ],
)
def test_other_keys_and_nodes_are_refused(layout, name, held, sentence):
    with pytest.raises(ValueError, match=sentence):
        answer(layout, HoldKeys(name=name, held=held))


@pytest.mark.parametrize("keys", [[], ["a", "a"], ["a", 1], [""]], ids=str)
def test_a_keyboard_has_different_keys_with_names(keys):
    with pytest.raises(ValueError, match="key"):
        nengo_nb.Keyboard(keys)


def test_a_single_key_needs_no_list():
    assert nengo_nb.Keyboard("ArrowUp").keys == ("ArrowUp",)
