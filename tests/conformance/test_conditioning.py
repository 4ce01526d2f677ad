"""Networks whose samples hang on rounding are told from those of which a difference is an error."""

from __future__ import annotations

import nengo
import pytest

from tests.conformance.conditioning import moves_by_rounding
from tests.recipes import ConnectionRecipe, End, EnsembleRecipe, NodeRecipe, ProbeRecipe, Recipe

WHOLE = {"neurons": False, "elements": None}


def connect(pre: int, post: int, synapse: nengo.synapses.Synapse | None, seed: int = 0):
    """A connection with a dense transform."""
    return ConnectionRecipe(
        pre=End(index=pre, **WHOLE),
        post=End(index=post, **WHOLE),
        synapse=synapse,
        transform="dense",
        function=None,
        rule=None,
        teacher=None,
        seed=seed,
    )


def network(neuron_type: nengo.neurons.NeuronType) -> Recipe:
    """The network of seed 20261151: a sine that drives an ensemble, whose neurons are recorded."""
    direct, ensemble, other = (
        EnsembleRecipe(
            neuron_type=own, n_neurons=n, size=1, radius=1.0, normalize_encoders=True, noise=None
        )
        for own, n in ((nengo.Direct(), 2), (neuron_type, 17), (nengo.Direct(), 2))
    )
    probe = ProbeRecipe(
        kind="object", end=End(index=0, **WHOLE), attribute=1, synapse=None, sample_every=None
    )
    return Recipe(
        seed=0,
        objects=(
            NodeRecipe(what=None, size=1),
            NodeRecipe(what="sine", size=1),
            direct,
            ensemble,
            other,
        ),
        connections=(
            connect(0, 0, nengo.Lowpass(0.03)),
            connect(0, 2, None),
            connect(0, 2, None),
            connect(0, 3, None, seed=2151),
            connect(1, 0, nengo.Lowpass(0.03)),
        ),
        probes=(probe,),
        minibatch_size=None,
        actions=(),
    )


@pytest.mark.parametrize(
    "neuron_type", [nengo.RectifiedLinear(), nengo.Sigmoid(), nengo.LIF()], ids=repr
)
def test_smooth_rates_and_spikes_do_not_hang_on_rounding(neuron_type):
    assert not moves_by_rounding(network(neuron_type), 63, 1e-9, "float64")
    assert not moves_by_rounding(network(neuron_type), 63, 1e-5, "float32")


def test_an_adaptation_at_the_threshold_hangs_on_rounding():
    """A campaign found it: ours differed from Nengo by 6e-7 Hz, of 61."""
    adaptive = network(nengo.AdaptiveLIFRate(tau_n=0.1, inc_n=0.05))

    assert moves_by_rounding(adaptive, 63, 1e-9, "float64")
    assert not moves_by_rounding(adaptive, 63, 1e-3, "float64")
