"""A process with faults around it: it writes, or it runs a network with a compilation cache.

Run as ``python -m tests.campaign.process TASK FOLDER``; it prints a line when it is ready, and one
when it is done.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]

OBEDIENT = "obedient"
"""Argument of a process that has given up root's power over files."""

PATTERN = bytes(range(256)) * 400
"""A file of 100 kB, whose every byte is known."""


def start(
    task: str,
    folder: Path,
    file_size: int | None = None,
    environment: dict[str, str | None] | None = None,
) -> subprocess.Popen:
    """Start a process.

    Args:
        task: One of ``TASKS``.
        folder: Where it works; its home and its caches are there as well, unless the environment
            says otherwise.
        file_size: Bytes that a file of it may have: what it writes beyond them fails, as on a full
            disk.
        environment: Variables that differ from those of this process; None takes one away.
    """
    caches = {"NENGO_NB_CACHE": str(folder), "XDG_CACHE_HOME": None}
    variables = {"HOME": str(folder), **caches, **(environment or {})}
    limits = [] if file_size is None else [str(file_size)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.process", task, str(folder), *limits],
        cwd=ROOT,
        env={name: value for name, value in (os.environ | variables).items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def obey_rights() -> None:
    """Let a process of root's obey the rights of files, as everybody else's does."""
    if os.getuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    drop_from_bounding_set, override_rights, read_anything = 24, 1, 2
    for capability in (override_rights, read_anything):
        if libc.prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "root cannot give up its power over files here")
    # The set bounds what a program may do that is started from here on.
    again = [sys.executable, "-m", "tests.campaign.process", *sys.argv[1:], OBEDIENT]
    os.execv(sys.executable, again)  # noqa: S606 - no shell is needed for this very interpreter


def finish(process: subprocess.Popen, timeout: float = 300) -> tuple[str, str]:
    """Wait for the end of a process, and return what it has printed to both streams."""
    try:
        return process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def write_programs(folder: Path) -> None:
    """Put artifacts into a cache, one after the other, for ever."""
    from nengo_nb.compilation_cache import Artifact, open_cache

    cache = open_cache(folder, "0" * 16)
    print("ready", flush=True)
    number = 0
    while True:
        number += 1
        cache.put(f"program {number % 7}", Artifact(f"artifact {number % 5}", PATTERN))
        cache.get(f"program {random.randrange(7)}")


def replace_a_file(folder: Path) -> None:
    """Replace one file by another, for ever; each consists of one digit."""
    from nengo_nb.atomic_file import replacing

    number = 0
    while True:
        number += 1
        with replacing(folder / "file") as file:
            for _ in range(10):
                file.write(b"%d" % (number % 10) * 10_000)
        if number == 1:
            print("ready", flush=True)


def run_a_network(folder: Path) -> None:
    """Run a network that needs several programs, with the compiler prepared, and save its
    parameters; a minibatch, as that is compiled from the first step on.
    """
    warnings.simplefilter("always")
    import nengo

    import nengo_nb

    assert nengo_nb.prepare_compiler()
    with nengo.Network(seed=1) as net:
        a = nengo.Ensemble(10, 1)
        relay = nengo.Node(lambda t, x: x + 0.1, size_in=1)
        nengo.Connection(a, relay)
        probe = nengo.Probe(relay)
        at_once = nengo.Probe(nengo.Node(lambda t: t), synapse=0.01)
    with nengo_nb.Simulator(net, minibatch_size=1, progress_bar=False) as sim:
        print("ready", flush=True)
        sim.run_steps(20)
        values = b"".join(sim.data[p].tobytes() for p in (probe, at_once))
        try:
            sim.save_params(folder / "weights")
        except OSError as error:
            print(f"not saved: {error.strerror}", file=sys.stderr)
    print("data", values.hex(), flush=True)


TASKS: dict[str, Callable[[Path], None]] = {
    "programs": write_programs,
    "file": replace_a_file,
    "network": run_a_network,
}


if __name__ == "__main__":
    task, place, *rest = sys.argv[1:]
    if OBEDIENT not in rest:
        obey_rights()
    for file_size in set(rest) - {OBEDIENT}:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_size), resource.RLIM_INFINITY))
    TASKS[task](Path(place))
