"""In a real kernel: a training shows itself while it goes on, and an interrupt keeps what
was learned.
"""

import nbformat
import pytest

from tests.jupyter.kernels import TIMEOUT, displays_until_idle, execute, reply_to
from tests.jupyter.notebooks import notebook_of

SETUP = """\
%load_ext nengo_nb
import nengo
import nengo_nb
import numpy as np

with nengo.Network(seed=1) as net:
    a = nengo.Node(np.zeros(1))
    e = nengo.Ensemble(50, 1, neuron_type=nengo.RectifiedLinear(), max_rates=nengo.dists.Choice([1]))
    nengo.Connection(a, e, synapse=None)
    p = nengo.Probe(e)

inputs = np.random.RandomState(0).uniform(-1, 1, (1000, 1, 1))
untrained = nengo_nb.Simulator(net, minibatch_size=10, progress_bar=False)
"""
TRAIN = (
    "%%nengo_train net --epochs {} --batch 10 --validation-split 0.2\nx, y = {{a: inputs}}, "
    "{{p: inputs**2}}"
)


@pytest.fixture(scope="module")
def trained():
    """A notebook in which a network was trained, as nbclient saves it."""
    sources = [SETUP, TRAIN.format(3), "%nengo run net 0.01"]
    return execute(notebook_of(sources))


def test_a_saved_notebook_keeps_one_line_and_a_picture_of_the_curves(trained):
    outputs = trained.cells[1].outputs

    bundles = [output.data for output in outputs if "data" in output]
    assert [output for output in outputs if output.output_type == "stream"] == []
    line, plot = bundles[-2:]
    assert line["text/plain"].startswith("net learned for 3 epochs in ")
    assert plot["text/plain"] == "Plot of loss"
    assert "image/png" in plot
    assert "nengo-nb-plot" in plot["text/html"]


def test_what_is_saved_has_no_button_and_no_frame_any_more(trained):
    saved = nbformat.writes(trained)

    assert "nengo-nb-stop" not in saved
    assert "<polyline" not in saved
    assert len(saved) < 200_000


def test_what_comes_after_a_training_runs_with_what_was_learned(trained):
    texts = [output.data["text/plain"] for output in trained.cells[2].outputs if "data" in output]

    assert "Plot of p" in texts[-1]


def test_an_interrupt_keeps_the_weights_and_ends_with_the_curves(kernel):
    manager, client = kernel
    client.execute_interactive(SETUP, timeout=TIMEOUT)

    request = client.execute(TRAIN.format(100000))
    frames, interrupted = [], False
    for data in displays_until_idle(client, request):
        frames.append(data)
        if "epoch 2 of 100000" in data.get("text/plain", "") and not interrupted:
            manager.interrupt_kernel()
            interrupted = True
    reply = reply_to(client, request)

    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert len(reply["traceback"]) == 1
    texts = [data["text/plain"] for data in frames if "text/plain" in data]
    assert any("<polyline" in data.get("text/html", "") for data in frames), (
        "it grew while the cell ran"
    )
    assert any(
        text.startswith("net stopped in epoch ") and "last whole minibatch" in text
        for text in texts
    )
    assert texts[-1] == "Plot of loss"
    learned = "bool(np.ptp(sim.predict({a: inputs})[p] - untrained.predict({a: inputs})[p]) > 0.01)"
    reply = client.execute_interactive(
        "sim = %nengo reset net", user_expressions={"learned": learned}, timeout=TIMEOUT
    )["content"]
    assert reply["user_expressions"]["learned"]["data"]["text/plain"] == "True"
