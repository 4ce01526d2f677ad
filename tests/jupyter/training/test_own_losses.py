"""Losses of nengo_nb are known by their names wherever a notebook takes a loss."""

import nengo
import numpy as np
import pytest
from IPython.core.completer import provisionalcompleter

import nengo_nb
from nengo_nb.jupyter.training.keras_names import losses, spell

NAMES = pytest.mark.parametrize("name", nengo_nb.losses.LOSSES)


@pytest.fixture
def learner(notebook):
    """A notebook with a network that can learn, and 40 examples."""
    with nengo.Network(seed=1) as net:
        source = nengo.Node(np.zeros(1))
        neurons = nengo.Ensemble(10, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(source, neurons, synapse=None)
        probe = nengo.Probe(neurons)
    inputs = np.random.RandomState(0).uniform(-1, 1, (40, 1, 1))
    targets = inputs**2
    notebook.names.update(net=net, x={source: inputs}, y={probe: targets}, targets=targets)
    return notebook


@NAMES
def test_a_line_names_a_loss(learner, name):
    line = f"%%nengo_train net --epochs 2 --batch 20 --loss {name}"
    if nengo_nb.losses.LOSSES[name].allows_nan:
        learner.names["targets"][::2] = np.nan

    cell = learner.run(f"{line}\nx, y = x, y")

    assert cell.error is None
    assert "net learned for 2 epochs" in cell.printed
    assert np.isfinite(cell.value.keras_model.history.history["loss"]).all()


@NAMES
def test_tab_completes_its_name(learner, name):
    line = f"%%nengo_train net --loss {name[:-1]}"

    with provisionalcompleter():
        proposed = [c.text for c in learner.shell.Completer.completions(line, len(line))]

    assert name in proposed


@NAMES
def test_it_is_made_by_its_name(name):
    loss = spell(name, "loss", losses())

    assert nengo_nb.losses.find_declaration(loss) is nengo_nb.losses.LOSSES[name]
