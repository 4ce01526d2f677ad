"""What watching costs, in a real browser: frames drawn, what was lost, and simulation speed with a view and without.

Six plots of four lines and a raster of 200 neurons, as fast as possible and in real time; with the view and without,
in alternation. Run by hand: ``python -m tests.benchmarks live``.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat

from tests.browser import find_browser
from tests.jupyter.lab import TIMEOUT, Lab, run_lab
from tests.jupyter.live.drawn import COMPARE, RECORD

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
    steps, sent = sim.n_steps, pump.acknowledged
    begin, busy = time.perf_counter(), time.process_time()
    never.wait(seconds)
    took = time.perf_counter() - begin
    busy = time.process_time() - busy
    pump._hidden.update(views)
    return (sim.n_steps - steps) / took, (pump.acknowledged - sent) / took, busy / took

def work():
    never.wait(2)
    rows.extend((*measure(2.0, True), *measure(2.0, False)) for _ in range(6))
    view.run.set_speed(1.0)
    rows.extend((*measure(1.5, True), *measure(1.5, False)) for _ in range(3))
    view.pause()

view.play(speed=None)
threading.Thread(target=work).start()  # not here, as the browser is answered only between two cells
"""
PLAYING = "playing => document.querySelector('.nnb-primary').dataset.playing === playing"


def main(_arguments: list[str]) -> None:
    """Print frames per second, what was lost, and what watching cost."""
    browser = find_browser()
    if browser is None:
        sys.exit("There is no Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        sources = (NETWORK, MEASURE, COMPARE, "print('RESULT' + json.dumps([rows, *compared]))")
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, Path(folder) / "live.ipynb")
        with run_lab(browser, Path(folder)) as lab:
            rows, frames, steps, lost, gaps = watch(lab)
    report("as fast as possible", rows[:6])
    report("in real time", rows[6:])
    print(
        f"{frames} drawn frames of {steps} steps: in {lost} something of what was recorded in their window is missing; "
        f"{gaps} times the simulation went further between two of them than the window shows"
    )


def watch(lab: Lab) -> list:
    """Let the notebook measure, and record meanwhile what the page draws."""
    lab.page.set_viewport_size({"width": 1920, "height": 1080})
    lab.open("live.ipynb")
    lab.command("application:toggle-left-area")
    lab.command("notebook:run-cell-and-select-next")
    lab.page.locator(".nnb-card[data-drawn]").nth(6).wait_for(timeout=TIMEOUT)
    lab.page.locator(".nnb-plots").scroll_into_view_if_needed()
    lab.page.evaluate(RECORD)
    lab.command("notebook:run-cell-and-select-next")
    for playing in ("true", "false"):
        lab.page.wait_for_function(PLAYING, arg=playing, timeout=TIMEOUT)
    drawn = lab.page.evaluate("() => window.drawn")
    (lab.folder / "drawn.json").write_text(json.dumps(drawn), encoding="utf-8")
    lab.command("notebook:run-cell-and-select-next")
    lab.command("notebook:run-cell")
    found = lab.page.get_by_text("RESULT[").last
    found.wait_for(timeout=TIMEOUT)
    result: list = json.loads(found.inner_text().partition("RESULT")[2])
    return result


def report(title: str, rows: list) -> None:
    """Print the medians of what was measured at one speed."""
    watched, frames, busy, alone, _, idle = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{title}: {frames:.1f} frames per second were drawn")
    print(
        f"  {watched:.0f} steps per second watched, {alone:.0f} alone: {100 * (1 - watched / alone):.1f} % for "
        f"watching; the kernel was busy for {busy:.2f} and {idle:.2f} s per second"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
