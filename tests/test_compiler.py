"""XLA is told what it should know before it starts, and what it compiles is kept safely."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from nengo_nb import compilation_cache, compiler
from nengo_nb.jupyter.extension import Extension, load_ipython_extension
from nengo_nb.jupyter.per_shell import get_values

SCRIPT = """
import nengo, nengo_nb
assert nengo_nb.prepare_compiler()
with nengo.Network(seed=1) as net:
    nengo.Probe(nengo.Ensemble(10, 1))
with nengo_nb.Simulator(net, minibatch_size=1, progress_bar=False) as sim:
    sim.run_steps(5)
assert not nengo_nb.prepare_compiler(), "TensorFlow has started"
"""


@pytest.fixture
def early(monkeypatch, tmp_path):
    """A process before TensorFlow is imported, on a processor with wide vectors, with an
    empty cache.
    """
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    for name in ("XLA_FLAGS", "TF_XLA_FLAGS", compiler.WIDTH):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(compiler.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(compiler, "widest_vector", lambda: 512)
    monkeypatch.setattr(compilation_cache, "active", None)
    monkeypatch.setattr(compilation_cache, "trouble", None)
    yield tmp_path / "cache"
    for name in ("XLA_FLAGS", "TF_XLA_FLAGS"):
        os.environ.pop(name, None)


def programs_below(folder):
    """The folders of compiled programs."""
    return list((folder / "nengo_nb" / "programs").iterdir())


def test_programs_are_kept_and_compiled_for_wide_vectors(early):
    assert compiler.prepare_compiler()

    (folder,) = programs_below(early)
    assert compilation_cache.active.folder == folder
    assert os.environ["TF_XLA_FLAGS"] == f"{compiler.KEEP_FLAG}={compilation_cache.IN_MEMORY}"
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

    (folder,) = programs_below(early)
    modes = {path.stat().st_mode & 0o777 for path in (folder, *folder.parents[:2])}
    assert modes == {0o700}


def test_where_there_can_be_no_cache_there_is_none_and_one_sentence(early):
    early.write_text("a file, no folder")

    with pytest.warns(
        UserWarning, match=r"^Compiled programs are not kept .* cannot be used .*'off'\.$"
    ):
        assert compiler.prepare_compiler()

    assert "TF_XLA_FLAGS" not in os.environ
    assert compilation_cache.active is None
    (sentence,) = compiler.describe()
    assert str(early) in sentence


def test_a_process_started_by_another_one_has_a_cache_of_its_own(early, monkeypatch):
    compiler.prepare_compiler()
    monkeypatch.setattr(compilation_cache, "active", None)
    flags = os.environ["TF_XLA_FLAGS"]
    assert "not kept" in compiler.describe()[0]

    compiler.prepare_compiler()

    assert compilation_cache.active is not None
    assert os.environ["TF_XLA_FLAGS"] == flags
    assert compiler.describe() == []


def test_a_user_without_a_home_has_no_cache_and_one_sentence(early, monkeypatch):
    """As in a container whose user is no more than a number."""

    def unknown(uid):
        raise KeyError(uid)

    for name in (compiler.CACHE, "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)

    with pytest.warns(UserWarning, match="Compiled programs are not kept"):
        assert compiler.prepare_compiler()

    assert "TF_XLA_FLAGS" not in os.environ


def test_each_processor_and_version_has_its_own(early, monkeypatch):
    compiler.prepare_compiler()
    os.environ.pop("TF_XLA_FLAGS")
    monkeypatch.setattr(compiler, "_processor", lambda: "another one")

    compiler.prepare_compiler()

    assert len(programs_below(early)) == 2


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
    assert len(programs_below(early)) == 1


def test_a_tensorflow_of_an_unknown_distribution_is_known_by_its_file(early, installed):
    assert compiler.prepare_compiler()

    assert "tensorflow" in compiler.tensorflow_build()
    assert len(programs_below(early)) == 1


def test_without_tensorflow_the_compiler_is_prepared_all_the_same(early, installed, monkeypatch):
    monkeypatch.setattr(compiler, "find_spec", lambda name: None)

    assert compiler.prepare_compiler()

    assert compiler.tensorflow_build() == ""


@pytest.mark.parametrize("in_kernel", [True, False])
def test_only_a_kernel_is_told_by_load_ext(early, bare_shell_like, in_kernel):
    if in_kernel:
        bare_shell_like.kernel = object()

    load_ipython_extension(bare_shell_like)

    assert ("XLA_FLAGS" in os.environ) is in_kernel


@pytest.fixture
def bare_shell_like():
    """A shell that an extension was added to before."""
    shell = SimpleNamespace()
    get_values(shell)[Extension] = object()
    return shell


def test_a_second_process_compiles_nothing(tmp_path):
    """Another program before it makes no difference: programs are known by what they compute."""
    environment = {**os.environ, compiler.CACHE: str(tmp_path)}
    other = SCRIPT.replace("Ensemble(10, 1)", "Ensemble(11, 1)")

    def kept(script):
        subprocess.run(
            [sys.executable, "-c", script], env=environment, check=True, capture_output=True
        )
        return {path.name for path in tmp_path.rglob("*.xla")}

    first = kept(SCRIPT)

    assert len(first) == 1
    assert len(kept(other + SCRIPT.replace("assert nengo_nb.prepare_compiler()", ""))) == 2
