"""Random networks against Nengo's simulator, by the thousand.

    python -m tests.campaign --networks N --seed S

Several processes look for a network of which ours records something else; Hypothesis prints the
smallest it can find.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

PER_PROCESS = 400
"""Networks of one process, after which a new one begins with an empty memory."""


def main(count: int, arguments: Sequence[str] | None = None) -> int:
    """Compare so many networks, print how many there were and what failed, and return the
    exit code.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.campaign --networks N", description=__doc__
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of everything that is drawn (%(default)s)"
    )
    parser.add_argument("--processes", type=int, default=2, help="side by side (%(default)s)")
    options = parser.parse_args(arguments)
    begin = time.monotonic()
    rounds = range(-(-count // PER_PROCESS))
    with ThreadPoolExecutor(options.processes) as pool:
        results = pool.map(lambda k: compare(options.seed + k, PER_PROCESS), rounds)
        failed = 0
        for k, (code, output) in enumerate(results):
            failed += bool(code)
            if code:
                print(f"Seed {options.seed + k}:\n{output}", flush=True)
    minutes = (time.monotonic() - begin) / 60
    print(
        f"{len(rounds) * PER_PROCESS} networks in {minutes:.0f} minutes; {failed} of "
        f"{len(rounds)} rounds failed."
    )
    return 1 if failed else 0


def compare(seed: int, count: int) -> tuple[int, str]:
    """Compare networks of every kind in a process of its own; returns its exit code and
    what it printed.
    """
    command = [sys.executable, "-m", "pytest", "-q", "tests/conformance/test_random_networks.py"]
    options = [f"--networks={count}", f"--networks-seed={seed}"]
    process = subprocess.run(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return process.returncode, process.stdout
