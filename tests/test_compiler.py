"""XLA is told what it should know before it starts, and what it compiles is kept safely."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from nengo_nb import compiler
from nengo_nb.jupyter.extension import load_ipython_extension

SCRIPT = """
import nengo, nengo_nb
assert nengo_nb.prepare_compiler()
with nengo.Network(seed=1) as net:
    nengo.Probe(nengo.Ensemble(10, 1))
with nengo_nb.Simulator(net, progress_bar=False) as sim:
    sim.run_steps(5)
assert not nengo_nb.prepare_compiler(), "TensorFlow has started"
"""


@pytest.fixture
def early(monkeypatch, tmp_path):
    """A process before TensorFlow is imported, on a processor with wide vectors, with an empty cache."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    for name in ("XLA_FLAGS", "TF_XLA_FLAGS", compiler.WIDTH):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(compiler.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(compiler, "widest_vector", lambda: 512)
    yield tmp_path / "cache"
    for name in ("XLA_FLAGS", "TF_XLA_FLAGS"):
        os.environ.pop(name, None)


def test_programs_are_kept_and_compiled_for_wide_vectors(early):
    assert compiler.prepare_compiler()

    (folder,) = early.iterdir()
    assert os.environ["TF_XLA_FLAGS"] == f"{compiler.KEEP_FLAG}={folder}"
    assert os.environ["XLA_FLAGS"] == f"{compiler.WIDTH_FLAG}=512"


def test_nothing_is_changed_once_tensorflow_is_there(early, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace())

    assert not compiler.prepare_compiler()
    assert "XLA_FLAGS" not in os.environ
    assert "TF_XLA_FLAGS" not in os.environ


def test_both_can_be_switched_off(early, monkeypatch):
    monkeypatch.setenv(compiler.CACHE, "off")
    monkeypatch.setenv(compiler.WIDTH, "off")

    compiler.prepare_compiler()

    assert "XLA_FLAGS" not in os.environ
    assert "TF_XLA_FLAGS" not in os.environ
    assert compiler.describe() == []


def test_what_a_user_has_told_xla_stays(early):
    os.environ["XLA_FLAGS"] = f"--xla_dump_to=there {compiler.WIDTH_FLAG}=128"
    os.environ["TF_XLA_FLAGS"] = f"{compiler.KEEP_FLAG}=mine"

    compiler.prepare_compiler()

    assert os.environ["XLA_FLAGS"] == f"--xla_dump_to=there {compiler.WIDTH_FLAG}=128"
    assert os.environ["TF_XLA_FLAGS"] == f"{compiler.KEEP_FLAG}=mine"


def test_explain_says_what_could_be_told(early):
    assert "prepare_compiler" in compiler.describe()[-1]

    compiler.prepare_compiler()

    assert compiler.describe() == []


def test_the_cache_is_the_users_alone(early):
    compiler.prepare_compiler()

    (folder,) = early.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_where_there_can_be_no_cache_there_is_none(early):
    early.write_text("a file, no folder")

    assert compiler.prepare_compiler()
    assert "TF_XLA_FLAGS" not in os.environ


def test_each_processor_and_version_has_its_own(early, monkeypatch):
    compiler.prepare_compiler()
    os.environ.pop("TF_XLA_FLAGS")
    monkeypatch.setattr(compiler, "_processor", lambda: "another one")

    compiler.prepare_compiler()

    assert len(list(early.iterdir())) == 2


@pytest.fixture
def installed(monkeypatch):
    """Versions of the distributions that are installed, by name."""
    versions = {}

    def version(name):
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(compiler, "version", version)
    return versions


@pytest.mark.parametrize("distribution", ["tensorflow", "tensorflow-cpu", "tf-nightly"])
def test_programs_are_kept_for_any_distribution_of_tensorflow(early, installed, distribution):
    installed[distribution] = "2.20.0"

    assert compiler.prepare_compiler()

    assert compiler.tensorflow_build() == f"{distribution} 2.20.0"
    assert len(list(early.iterdir())) == 1


def test_a_tensorflow_of_an_unknown_distribution_is_known_by_its_file(early, installed):
    assert compiler.prepare_compiler()

    assert "tensorflow" in compiler.tensorflow_build()
    assert len(list(early.iterdir())) == 1


def test_without_tensorflow_the_compiler_is_prepared_all_the_same(early, installed, monkeypatch):
    monkeypatch.setattr(compiler, "find_spec", lambda name: None)

    assert compiler.prepare_compiler()

    assert compiler.tensorflow_build() == ""


def test_the_oldest_half_goes_when_there_is_too_much(tmp_path):
    for age, name in enumerate("abcd"):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (age, age))

    compiler.trim(tmp_path, 400)
    kept_all = sorted(path.name for path in tmp_path.iterdir())
    compiler.trim(tmp_path, 399)

    assert kept_all == ["a", "b", "c", "d"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d"]


@pytest.mark.parametrize("in_kernel", [True, False])
def test_only_a_kernel_is_told_by_load_ext(early, bare_shell_like, in_kernel):
    if in_kernel:
        bare_shell_like.kernel = object()

    load_ipython_extension(bare_shell_like)

    assert ("XLA_FLAGS" in os.environ) is in_kernel


@pytest.fixture
def bare_shell_like(monkeypatch):
    """A shell that an extension was added to before."""
    shell = SimpleNamespace()
    monkeypatch.setattr("nengo_nb.jupyter.extension._loaded", [shell])
    return shell


def test_a_file_that_ends_too_early_is_dropped(tmp_path):
    whole = bytes([8, 150, 1, 18, 3]) + b"abc" + bytes([29, 0, 0, 0, 0, 33, 0, 0, 0, 0, 0, 0, 0, 0])
    for size in range(len(whole) + 1):
        (tmp_path / f"{size}.pb").write_bytes(whole[:size])

    compiler.drop_broken(tmp_path)

    fields = [3, 8, 13, 22]  # where a field ends, so that nothing is missing
    assert sorted(int(path.stem) for path in tmp_path.iterdir()) == fields


def test_the_cache_survives_a_crash_and_two_kernels_at_once(tmp_path):
    environment = {**os.environ, compiler.CACHE: str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT + "print(sim.data[net.probes[0]].sum())"]
    first = subprocess.run(command, env=environment, check=True, capture_output=True)
    (path,) = tmp_path.rglob("*.pb")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    printed = [process.communicate()[0] for process in both]

    assert printed == [first.stdout] * 2
    assert [process.returncode for process in both] == [0, 0]
    assert compiler.is_whole(path)


def test_a_second_process_compiles_nothing(tmp_path):
    """Another program before it makes no difference: programs are known by what they compute."""
    environment = {**os.environ, compiler.CACHE: str(tmp_path)}
    other = SCRIPT.replace("Ensemble(10, 1)", "Ensemble(11, 1)")

    def kept(script):
        subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
        return {path.name for path in tmp_path.rglob("*.pb")}

    first = kept(SCRIPT)

    assert len(first) == 1
    assert len(kept(other + SCRIPT.replace("assert nengo_nb.prepare_compiler()", ""))) == 2
