"""``python -m tests.benchmarks sweep``: whether cost grows in proportion to neurons, steps and
minibatch.

Three integrators' worth of numbers, and a picture of them if Matplotlib is installed and
``--picture`` names a file. A cost that grows in proportion lies on a line of slope one, or below it
where a fixed cost is shared.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from .worker import Worker

NEURONS = (1_000, 10_000, 100_000, 1_000_000)
STEPS = (100, 1_000, 10_000, 100_000)
MINIBATCH = (1, 4, 16, 64)

PER_ENSEMBLE = 100
Point = tuple[int, float, float]
"""How much of it there was, seconds, MiB."""


def main(given: list[str]) -> None:
    """Measure, print, and draw."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks sweep", description=__doc__)
    parser.add_argument("--picture", metavar="FILE", help="where to draw it, as PNG or SVG")
    parser.add_argument("--most", type=int, default=NEURONS[-1], help="most neurons to try")
    options = parser.parse_args(given)
    sweeps = {
        "neurons": [point(n, n, 200, 1) for n in NEURONS if n <= options.most],
        "steps": [point(steps, 1_000, steps, 1) for steps in STEPS],
        "minibatch": [point(batch, 10_000, 200, batch) for batch in MINIBATCH],
    }
    for what, points in sweeps.items():
        show(what, points)
    print(f"\na step by itself: {1000 * single_step():.2f} ms")
    if options.picture:
        draw(sweeps, options.picture)


def point(value: int, neurons: int, steps: int, minibatch: int) -> Point:
    """One measurement: the best of three runs of an integrator, after a first one."""
    with Worker("nengo_nb") as worker:
        size = {"dimensions": neurons // PER_ENSEMBLE, "neurons": PER_ENSEMBLE}
        worker.ask(build="integrator", **size, minibatch=minibatch, first=min(steps, 1000))
        seconds = min(worker.ask(run=steps)["run"] for _ in range(3))
        return value, seconds, worker.ask(memory=True)["memory"]


def single_step() -> float:
    """Seconds of a call of ``sim.step()``, for two ensembles of 100 neurons: the best of
    ten hundreds.
    """
    with Worker("nengo_nb") as worker:
        worker.ask(build="channel", dimensions=1, neurons=PER_ENSEMBLE, minibatch=1)
        return min(worker.ask(step=100)["step"] for _ in range(10))


def show(what: str, points: Sequence[Point]) -> None:
    """One sweep, with how much more each point costs than the one before, and how much more
    there was of it.
    """
    print(f"\n{what:>10}{'seconds':>12}{'MiB':>8}   times as many, times as long")
    before = None
    for value, seconds, memory in points:
        growth = "" if before is None else f"{value / before[0]:>7.1f} {seconds / before[1]:>7.1f}"
        print(f"{value:>10}{seconds:>12.4f}{memory:>8.0f}   {growth}", flush=True)
        before = value, seconds


def draw(sweeps: dict[str, list[Point]], path: str) -> None:
    """All sweeps, and a line in proportion to the last point of each."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.2), layout="constrained")
    for axes, (what, points) in zip(figure.subplots(1, len(sweeps)), sweeps.items(), strict=True):
        values, seconds, _ = zip(*points, strict=True)
        axes.loglog(values, seconds, "o-")
        axes.loglog(
            values, [seconds[-1] * value / values[-1] for value in values], ":", color="gray"
        )
        axes.set(xlabel=what, ylabel="seconds" if axes.get_subplotspec().is_first_col() else "")
    figure.savefig(path, dpi=120)
    print(f"\n{path} shows it; dotted: in proportion")
