"""A network that was changed after its simulator was built gets a new one, and a sentence
says so.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest

from nengo_nb.jupyter.session.definition import changes_between, define

SAME = "has changed since its simulator was built"


def changed_lines(cell):
    return [line for line in cell.printed.splitlines() if SAME in line]


def test_a_probe_that_was_added_records_from_the_next_run_on(net):
    net.run("%nengo run net 0.05")
    net.run("with net:\n    later = nengo.Probe(neurons)")

    cell = net.run("sim = %nengo run net 0.02")

    assert cell.error is None
    assert net.names["sim"].data[net.names["later"]].shape == (20, 1)
    assert changed_lines(cell) == [
        (
            f"'net' {SAME} (added: probe 'later'): a new simulator starts at t = 0; what was "
            "recorded "
            "is gone"
        )
    ]
    assert changed_lines(net.run("%nengo run net 0.02")) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("neurons.radius = 2", "changed: radius of ensemble 'neurons'"),
        ("wave.output = lambda t: 0", "changed: output of node 'wave'"),
        ("neurons.gain = neurons.bias = np.ones(20)", "changed: bias, gain of ensemble 'neurons'"),
        (
            "neurons.neuron_type = nengo.LIF(tau_rc=0.1)",
            "changed: neuron_type of ensemble 'neurons'",
        ),
        ("net.connections[0].synapse = 0.1", "changed: synapse of connection 'wave → neurons'"),
        ("decoded.sample_every = 0.005", "changed: sample_every of probe 'decoded'"),
        ("net.seed = 2", "changed: seed of network 'net'"),
        ("neurons.seed = 2", "changed: seed of ensemble 'neurons'"),
        ("net.probes.remove(slow)", "removed: probe 'slow'"),
        (
            "with net:\n    b = nengo.Node(0)\n    nengo.Connection(b, neurons)",
            "added: node 'b', connection",
        ),
        (
            "with net:\n    nengo_nb.configure_settings(dtype='float64')",
            "changed: dtype of network 'net'",
        ),
        (
            (
                "with net:\n    "
                "nengo_nb.configure_settings(keep_history=True)\nnet.config[slow].keep_history = "
                "False"
            ),
            "keep_history of probe 'slow'",
        ),
    ],
)
def test_whatever_a_simulator_is_built_from_is_seen_when_it_changes(net, change, words):
    net.run("%nengo step net")
    assert net.run(f"import nengo_nb\n{change}").error is None

    cell = net.run("%nengo step net")

    assert cell.error is None
    assert words in changed_lines(cell)[0]
    assert cell.value.n_steps == 1


@pytest.mark.parametrize(
    "change",
    [
        "neurons.label = 'other'",
        "neurons.bias = np.array(neurons.bias)",
        "neurons.neuron_type = nengo.LIF()",
        "net.connections[0].synapse = nengo.Lowpass(0.005)",
        "net.config[nengo.Ensemble].radius = 9",
        "other = nengo.Network()",
    ],
)
def test_what_changes_nothing_goes_on(notebook, change):
    notebook.run(
        "%%nengo net --seed 1\n"
        "neurons = nengo.Ensemble(20, 1, gain=np.ones(20), bias=np.arange(20.0))\n"
        "nengo.Connection(neurons, neurons)"
    )
    notebook.run("%nengo step net")
    assert notebook.run(change).error is None

    cell = notebook.run("%nengo step net")

    assert changed_lines(cell) == []
    assert cell.value.n_steps == 2


def test_every_command_that_runs_sees_the_change_and_others_only_say_it(net):
    net.run("%nengo run net 0.01")
    net.run("with net:\n    later = nengo.Probe(neurons)")

    plot, explain = net.run("%nengo plot net"), net.run("%nengo explain net")
    missing = net.run("%nengo plot net later")
    reset = net.run("%nengo reset net")

    assert [trace.label for trace in plot.value.traces] == ["decoded", "spikes", "slow"]
    assert "which is shown here; the next run builds a new one" in changed_lines(plot)[0]
    assert len(changed_lines(explain)) == 1
    assert "'net' has not recorded that yet; '%nengo run net 1'" in str(missing.error)
    assert "a new simulator starts at t = 0" in changed_lines(reset)[0]
    assert net.names["later"] in reset.value.data


def test_the_card_and_the_plot_of_a_simulator_leave_out_what_it_does_not_know(net):
    net.run("sim = %nengo run net 0.01")
    net.run("with net:\n    later = nengo.Probe(neurons)")

    card = net.run("sim")
    plot = net.run("import nengo_nb\nnengo_nb.plot(sim)")
    missing = net.run("nengo_nb.plot(sim, later)")

    assert (card.error, plot.error) == (None, None)
    assert len(plot.value.traces) == 3
    assert "was added after this simulator was built" in str(missing.error)


def test_a_simulator_of_a_variable_is_closed_and_keeps_its_data(net):
    net.run("old = %nengo run net 0.05")
    net.run("neurons.radius = 2")

    cell = net.run("%nengo run net 0.01")

    assert "what was recorded stays in 'old'" in changed_lines(cell)[0]
    assert net.names["old"].closed
    assert len(net.names["old"].data[net.names["decoded"]]) == 50


def test_a_live_view_of_the_former_simulator_ends_and_it_is_said(net):
    net.run("%nengo live net")
    change = net.run("neurons.radius = 2")
    silent = net.run("1 + 1")

    cell = net.run("%nengo step net")

    assert (
        "which its live view goes on with; '%nengo live net' builds a new one"
        in changed_lines(change)[0]
    )
    assert changed_lines(silent) == []
    assert "its live view has ended, '%nengo live net' opens another" in changed_lines(cell)[0]


# --- what was learned
# -------------------------------------------------------------------------------------


@pytest.fixture
def trained(notebook):
    """A network without a seed that has learned."""
    notebook.run(
        "%%nengo net --no-show\n"
        "a = nengo.Node(np.zeros(1))\n"
        "e = nengo.Ensemble(20, 1, neuron_type=nengo.RectifiedLinear())\n"
        "nengo.Connection(a, e, synapse=None)\n"
        "o = nengo.Node(size_in=1)\n"
        "c = nengo.Connection(e, o, synapse=None)\n"
        "p = nengo.Probe(o)"
    )
    cell = notebook.run(
        "%%nengo_train net --epochs 1 --batch 10\nx = {a: np.ones((20, 1, 1))}\ny = {p: "
        "np.zeros((20, 1, 1))}"
    )
    assert cell.error is None
    return notebook


def parameters(sim):
    return {(p.obj, p.attribute): array for p, array in sim.keras_model.values().items()}


def test_what_was_learned_is_kept_where_it_fits_also_without_a_seed(trained):
    old = trained.run("%nengo reset net").value
    before, gain = parameters(old), old.data[trained.names["e"]].gain
    trained.run(
        "with net:\n    d = nengo.Ensemble(5, 1)\n    nengo.Connection(a, d)\n    q = "
        "nengo.Probe(d)"
    )

    cell = trained.run("%nengo step net")

    assert (
        "a new simulator starts at t = 0 with what the former one had learned"
        in changed_lines(cell)[0]
    )
    after = parameters(cell.value)
    assert before.keys() < after.keys()
    for key, array in before.items():
        np.testing.assert_array_equal(after[key], array)
    np.testing.assert_array_equal(cell.value.data[trained.names["e"]].gain, gain)


def test_what_does_not_fit_any_more_is_named(trained):
    old = trained.run("%nengo reset net").value
    trained.run("e.gain = np.ones(20)\ne.bias = np.full(20, 7.0)")

    cell = trained.run("%nengo step net")

    line = changed_lines(cell)[0]
    assert "what the former one had learned" in line
    assert "e/bias" in line
    assert "no longer fitting" in line
    after = parameters(cell.value)
    np.testing.assert_array_equal(after[trained.names["e"], "bias"], np.full(20, 7.0))
    assert old.closed


def test_another_seed_of_the_network_gives_up_what_was_learned_and_says_so(trained):
    trained.run("net.seed = 5")

    cell = trained.run("%nengo step net")

    assert "without what the former one had learned" in changed_lines(cell)[0]


def test_a_network_that_holds_what_was_learned_is_the_same_to_its_simulator(trained):
    sim = trained.run("sim = %nengo reset net\nsim.freeze_params(net)\nsim").value

    cell = trained.run("%nengo step net")

    assert changed_lines(cell) == []
    assert cell.value is sim


# --- the definition
# ---------------------------------------------------------------------------------------


def test_a_process_of_ones_own_that_remembers_something_does_not_change_its_network():
    class Counting(nengo.Process):
        def make_step(self, shape_in, shape_out, dt, rng, state):
            self.made = getattr(self, "made", 0) + 1
            return lambda t: np.zeros(shape_out)

    with nengo.Network() as net:
        node = nengo.Node(Counting(default_size_in=0, default_size_out=1))
    before = define(net)
    with nengo.Simulator(net, progress_bar=False):
        pass

    assert not changes_between(before, define(net))
    node.output = Counting(default_size_in=0, default_size_out=1)
    assert changes_between(before, define(net)).changed == {node: ("output",)}


def test_arrays_are_compared_by_content_also_where_they_hold_nan_or_can_be_written():
    with nengo.Network() as net:
        ens = nengo.Ensemble(3, 1, bias=np.array([np.nan, 1, 2]))
        conn = nengo.Connection(ens, ens, learning_rule_type=[nengo.PES(), nengo.Voja()])
    before = define(net)

    ens.bias = np.array([np.nan, 1, 2])
    conn.learning_rule_type = [nengo.PES(), nengo.Voja()]
    assert not changes_between(before, define(net))

    ens.bias = np.array([np.nan, 1, 3])
    assert changes_between(before, define(net)).changed == {ens: ("bias",)}
