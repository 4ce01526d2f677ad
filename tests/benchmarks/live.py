"""What watching costs: simulation speed with a live view in a real browser, beside the same without one.

Six plots of four lines and a raster of 200 neurons, as fast as possible; with the view and without one, in alternation.
Run by hand: ``python -m tests.benchmarks live``.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat

from tests.browser import find_browser
from tests.jupyter.lab import TIMEOUT, run_lab

NETWORK = """
import time, json
import nengo, numpy as np, nengo_nb
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
import threading

rows = []
never = threading.Event()

def measure(seconds, watched):
    pump = view.widget.pump
    views = dict(pump._hidden)
    if not watched:
        pump._hidden.clear()
    steps, sent = sim.n_steps, pump.sent
    begin = time.perf_counter()
    never.wait(seconds)
    took = time.perf_counter() - begin
    pump._hidden.update(views)
    return (sim.n_steps - steps) / took, (pump.sent - sent) / took

def work():
    never.wait(2)
    rows.extend((*measure(2.0, True), *measure(2.0, False)) for _ in range(6))
    view.pause()

view.play(speed=None)
threading.Thread(target=work).start()  # not here, as the browser is answered only between two cells
"""
PAUSED = "() => document.querySelector('.nnb-primary').dataset.playing === 'false'"


def main(_arguments: list[str]) -> None:
    """Print frames per second, and what they cost."""
    browser = find_browser()
    if browser is None:
        sys.exit("There is no Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        cells = [
            nbformat.v4.new_code_cell(source)
            for source in (NETWORK, MEASURE, 'print("RESULT" + json.dumps(rows))')
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, Path(folder) / "live.ipynb")
        with run_lab(browser, Path(folder)) as lab:
            lab.open("live.ipynb")
            lab.command("notebook:run-cell-and-select-next")
            lab.page.locator(".nnb-card[data-drawn]").nth(6).wait_for(timeout=TIMEOUT)
            lab.command("notebook:run-cell-and-select-next")
            lab.page.wait_for_function(PAUSED.replace("false", "true"), timeout=TIMEOUT)
            lab.page.wait_for_function(PAUSED, timeout=TIMEOUT)
            lab.command("notebook:run-cell")
            found = lab.page.get_by_text("RESULT[").last
            found.wait_for(timeout=TIMEOUT)
            rows = json.loads(found.inner_text().partition("RESULT")[2])
    watched, frames, alone, _ = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{frames:.1f} frames per second")
    print(
        f"{watched:.0f} steps per second watched, {alone:.0f} alone: {100 * (1 - watched / alone):.1f} % for watching"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
