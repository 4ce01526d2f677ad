"""``python -m tests.nengodl_examples [NAME ...]``: run examples at their real sizes, one by one.

Each runs in a process of its own, whose peak memory is told.
"""

from __future__ import annotations

import importlib
import multiprocessing
import sys
import time

EXAMPLES = (
    "mnist_autoencoder spiking_mnist keras_to_snn tensorflow_models lmu spa_retrieval spa_memory "
    "nef_init from_nengo"
).split()


def main(names: list[str]) -> int:
    """Run examples, all of them by default, and print their figures."""
    unknown = set(names) - set(EXAMPLES)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there are: {', '.join(EXAMPLES)}.")
        return 2
    context = multiprocessing.get_context("spawn")
    exit_codes = []
    for name in names or EXAMPLES:
        process = context.Process(target=measure, args=(name,))
        process.start()
        process.join()
        exit_codes.append(process.exitcode or 0)
    return max(exit_codes)


def measure(name: str) -> None:
    """Run one example and print its figures."""
    import resource  # not on Windows, where only this command needs it

    print(f"== {name}", flush=True)
    example = importlib.import_module(f"tests.nengodl_examples.{name}")
    begin = time.perf_counter()
    figures = example.run()
    figures["in all in s"] = time.perf_counter() - begin
    # Linux counts kilobytes, macOS bytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    figures["peak memory in MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    for figure, value in figures.items():
        print(f"{figure:30} {value:.4g}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
