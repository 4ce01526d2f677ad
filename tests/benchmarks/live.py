"""Cost of a live view in a real browser: frames drawn and lost, and simulation speed with and
without it.

Six plots of four lines and a raster of 200 neurons, with the view and without in alternation, in
each of the modes of :mod:`.watched`; then what the page draws is compared with what was recorded.
Run by hand: ``python -m tests.benchmarks live [--pairs N]``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import find_browser
from tests.jupyter.lab import TIMEOUT, Lab, run_lab
from tests.jupyter.live.drawn import COMPARE, RECORD
from tests.jupyter.notebooks import write_notebook

from .watched import MODES

NETWORK = """
import json, threading
import nengo, numpy as np, nengo_nb
from tests.benchmarks.watched import compare, run_on
with nengo.Network(seed=1) as net:
    wave = nengo.Node(lambda t: np.sin(t * np.arange(4)))
    groups = [nengo.Ensemble(200, 4) for _ in range(6)]
    for group in groups:
        nengo.Connection(wave, group)
    probes = [nengo.Probe(group, synapse=0.01) for group in groups]
    spikes = nengo.Probe(groups[0].neurons)
sim = nengo_nb.Simulator(net, progress_bar=False)
view = nengo_nb.live(sim, plots=[*probes, spikes], sliders=[wave])
view
"""
MEASURE = """
rows = []
threading.Thread(target=compare, args=(view, {pairs}, rows)).start()  # as the browser is answered between two cells
"""
RUN_ON = "threading.Thread(target=run_on, args=(view,)).start()"
PLAYING = "playing => document.querySelector('.nnb-primary').dataset.playing === playing"
COUNT = """
() => {
  window.counted = [];
  new MutationObserver(() => {
    window.counted.push((performance.timeOrigin + performance.now()) / 1000);
  }).observe(document.querySelector(".nnb-root"), {attributeFilter: ["data-frame"]});
}
"""


def main(arguments: list[str]) -> None:
    """Print frames per second, what was lost, and what watching cost."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks live")
    parser.add_argument(
        "--pairs",
        type=int,
        default=3,
        help="how often each mode is measured with and without a view",
    )
    pairs = parser.parse_args(arguments).pairs
    browser = find_browser()
    if browser is None:
        sys.exit("There is no Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        results = "print('RESULT' + json.dumps([rows, *compared]))"
        sources = (NETWORK, MEASURE.format(pairs=pairs), RUN_ON, COMPARE, results)
        write_notebook(Path(folder) / "live.ipynb", *sources)
        with run_lab(browser, Path(folder)) as lab:
            counted, (rows, frames, steps, lost, gaps) = watch(lab)
    for number, mode in enumerate(MODES):
        report(mode.title, [row[1:] for row in rows if row[0] == number], counted)
    print(
        f"{frames} drawn frames of {steps} steps: in {lost} something of what was recorded in "
        "their window is missing; "
        f"{gaps} times the simulation went further between two of them than the window shows"
    )


def watch(lab: Lab) -> tuple[list[float], list[Any]]:
    """Let the notebook measure, and record afterwards what the page draws; when it drew,
    and the results.
    """
    lab.page.set_viewport_size({"width": 1920, "height": 1080})
    lab.open("live.ipynb")
    lab.command("application:toggle-left-area")
    lab.command("notebook:run-cell-and-select-next")
    lab.page.locator(".nnb-card[data-drawn]").nth(6).wait_for(timeout=TIMEOUT)
    lab.page.locator(".nnb-plots").scroll_into_view_if_needed()
    for script in (COUNT, RECORD):
        lab.page.evaluate(script)
        lab.command("notebook:run-cell-and-select-next")
        for playing in (
            "true",
            "false",
        ):  # seldom, as looking at every frame takes time from drawing it
            lab.page.wait_for_function(PLAYING, arg=playing, polling=300, timeout=10 * TIMEOUT)
        if script == COUNT:
            lab.page.wait_for_function(
                "() => document.querySelector('.nnb-root').dataset.time === '0'"
            )
    counted, drawn = lab.page.evaluate("() => [window.counted, window.drawn]")
    (lab.folder / "drawn.json").write_text(json.dumps(drawn), encoding="utf-8")
    lab.command("notebook:run-cell-and-select-next")
    lab.command("notebook:run-cell")
    found = lab.page.get_by_text("RESULT[").last
    found.wait_for(timeout=TIMEOUT)
    return counted, json.loads(found.inner_text().partition("RESULT")[2])


def report(title: str, pairs: list[Any], counted: list[float]) -> None:
    """Print what was measured in one mode."""
    watched, alone = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    drawn = statistics.median(_drawn_per_second(run, counted) for run in watched)
    sent = statistics.median(run["sent"] for run in watched)
    speed = statistics.median(run["steps"] for run in watched)
    costs = [100 * (1 - one["steps"] / other["steps"]) for one, other in pairs]
    low, middle, high = statistics.quantiles(costs, n=4)
    print(f"{title}: {sent:.1f} frames per second were sent, {drawn:.1f} were drawn")
    print(
        f"  {speed:.0f} steps per second watched; watching costs {middle:.1f} % of the speed "
        f"(quartiles {low:.1f} and {high:.1f}, {len(costs)} pairs)"
    )
    names = watched[0]["used"]
    used = []
    for name in names:
        per_frame = statistics.median(1000 * run["used"][name] / run["sent"] for run in watched)
        if name != "kernel":
            used.append(f"{name} {per_frame:.1f}")
    print(f"  processor time, ms per frame: {', '.join(used)}")
    busy = statistics.median(run["used"]["kernel"] for run in watched)
    idle = statistics.median(run["used"]["kernel"] for run in alone)
    print(f"  the kernel is busy for {busy:.2f} s per second watched, and for {idle:.2f} alone")


def _drawn_per_second(run: dict[str, Any], counted: list[float]) -> float:
    """Return the number of frames that were drawn while a run was watched, per second."""
    frames = sum(run["begin"] <= at < run["end"] for at in counted)
    return frames / (run["end"] - run["begin"])


if __name__ == "__main__":
    main(sys.argv[1:])
