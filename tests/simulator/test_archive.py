"""A file of parameters is written as a whole, and one that is broken changes nothing."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_nb
from nengo_nb.simulator.params import archive

from .networks import open_simulator, regression

ARRAYS = {
    "hidden/bias": np.linspace(-1, 1, 30, dtype=np.float32),
    "a->b/weights": np.arange(12.0).reshape(3, 4),
    "state/n_steps": np.array(7),
}


@pytest.fixture
def file(tmp_path):
    return archive.save(tmp_path / "weights", ARRAYS)


def packed(array) -> bytes:
    """An array as NumPy writes it."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def write(file, members, compression=zipfile.ZIP_STORED):
    """Write the arrays, some of them replaced or left out (None)."""
    with zipfile.ZipFile(file, "w", compression) as zipped:
        for name, content in (
            {name: packed(array) for name, array in ARRAYS.items()} | members
        ).items():
            if content is not None:
                zipped.writestr(f"{name}.npy", content)


def test_what_was_written_is_read(file):
    loaded = archive.load(file, {name: np.zeros_like(array) for name, array in ARRAYS.items()})

    assert loaded.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(loaded[name], array)
        assert loaded[name].dtype == array.dtype


def test_arrays_by_columns_and_compressed_ones_are_read(tmp_path):
    by_columns = np.asfortranarray(ARRAYS["a->b/weights"])
    np.savez_compressed(tmp_path / "w.npz", **ARRAYS | {"a->b/weights": by_columns})

    np.testing.assert_array_equal(
        archive.load(tmp_path / "w", ARRAYS)["a->b/weights"], ARRAYS["a->b/weights"]
    )


@pytest.mark.parametrize(
    ("value", "dtype", "sentence"),
    [
        (1e300, "float32", r"a->b/weights holds 1e\+300, which is too large for float32"),
        (-1e39, "float32", r"a->b/weights holds 1e\+39, which is too large for float32"),
        (np.inf, "float64", "a->b/weights holds values that are no finite numbers"),
        (np.nan, "float32", "a->b/weights holds values that are no finite numbers"),
    ],
)
def test_values_that_a_parameter_cannot_hold_are_refused(tmp_path, value, dtype, sentence):
    write(tmp_path / "w.npz", {"a->b/weights": packed(np.full((3, 4), value))})
    here = ARRAYS | {"a->b/weights": np.zeros((3, 4), dtype)}

    with pytest.raises(SimulationError, match=sentence):
        archive.load(tmp_path / "w.npz", here)


def test_a_smaller_type_takes_what_it_can_hold(tmp_path):
    write(tmp_path / "w.npz", {"a->b/weights": packed(np.full((3, 4), 3e38))})
    here = ARRAYS | {"a->b/weights": np.zeros((3, 4), np.float32)}

    assert archive.load(tmp_path / "w.npz", here)["a->b/weights"].dtype == np.float32


HEADER = b"\x93NUMPY\x01\x00v\x00{'descr': '%s', 'fortran_order': False, 'shape': (3, 4), }"


def claiming(descr: bytes) -> bytes:
    """An array that claims a type."""
    return (HEADER % descr).ljust(127) + b"\n" + bytes(96)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "a->b/weights is missing"),
        (b"", "a->b/weights holds no parameters that can be read"),
        (b"\x93NUMPY", "a->b/weights holds no parameters that can be read"),
        (b"\x93NUMPY\x09\x00" + bytes(100), "a->b/weights holds no parameters that can be read"),
        (
            b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + bytes(100),
            "a->b/weights holds no parameters that can be read",
        ),
        (
            b"\x93NUMPY\x01\x00v\x00" + b"(" * 118 + bytes(96),
            "a->b/weights holds no parameters that can",
        ),
        (
            b"\x93NUMPY\x01\x00v\x00" + b"{'descr'".ljust(118) + bytes(96),
            "a->b/weights holds no parameters",
        ),
        (claiming(b"|O"), "a->b/weights holds object values, not float64"),
        (claiming(b"<U2"), "a->b/weights holds <U2 values, not float64"),
        (claiming(b"<c8"), "a->b/weights holds complex64 values, not float64"),
        (claiming(b"<f4"), "a->b/weights has 224 bytes, not 176"),
        (claiming(b"<f8")[:-1], "a->b/weights has 223 bytes, not 224"),
        (claiming(b"<f8") + b"\0", "a->b/weights has 225 bytes, not 224"),
        (packed(np.zeros((4, 3))), r"a->b/weights has shape \(4, 3\), not \(3, 4\)"),
        (
            claiming(b"<f8").replace(b"(3, 4)", b"(9**99,)"),
            "a->b/weights holds no parameters that can be read",
        ),
        (claiming(b"<f8").replace(b"(3, 4)", b"(3, -4)"), r"a->b/weights has shape \(3, -4\), not"),
        (packed(np.array([[{}] * 4] * 3)), "a->b/weights holds object values, not float64"),
    ],
)
def test_an_array_that_is_not_what_it_should_be_is_named(tmp_path, content, sentence):
    write(tmp_path / "w.npz", {"a->b/weights": content})

    with pytest.raises(SimulationError, match=rf"w\.npz.*{sentence}"):
        archive.load(tmp_path / "w.npz", ARRAYS)


def test_steps_are_whole_numbers(tmp_path):
    write(tmp_path / "w.npz", {"state/n_steps": packed(np.array(2.5))})

    with pytest.raises(SimulationError, match="state/n_steps holds float64 values, not int64"):
        archive.load(tmp_path / "w.npz", ARRAYS)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_without_a_limit_is_refused(tmp_path, compression):
    write(tmp_path / "w.npz", {}, compression)

    with pytest.raises(SimulationError, match="compressed in a way that NumPy does not use"):
        archive.load(tmp_path / "w.npz", ARRAYS)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(tmp_path):
    write(tmp_path / "w.npz", {})
    with zipfile.ZipFile(tmp_path / "w.npz", "a") as zipped:
        zipped.writestr("hidden/bias.npy", packed(np.ones(30)))

    with pytest.raises(SimulationError, match="'hidden/bias' is in it twice"):
        archive.load(tmp_path / "w.npz", ARRAYS)


def test_a_few_of_many_differences_are_listed(tmp_path):
    write(tmp_path / "w.npz", {f"stranger {i}": b"" for i in range(5000)})

    with pytest.raises(SimulationError, match="and 4990 more") as caught:
        archive.load(tmp_path / "w.npz", ARRAYS)

    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("name", ["a->b/weights", "stranger"])
def test_a_file_that_would_unpack_to_a_gigabyte_is_refused_before(tmp_path, name):
    header = b"\x93NUMPY\x02\x00" + (2**28).to_bytes(4, "little")
    write(tmp_path / "bomb.npz", {name: header + bytes(2**28)}, zipfile.ZIP_DEFLATED)
    assert (tmp_path / "bomb.npz").stat().st_size < 2**20

    tracemalloc.start()
    with pytest.raises(SimulationError):
        archive.load(tmp_path / "bomb.npz", ARRAYS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2**20


def test_any_damage_is_found_or_changes_nothing(file):
    """Flags, sizes, names and numbers: every byte of the file is changed, once."""
    whole, broken, messages = file.read_bytes(), random.Random(0), []
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1 << broken.randrange(8)
        file.write_bytes(changed)
        try:
            loaded = archive.load(file, ARRAYS)
        except SimulationError as error:
            messages.append(str(error))
            continue
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(loaded[name], array)

    assert len(messages) > len(whole) / 2
    assert all(str(file) in message for message in messages)


def test_any_end_that_is_too_early_is_found(file):
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])

        with pytest.raises(SimulationError, match="no parameters that can be read"):
            archive.load(file, ARRAYS)


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path):
    (tmp_path / "folder.npz").mkdir()

    with pytest.raises(SimulationError, match=r"folder\.npz holds no parameters .* it is no file"):
        archive.load(tmp_path / "folder", ARRAYS)
    with pytest.raises(FileNotFoundError, match="missing"):
        archive.load(tmp_path / "missing", ARRAYS)


def test_saving_fails_as_a_whole(file, monkeypatch):
    """A full disk is met after half of the arrays."""

    def half(target, **arrays):
        target.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(
        OSError, match=r"No space left on device, so nothing was written.*weights\.npz"
    ):
        archive.save(file, {})

    np.testing.assert_array_equal(archive.load(file, ARRAYS)["hidden/bias"], ARRAYS["hidden/bias"])
    assert list(file.parent.iterdir()) == [file]


def test_a_refused_file_and_an_interrupt_change_nothing(tmp_path, monkeypatch):
    model = regression()
    with open_simulator(model) as sim:
        names = [name for name, _ in sim._parts.parameter_io.variables()]
        arrays = dict(np.load(sim.save_params(tmp_path / "w")))
        before = sim.predict(model.x[:50])[model.probe]
        np.savez(
            tmp_path / "ones.npz", **{name: np.ones_like(array) for name, array in arrays.items()}
        )
        arrays[names[-1]] = np.full(arrays[names[-1]].shape, 1e300)
        np.savez(tmp_path / "large.npz", **arrays)
        with pytest.raises(
            SimulationError, match=f"large.npz: {names[-1]} holds 1e.300, which is too large"
        ):
            sim.load_params(tmp_path / "large")

        variables = list(sim._parts.parameter_io.variables())

        class Interrupted:
            def __array__(self, dtype=None, copy=None):
                return np.asarray(variables[-1][1])

            def assign(self, value):
                if (value == 1).all():
                    raise KeyboardInterrupt

        monkeypatch.setattr(
            sim._parts.parameter_io,
            "variables",
            lambda: [*variables[:-1], (names[-1], Interrupted())],
        )
        with pytest.raises(KeyboardInterrupt):
            sim.load_params(tmp_path / "ones")

        np.testing.assert_array_equal(sim.predict(model.x[:50])[model.probe], before)


def test_labels_of_any_characters_and_length_are_kept_in_a_file(tmp_path):
    labels = [
        "nul\0l",
        "nul\0k",
        "back\\slash",
        "../../up",
        "C:\\x",
        "\udcff",
        "ä / 神",
        "x" * 70_000,
        "",
    ]
    with nengo.Network(seed=1) as net:
        for label in labels:
            nengo.Probe(nengo.Ensemble(5, 1, label=label))

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.load_params(sim.save_params(tmp_path / "w"))
        names = [name for name, _ in sim._parts.parameter_io.variables()]

    assert len(set(names)) == len(names) >= len(labels)
