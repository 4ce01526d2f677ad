"""A build ends well, whatever is wrong with Nengo's cache of decoders."""

from __future__ import annotations

import errno

import nengo
import numpy as np
import pytest
from nengo import cache as nengo_cache
from nengo.solvers import LstsqNoise

import nengo_nb


@pytest.fixture
def folder(tmp_path):
    """The folder of Nengo's cache, which tests otherwise do without."""
    settings = nengo.rc["decoder_cache"]
    before = {name: settings[name] for name in ("enabled", "path")}
    nengo.rc.set("decoder_cache", "enabled", "True")
    nengo.rc.set("decoder_cache", "path", str(tmp_path / "decoders"))
    yield tmp_path / "decoders"
    for name, value in before.items():
        nengo.rc.set("decoder_cache", name, value)


def network(solver=None):
    """A solver that draws random numbers: called twice, it would find other decoders."""
    with nengo.Network(seed=1) as net:
        a, b = (nengo.Ensemble(30, 1, seed=k) for k in range(2))
        net.conn = nengo.Connection(a, b, solver=solver or LstsqNoise(), seed=2)
    return net


def built_weights(solver=None):
    net = network(solver)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        return sim.data[net.conn].weights


@pytest.fixture
def weights():
    """The weights that Nengo finds, without a cache."""
    net = network()
    with nengo.Simulator(net, progress_bar=False) as sim:
        return sim.data[net.conn].weights


def test_decoders_are_kept(weights, folder):
    # The first simulator of a process shows a neuron type, which Nengo takes for another one from
    # then on.
    for _ in range(2):
        np.testing.assert_array_equal(built_weights(), weights)
    kept = sorted(folder.rglob("*.nco"))

    np.testing.assert_array_equal(built_weights(), weights)

    assert kept
    assert sorted(folder.rglob("*.nco")) == kept


@pytest.mark.parametrize(
    "method",
    ["__init__", "shrink", "__exit__", "_get_fd"],
    ids=["opening", "shrinking", "leaving", "writing"],
)
def test_a_disk_that_fails_costs_a_sentence(weights, folder, monkeypatch, method):
    def fail(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(nengo_cache.DecoderCache, method, fail)

    with pytest.warns(
        UserWarning, match=r"^Decoders are solved without .* \(No space left on device\);"
    ) as told:
        found = built_weights()

    np.testing.assert_array_equal(found, weights)
    assert len(told) == 1


@pytest.mark.parametrize("name", ["index", "*.nco"])
@pytest.mark.parametrize(
    "content", [b"", b"no pickle", b"\x80\x04K\x01.", b"\x80\x02K\x02K\x04\x86."]
)
@pytest.mark.filterwarnings("ignore:Decoder.* cache")
def test_a_damaged_file_costs_no_more_than_its_decoders(weights, folder, name, content):
    built_weights()
    (file,) = folder.rglob(name)
    file.write_bytes(content)

    np.testing.assert_array_equal(built_weights(), weights)


@pytest.mark.usefixtures("folder")
def test_an_error_of_a_solver_is_its_own():
    class Failing(nengo.solvers.Solver):
        def __call__(self, A, Y, rng=None):
            raise ZeroDivisionError("of the solver's")

    with pytest.raises(ZeroDivisionError, match="of the solver's"):
        built_weights(Failing())
