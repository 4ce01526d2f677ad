"""Learning rules on slices, views and neurons: Nengo's curves, or an error by name before
anything runs.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import LearningRuleError

RULES = {
    "PES": nengo.PES(1e-3),
    "RLS": nengo.RLS(1e-3),
    "BCM": nengo.BCM(1e-8),
    "Oja": nengo.Oja(1e-5),
    "Voja": nengo.Voja(1e-2),
}
PARTS = {
    "all": slice(None),
    "half": slice(0, 2),
    "reversed": slice(None, None, -1),
    "list": [3, 1],
    "one": [2],
}
ENDS = [
    ("ens", "ens"),
    ("ens", "neurons"),
    ("neurons", "ens"),
    ("neurons", "neurons"),
    ("node", "ens"),
]
SLICES = [
    *(("all", "all"), ("half", "half"), ("half", "all"), ("all", "half")),
    *(("reversed", "reversed"), ("list", "list"), ("one", "one"), ("one", "all"), ("all", "one")),
]


def learning_network(rule, ends, slices):
    """Two ensembles and what learns between them; None where Nengo lets nobody write it."""
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        stimulus = nengo.Node(lambda t: np.sin(9 * t + np.arange(4)))
        pre, post = nengo.Ensemble(6, 4, label="pre"), nengo.Ensemble(5, 4, label="post")
        nengo.Connection(stimulus, pre)
        objects = {
            "ens": (pre, post),
            "neurons": (pre.neurons, post.neurons),
            "node": (stimulus, None),
        }
        source, target = objects[ends[0]][0], objects[ends[1]][1]
        source, target = source[PARTS[slices[0]]], target[PARTS[slices[1]]]
        options = {"learning_rule_type": RULES[rule]}
        if rule in ("BCM", "Oja") and ends == ("ens", "ens"):
            options["solver"] = nengo.solvers.LstsqL2(weights=True)
        else:
            shape = (target.size_in, source.size_out)
            options["transform"] = np.random.RandomState(0).uniform(-0.2, 0.2, shape)
        learned = nengo.Connection(source, target, **options)
        if rule in ("PES", "RLS"):
            ones = np.ones((learned.learning_rule.size_in, 1))
            nengo.Connection(stimulus[0], learned.learning_rule, transform=ones)
        nengo.Probe(post.neurons)
        weights = (
            (learned.learning_rule, "scaled_encoders") if rule == "Voja" else (learned, "weights")
        )
        nengo.Probe(*weights)
    return net


def data_of(backend, net, n_steps=12):
    """Return the samples of all probes, or the error of a run."""
    try:
        with backend(net, progress_bar=False) as sim:
            sim.run_steps(n_steps)
            return [np.array(sim.data[probe]) for probe in net.probes]
    except Exception as error:
        return error


@pytest.mark.parametrize("slices", SLICES, ids="-".join)
@pytest.mark.parametrize("ends", ENDS, ids="-".join)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_gives_nengos_curves_or_is_refused_by_name(rule, ends, slices):
    try:
        net = learning_network(rule, ends, slices)
    except nengo.exceptions.ValidationError:
        return  # there is no such connection
    theirs, ours = data_of(nengo.Simulator, net), data_of(nengo_nb.Simulator, net)

    if isinstance(theirs, nengo.exceptions.NengoException):
        assert isinstance(ours, type(theirs))
        assert str(ours) == str(theirs)
    elif isinstance(theirs, ValueError):  # of NumPy, in the first step
        assert isinstance(ours, LearningRuleError)
        assert f"{rule} of connection 'pre->post'" in str(ours)
    else:
        assert not isinstance(ours, Exception), ours
        for mine, nengos in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine, nengos, atol=1e-9)


@pytest.mark.parametrize(
    "rule",
    [
        nengo.BCM(1e-8, pre_synapse=None, post_synapse=None),
        nengo.Oja(1e-5, pre_synapse=None, post_synapse=None),
        nengo.BCM(1e-8, pre_synapse=None, post_synapse=None, theta_synapse=None),
    ],
    ids=["BCM", "Oja", "BCM without a synapse"],
)
def test_neurons_learn_from_their_own_unfiltered_activities(rule):
    """One signal is then two arguments of the rule."""
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        ensemble = nengo.Ensemble(8, 1)
        nengo.Connection(nengo.Node(np.sin), ensemble)
        nengo.Connection(
            ensemble.neurons,
            ensemble.neurons,
            transform=np.full((8, 8), 1e-3),
            learning_rule_type=rule,
        )
        nengo.Probe(ensemble.neurons)
        nengo.Probe(ensemble, synapse=0.01)

    theirs, ours = data_of(nengo.Simulator, net, 60), data_of(nengo_nb.Simulator, net, 60)

    for mine, nengos in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, nengos, atol=1e-9)


@pytest.mark.parametrize(
    ("rule", "slices", "computed", "weights"),
    [
        ("Oja", ("all", "half"), r"\(5, 6\)", r"\(2, 6\)"),
        ("BCM", ("half", "all"), r"\(5, 6\)", r"\(5, 2\)"),
        ("RLS", ("one", "all"), r"\(4, 6\)", r"\(5, 1\)"),
    ],
)
def test_what_does_not_fit_is_said_with_the_way_out_before_anything_runs(
    rule, slices, computed, weights
):
    net = learning_network(rule, ("neurons", "neurons"), slices)

    with pytest.raises(
        LearningRuleError,
        match=f"{rule} of connection 'pre->post' .* of shape {computed}, .* shape "
        f"{weights}.*whole object",
    ):
        nengo_nb.Simulator(net, progress_bar=False)
