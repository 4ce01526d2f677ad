"""A comparison overlays what several backends recorded, and names the first step in which
they differ.
"""

import re

import nengo
import numpy as np
import pytest
from IPython.core.error import UsageError

from nengo_nb.jupyter.api import compare
from nengo_nb.jupyter.comparison import backends
from nengo_nb.plots import Kind
from nengo_nb.plots.palette import line_style

LATE = 30
"""The step from which the false backend is wrong."""


class Wrong(nengo.Simulator):
    """Nengo's own, but for one number that is a little off from a step on."""

    closed_ones: list = []

    def run(self, seconds, **options):
        super().run(seconds, **options)
        for probe in self.model.probes:
            recorded = self._sim_data[probe]
            for step in range(LATE - 1, len(recorded)):
                recorded[step] = recorded[step] + np.eye(1, probe.size_in, 0)[0] * 0.5

    def close(self):
        super().close()
        Wrong.closed_ones.append(self)


class Broken(nengo.Simulator):
    def run(self, seconds, **options):
        raise RuntimeError("out of order")


@pytest.fixture
def network():
    with nengo.Network(seed=1, label="net") as network:
        wave = nengo.Node(lambda t: [np.sin(20 * t), np.cos(20 * t)], label="wave")
        group = nengo.Ensemble(40, 2, label="group")
        nengo.Connection(wave, group)
        nengo.Probe(group, synapse=0.01, label="decoded")
        nengo.Probe(group.neurons, label="spikes")
        nengo.Probe(wave, sample_every=0.005, label="slow")
    return network


@pytest.fixture
def more_backends(monkeypatch):
    """Backends as if they were installed."""

    class Point:
        def __init__(self, made):
            self.load = lambda: made

    known = {**backends.installed(), "wrong": Point(Wrong), "broken": Point(Broken)}
    monkeypatch.setattr(backends, "installed", lambda: known)
    Wrong.closed_ones.clear()


def test_the_installed_backends_are_nengos_own_and_ours():
    assert list(backends.installed())[:1] == ["nengo"]
    assert "nb" in backends.installed()


def test_our_simulator_agrees_with_nengos_but_for_rounding(network):
    comparison = compare(network, 0.2)

    assert comparison.first("nb") is None
    assert comparison.names == ("nengo", "nb")
    assert comparison.dtypes == ("float64", "float32")
    assert "equal but for rounding in every step" in repr(comparison)


def test_the_first_step_that_differs_is_named(network, more_backends):
    comparison = compare(network, 0.1, ("nengo", "wrong"), ["decoded"])

    found = comparison.first("wrong")
    assert (found.step, found.probe, found.index) == (LATE, "decoded", 0)
    assert found.time == pytest.approx(0.03)
    assert found.values[1] - found.values[0] == pytest.approx(0.5)
    assert "first differs in step 30 (0.03 s), in decoded [0]" in repr(comparison)
    assert "the largest difference is 0.5" in repr(comparison)
    assert len(Wrong.closed_ones) == 1


def test_a_step_is_counted_in_steps_of_the_simulation_whatever_a_probe_samples(
    network, more_backends
):
    found = compare(network, 0.2, ("nengo", "wrong"), ["slow"]).first("wrong")

    assert (found.step, found.time) == (150, pytest.approx(0.15))


def test_only_spiking_networks_in_float32_are_said_to_drift_apart(network, more_backends):
    in_double = compare(network, 0.05, ("nengo", "wrong"), ["decoded"])
    in_single = compare(network, 0.05, ("nengo", "wrong", "nb"), ["decoded"])

    assert in_double.card().warnings == ()
    assert "until rounding moves the first spike" in in_single.card().warnings[0]


def test_curves_lie_over_each_other_and_their_difference_below(network):
    panels = compare(network, 0.05).plot().traces

    assert [panel.kind for panel in panels[:2]] == [Kind.CURVES, Kind.CURVES]
    assert panels[0].names == ("nengo 0", "nb 0", "nengo 1", "nb 1")
    assert [line_style(style)[1] for style in panels[0].styles] == ["solid", "dashed"] * 2
    assert len({line_style(style)[0] for style in panels[0].styles}) == 4
    assert panels[1].names == ("nb − nengo 0", "nb − nengo 1")
    np.testing.assert_allclose(panels[1].values, 0, atol=1e-4)
    assert [panel.label for panel in panels[2:5]] == [
        "nengo: spikes",
        "nb: spikes",
        "spikes: nb − nengo",
    ]
    assert panels[4].values.max() == 0


def test_a_comparison_shows_itself(network, more_backends):
    data, _ = compare(network, 0.05, ("nengo", "wrong"), ["decoded"])._repr_mimebundle_()

    assert {"text/html", "image/png", "text/plain"} == set(data)
    assert "first differs in step 30" in data["text/html"]
    assert "nengo-nb-plot" in data["text/html"]


def test_a_script_prints_whose_time_each_is_and_what_differs_as_plain_text(network, capsys):
    print(compare(network, 0.05, probes=["decoded"]))

    printed = capsys.readouterr().out.splitlines()
    assert [line.split(" simulated")[0] for line in printed[:2]] == [
        "nengo: 0.050 s",
        "nb: 0.050 s",
    ]
    assert printed[2] == "Comparison of net"
    assert not re.search("[<{]", "".join(printed))


def test_of_many_probes_the_first_half_dozen_is_drawn_and_others_by_name(network, more_backends):
    with network:
        for index in range(20):
            nengo.Probe(network.nodes[0], label=f"probe {index}")

    comparison = compare(network, 0.02, ("nengo", "wrong"))

    assert "the first 6 of 23 probes" in repr(comparison.plot())
    assert "comparison.plot('probe 3')" in repr(comparison.plot())
    assert [trace.label for trace in comparison.plot("probe 9").traces] == [
        "probe 9",
        "probe 9: difference",
    ]
    with pytest.raises(LookupError, match="there is no probe 'probe 99'"):
        comparison.plot("probe 99")


def test_numbers_that_are_none_differ_from_all_others(network, more_backends):
    comparison = compare(network, 0.05, ("nengo", "wrong"), ["decoded"])
    comparison.probes[0].traces[1].values[3, 1] = np.nan

    assert comparison.first("wrong").step == 4
    assert comparison.probes[0].largest(1) == np.inf


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("nb", "nengi"), "no backend 'nengi' .did you mean 'nengo'.*there are nengo"),
        (("nb",), "needs two backends"),
        (("nengo", "reference"), "needs two backends"),
        ((), "needs two backends"),
    ],
)
def test_a_backend_that_is_not_there_is_an_error_that_names_the_others(network, names, words):
    with pytest.raises(LookupError, match=words):
        compare(network, 0.05, names)


def test_a_network_without_seed_or_probe_cannot_be_compared(network):
    network.seed = None
    with pytest.raises(ValueError, match=r"nengo.Network\(seed=1\)"):
        compare(network, 0.05)
    with pytest.raises(ValueError, match="add nengo.Probe"):
        compare(nengo.Network(seed=0), 0.05)


def test_a_backend_that_cannot_run_the_network_is_named(network, more_backends):
    with pytest.raises(ValueError, match="backend 'broken' cannot run this network: out of order"):
        compare(network, 0.05, ("nengo", "broken"))


def test_a_line_in_a_notebook_compares_and_leaves_the_networks_own_simulator_alone(net):
    net.run("%nengo step net 5")

    cell = net.run("%nengo compare net 0.02 --backends nengo nb --probes decoded slow")

    assert cell.error is None
    assert [one.traces[0].label for one in cell.value.probes] == ["decoded", "slow"]
    assert net.run("sim = %nengo step net\nsim.n_steps").value == 6


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("compare net 0.02 --backends nengo", "needs two backends"),
        ("compare net 0.02 --backends nengo ocl9", "no backend 'ocl9'"),
        ("compare net 0.02 --probes decode", "no probe 'decode'"),
        ("compare net 0.0005", "not a whole number of time steps"),
        ("compare nt 1", "no network 'nt'"),
    ],
)
def test_a_wrong_line_is_one_sentence(net, line, words):
    cell = net.run(f"%nengo {line}")

    assert type(cell.error) is UsageError
    assert words in str(cell.error)
