"""``%nengo save``, ``load`` and ``freeze`` keep what a network has learned."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from IPython.core.error import UsageError

NETWORK = """%%nengo net --seed 1 --no-show
a = nengo.Node(np.zeros(1))
e = nengo.Ensemble(20, 1, neuron_type=nengo.RectifiedLinear())
nengo.Connection(a, e, synapse=None)
o = nengo.Node(size_in=1)
c = nengo.Connection(e, o, synapse=None)
p = nengo.Probe(o)"""
TRAIN = (
    "%%nengo_train net --epochs 1 --batch 10\nx, y = {a: np.ones((20, 1, 1))}, {p: "
    "np.zeros((20, 1, 1))}"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def trained(notebook, folder):
    """A network that has learned, in a folder of its own."""
    notebook.run(NETWORK)
    assert notebook.run(TRAIN).error is None
    return notebook


def weights(notebook):
    return (
        notebook.run("sim = %nengo reset net").error
        or notebook.names["sim"].keras_model.get_weights()
    )


def sentences(cell):
    return [line for line in cell.printed.splitlines() if line]


def test_what_was_saved_is_loaded_by_the_same_network_made_anew(trained):
    before = weights(trained)
    saved = trained.run("%nengo save net learned")
    trained.run(NETWORK)

    loaded = trained.run("%nengo load net learned")

    assert sentences(saved) == ["The parameters of 'net' are in 'learned.npz'."]
    assert sentences(loaded) == ["'net' runs with the parameters in 'learned.npz', from 0 s on."]
    for array, other in zip(weights(trained), before, strict=True):
        np.testing.assert_array_equal(array, other)


def test_a_frozen_network_is_built_as_it_has_learned_by_any_simulator_and_its_own_goes_on(trained):
    sim = trained.run("%nengo step net 5").value
    learned = sim.data[trained.names["c"]].weights

    frozen = trained.run("%nengo freeze net")
    after = trained.run("%nengo step net 5")

    assert sentences(frozen) == [
        (
            "'net' itself holds now what its simulator had learned, at 0.005 s: any simulator "
            "builds "
            "it so."
        )
    ]
    assert after.value.n_steps == 10
    assert after.printed.count("has changed") == 0
    with nengo.Simulator(trained.names["net"], progress_bar=False) as reference:
        np.testing.assert_allclose(reference.data[trained.names["c"]].weights, learned, rtol=1e-5)


@pytest.mark.parametrize("line", ["save net 'my file.npz'", "save net runs/../file"])
def test_a_file_may_have_any_name(trained, folder, line):
    (folder / "runs").mkdir()

    assert trained.run(f"%nengo {line}").error is None

    assert [path.suffix for path in folder.iterdir() if path.is_file()] == [".npz"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("save net missing/file", "'missing/file' cannot be written: No such file or directory"),
        ("load net missing", "'missing' cannot be read: No such file or directory"),
        ("load net text.npz", "text.npz"),
        ("load net other.npz", "other.npz"),
        ("save net", "required: FILE"),
        ("load", "required: NAME, FILE"),
        ("save nt file", "no network 'nt' (did you mean 'net'?)"),
        ("freeze nt", "no network 'nt' (did you mean 'net'?)"),
        (
            "save fresh file",
            "'fresh' has no simulator yet, so there is nothing to save; '%nengo run fresh 1'",
        ),
        ("freeze fresh", "'fresh' has no simulator yet, so there is nothing to freeze"),
        ("load fresh learned", "'fresh' has nothing to simulate"),
    ],
)
def test_what_cannot_be_kept_is_one_sentence(trained, folder, line, words):
    trained.run("fresh = nengo.Network()")
    (folder / "text.npz").write_text("no arrays", encoding="utf-8")
    np.savez(folder / "other.npz", a=np.zeros(3))

    cell = trained.run(f"%nengo {line}")

    assert type(cell.error) is UsageError
    assert words in str(cell.error)
    assert "\n" not in str(cell.error)


def test_what_was_learned_is_not_written_into_a_network_that_has_changed(trained):
    trained.run("with net:\n    q = nengo.Probe(e)")

    cell = trained.run("%nengo freeze net")

    assert "'net' has changed since its simulator was built" in str(cell.error)


@pytest.mark.parametrize("command", ["save", "load", "freeze"])
def test_they_have_help_with_an_example(notebook, command):
    printed = notebook.run(f"%nengo {command} --help").printed

    assert f"usage: %nengo {command}" in printed
    assert f"  %nengo {command} net" in printed.split("example:")[1]
    assert f"%nengo {command}" in notebook.run("%%nengo --help").printed
