"""``python -m tests.nengodl_examples [NAME ...]``: run examples at their real sizes, one by one.

Each runs in a process of its own, whose peak memory is told. ``--small`` runs them at the sizes of
the tests, and ``--nengodl PYTHON`` also by NengoDL, with an interpreter that has it.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from pathlib import Path

from .sizes import SMALL

EXAMPLES = (
    "mnist_autoencoder spiking_mnist keras_to_snn tensorflow_models lmu spa_retrieval spa_memory "
    "nef_init from_nengo"
).split()
ROOT = Path(__file__).parents[2]


def main(given: list[str]) -> int:
    """Run examples, all of them by default, and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.nengodl_examples", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXAMPLES)}")
    parser.add_argument("--small", action="store_true", help="at the sizes of the tests")
    parser.add_argument(
        "--nengodl", metavar="PYTHON", help="an interpreter that has NengoDL; else it is left out"
    )
    parser.add_argument("--measure", choices=("nengo_nb", "nengo_dl"), help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    unknown = set(options.names) - set(EXAMPLES)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there are: {', '.join(EXAMPLES)}.")
        return 2
    if options.measure:
        measure(options.names[0], options.measure, options.small)
        return 0
    interpreters = {"nengo_nb": sys.executable}
    if options.nengodl:
        interpreters["nengo_dl"] = options.nengodl
    exit_codes = []
    for name in options.names or EXAMPLES:
        for package, python in interpreters.items():
            print(f"== {name}, {package}", flush=True)
            command = [python, "-m", "tests.nengodl_examples", name, "--measure", package]
            small = ["--small"] if options.small else []
            exit_codes.append(subprocess.call([*command, *small], cwd=ROOT))
    return max(exit_codes)


def measure(name: str, package: str, small: bool) -> None:
    """Run one example in this process, by one of the packages, and print its figures."""
    import resource  # not on Windows, where only this command needs it

    if package == "nengo_dl":
        # The very same script: what it knows as nengo_nb is NengoDL.
        sys.modules["nengo_nb"] = importlib.import_module("nengo_dl")
    example = importlib.import_module(f"tests.nengodl_examples.{name}")
    begin = time.perf_counter()
    figures = example.run(**(SMALL[name] if small else {}))
    figures["in all in s"] = time.perf_counter() - begin
    # Linux counts kilobytes, macOS bytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    figures["peak memory in MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    for figure, value in figures.items():
        print(f"{figure:30} {value:.4g}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
