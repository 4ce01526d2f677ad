"""``python -m tests.benchmarks table``: every network by every peer, measured in alternation."""

from __future__ import annotations

import argparse
import os
import platform
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from .networks import BENCHMARKS, Size
from .worker import Worker, WorkerError

OURS = ("nengo_nb", "again")
HEADING = (
    f"{'network':<15}{'neurons':>8}  "
    f"{'peer':<10}{'step':>9}{'':>7}{'first 1 s':>10}{'build':>7}{'memory':>8}"
)


@dataclass
class Measured:
    """Measurements of one simulator: seconds, and MiB."""

    build: float
    first: float
    neurons: int
    runs: list[float] = field(default_factory=list)
    memory: float = float("nan")

    def step(self, steps: int, minibatch: int) -> float:
        """Microseconds per step and item: the best run."""
        return min(self.runs) / steps / minibatch * 1e6


def arguments(given: list[str]) -> argparse.Namespace:
    """Parse the networks and simulators to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks table", description=__doc__)
    parser.add_argument("--networks", nargs="+", default=list(BENCHMARKS), choices=list(BENCHMARKS))
    parser.add_argument(
        "--peers", nargs="+", default=["nengo_nb", "again", "nengo", "nengo_dl", "C"]
    )
    parser.add_argument("--dimensions", type=int, help="in place of each network's own")
    parser.add_argument("--neurons", type=int, help="per dimension, in place of each network's own")
    parser.add_argument("--minibatch", nargs="+", type=int, default=[1, 64])
    parser.add_argument("--steps", type=int, default=1000, help="simulated steps of a measured run")
    parser.add_argument(
        "--rounds", type=int, default=4, help="runs of each peer, of which the best counts"
    )
    parser.add_argument(
        "--nengodl", metavar="PYTHON", help="an interpreter that has NengoDL; else it is left out"
    )
    return parser.parse_args(given)


def main(given: list[str]) -> None:
    """Measure and print."""
    options = arguments(given)
    print(machine())
    ratios: dict[tuple[str, int], list[float]] = {}
    for minibatch in options.minibatch:
        print(f"\nminibatch {minibatch}; microseconds per step and item, seconds, MiB")
        print(HEADING)
        for name in options.networks:
            found = measure(name, options, minibatch)
            show(name, found, options, minibatch)
            ours = found.get("nengo_nb")
            for peer, other in found.items():
                if ours is not None and peer not in OURS:
                    ratio = min(other.runs) / min(ours.runs)
                    ratios.setdefault((peer, minibatch), []).append(ratio)
    for (peer, minibatch), found_ratios in ratios.items():
        mean = float(np.exp(np.mean(np.log(found_ratios))))
        summary = (
            f"{mean:.1f} times as fast as {peer} (geometric mean), at least "
            f"{min(found_ratios):.1f} times"
        )
        print(f"minibatch {minibatch}: {summary}")


def size_of(name: str, options: argparse.Namespace) -> Size:
    """How large a network is to be."""
    usual = BENCHMARKS[name].size
    return Size(options.dimensions or usual.dimensions, options.neurons or usual.neurons)


def measure(name: str, options: argparse.Namespace, minibatch: int) -> dict[str, Measured]:
    """One network, by all peers that can run it: each builds, then they run in turns.

    Ours builds with an empty cache of compiled programs; the peer called ``again`` is another
    process that finds them.
    """
    size, found = size_of(name, options), {}
    with ExitStack() as open_workers:
        cache = {"NENGO_NB_CACHE": open_workers.enter_context(TemporaryDirectory())}
        workers = {}
        for peer in options.peers:
            if not takes_part(peer, name, options, minibatch):
                continue
            python = options.nengodl if peer == "nengo_dl" else None
            worker = open_workers.enter_context(Worker(peer, python, cache))
            try:
                answer = worker.ask(
                    build=name,
                    dimensions=size.dimensions,
                    neurons=size.neurons,
                    minibatch=minibatch,
                )
            except WorkerError as error:
                print(error)
                continue
            workers[peer], found[peer] = worker, Measured(**answer)
        for _ in range(options.rounds):
            for peer, worker in workers.items():
                found[peer].runs.append(worker.ask(run=options.steps)["run"])
        for peer, worker in workers.items():
            found[peer].memory = worker.ask(memory=True)["memory"]
    return found


def takes_part(peer: str, name: str, options: argparse.Namespace, minibatch: int) -> bool:
    """Whether a peer can run a network."""
    if peer == "nengo_dl":
        return options.nengodl is not None
    if peer == "C":
        return name == "integrator" and minibatch == 1
    return peer in OURS or minibatch == 1


def show(
    name: str, found: dict[str, Measured], options: argparse.Namespace, minibatch: int
) -> None:
    """The rows of one network."""
    ours = found.get("nengo_nb")
    for peer, measured in found.items():
        step = measured.step(options.steps, minibatch)
        ratio = (
            "" if ours is None or peer in OURS else f"{min(measured.runs) / min(ours.runs):.1f}x"
        )
        times = f"{step:>9.2f}{ratio:>7}{measured.first:>10.2f}{measured.build:>7.2f}{measured.memory:>8.0f}"
        print(f"{name:<15}{measured.neurons:>8}  {peer:<10}{times}", flush=True)


def machine() -> str:
    """Return processor, system and Python of the machine that measured."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(
            (line.partition(": ")[2] for line in lines if line.startswith("model name")), model
        )
    except OSError:
        pass
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores ({model}), {system}"
