"""A plot carries the figure, the picture and a text, and is small."""

import base64
import json
import re

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.api import plot
from nengo_nb.jupyter.comms.bokeh_loader import BokehLoader, bokeh_js
from nengo_nb.jupyter.outputs.plot import FIGURE_TYPE
from nengo_nb.jupyter.probes import trace_probes

EVIL = "</script><script>alert(1)</script>"


@pytest.fixture
def sim():
    with nengo.Network(seed=0) as network:
        group = nengo.Ensemble(10, 1)
        nengo.Probe(group, label="decoded")
        nengo.Probe(group.neurons, label="spikes")
        nengo.Probe(group.neurons, synapse=0.01, label="filtered")
        nengo.Probe(group.neurons, "voltage", label="voltage")
        nengo.Probe(nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate()).neurons, label="rates")
    with nengo.Simulator(network, progress_bar=False) as sim:
        sim.run(0.1)
        yield sim


def test_probes_choose_the_plot_that_suits_them(sim):
    traces = plot(sim).traces

    assert [trace.kind.value for trace in traces] == ["lines", "raster", "lines", "lines", "lines"]
    assert [trace.quantity for trace in traces] == [
        "decoded value",
        "filtered spikes (Hz)",
        "filtered spikes (Hz)",
        "membrane voltage",
        "firing rate (Hz)",
    ]


def test_probes_are_given_as_objects_or_labels(sim):
    chosen = plot(sim, "rates", sim.model.toplevel.probes[0])

    assert [trace.label for trace in chosen.traces] == ["rates", "decoded"]


def test_an_unknown_label_is_an_error_that_names_the_probes(sim):
    with pytest.raises(
        LookupError, match="no probe 'rate' .did you mean 'rates'..; there are decoded, spikes"
    ):
        plot(sim, "rate")


def test_nothing_to_plot_is_an_error():
    with (
        nengo.Simulator(nengo.Network(), progress_bar=False) as sim,
        pytest.raises(ValueError, match="add nengo.Probe"),
    ):
        plot(sim)


def test_an_item_of_a_minibatch_is_chosen(sim):
    class Batch:
        model, minibatch_size = sim.model, 2
        n_steps, dt = sim.n_steps, sim.dt
        trange = staticmethod(sim.trange)
        data = {
            probe: np.stack([sim.data[probe], 7 + 0 * sim.data[probe]])
            for probe in sim.model.toplevel.probes
        }

    trace = plot(Batch(), "decoded", item=1).traces[0]

    assert (trace.values == 7).all()


def test_the_bundle_holds_a_figure_a_picture_and_a_text(sim):
    data, metadata = plot(sim)._repr_mimebundle_()

    page = data["text/html"]
    item = json.loads(
        re.search(rf'<script type="{re.escape(FIGURE_TYPE)}">(.*?)</script>', page)[1]
    )
    assert item["doc"]["roots"]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert f"data:image/png;base64,{data['image/png']}" in page
    assert data["text/plain"] == "Plot of decoded, spikes, filtered, voltage, rates"
    assert metadata["image/png"]["width"] == 760


def test_the_page_holds_no_code_and_nothing_from_elsewhere(sim):
    page = plot(sim)._repr_mimebundle_()[0]["text/html"]

    assert re.findall(r"<script[^>]*>", page) == [f'<script type="{FIGURE_TYPE}">']
    assert "http" not in page


def test_a_label_cannot_end_the_script(sim):
    sim.model.toplevel.probes[0].label = EVIL

    page = plot(sim, sim.model.toplevel.probes[0])._repr_mimebundle_()[0]["text/html"]

    assert page.count("</script>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_loader_sends_bokehjs_to_who_asks_for_it(monkeypatch):
    loader, sent = BokehLoader(), []
    monkeypatch.setattr(loader, "send", lambda *message: sent.append(message))

    loader._answer(loader, {"type": "something else"}, [])
    loader._answer(loader, {"type": "WantBokeh"}, [])

    assert sent == [({"type": "BokehScript"}, [bokeh_js()])]
    assert loader.version.encode() in bokeh_js()


@pytest.mark.parametrize("minibatch_size", [None, 2])
@pytest.mark.parametrize(("before", "after"), [(20, 30), (30, 20)], ids=["runs on", "begins anew"])
def test_a_simulation_that_moves_while_it_is_looked_at_is_shown_as_far_as_both_moments_know(
    minibatch_size, before, after, monkeypatch
):
    """Its times are asked for before its data."""
    with nengo.Network(seed=0) as network:
        probe = nengo.Probe(nengo.Ensemble(10, 1))
    with nengo_nb.Simulator(network, progress_bar=False, minibatch_size=minibatch_size) as sim:
        sim.run_steps(before)
        times = sim.trange()
        sim.reset()
        sim.run_steps(after)
        monkeypatch.setattr(sim, "trange", lambda sample_every: times)

        (trace,) = trace_probes(sim, [probe])

    np.testing.assert_array_equal(trace.times, times[:20])
    assert trace.values.shape == (20, 1)
