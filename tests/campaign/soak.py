"""Soak: what lives long stays small. A live view plays in a browser; simulators and views come and
go in a kernel.

    python -m tests.campaign --soak --minutes M --seed S

It prints what it measures, and fails where memory or the number of threads, comms or widgets grows.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import ctypes
import gc
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Random = random.Random

MIB = 2**20
PATIENCE = 600

WARM = 0.25
"""Part of the samples that is left out: caches fill, and memory pools find their size."""

GROWTH = {"playing": 48 * MIB, "simulators": 96 * MIB, "views": 32 * MIB}
"""Bytes that memory may grow by after the warm-up; a run that plays keeps what its probes
record.
"""

NETWORK = """
import nengo, nengo_nb
import numpy as np
from tests.campaign.soak import census
with nengo.Network(seed=1) as net:
    wave = nengo.Node(lambda t: np.sin(6 * t), label="wave")
    a = nengo.Ensemble(50, 1, label="a")
    nengo.Connection(wave, a)
    decoded = nengo.Probe(a, synapse=0.01, sample_every=0.01, label="decoded")
    spikes = nengo.Probe(a.neurons, sample_every=0.01, label="spikes")
sim = nengo_nb.Simulator(net, progress_bar=False)
"""


@dataclass(frozen=True)
class Census:
    """Counts of a process: bytes of memory, and numbers of threads, comms and widgets."""

    memory: int
    threads: int
    comms: int
    widgets: int


def census() -> tuple[int, int, int, int]:
    """Count what there is in this process, after everything that can be collected is gone."""
    import comm
    from ipywidgets.widgets import widget

    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # other systems have no such function
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * 4096
    return (
        memory,
        threading.active_count(),
        len(comm.get_comm_manager().comms),
        len(widget._instances),
    )


def judge(kind: str, samples: Sequence[Census]) -> list[str]:
    """Print how samples went on, and say what has grown.

    Args:
        kind: One of ``GROWTH``.
        samples: In their order, at equal distances.
    """
    warm = samples[int(WARM * len(samples)) :]
    memory = np.array([sample.memory for sample in warm], float)
    steps = np.arange(len(memory))
    slope = np.polyfit(steps, memory, 1)[0] if len(memory) > 1 else 0.0
    growth = slope * (len(memory) - 1)
    first, last = warm[0], warm[-1]
    print(
        f"{kind}: memory {memory[0] / MIB:.0f} to {memory[-1] / MIB:.0f} MiB (trend "
        f"{growth / MIB:+.1f} MiB), "
        f"threads {first.threads} to {last.threads}, comms {first.comms} to {last.comms}, "
        f"widgets {first.widgets} to {last.widgets}, {len(samples)} samples",
        flush=True,
    )
    grown = [f"{kind}: memory grows by {growth / MIB:.0f} MiB"] if growth > GROWTH[kind] else []
    for name in ("threads", "comms", "widgets"):
        before, after = getattr(first, name), getattr(last, name)
        if after > before:
            grown.append(f"{kind}: {before} {name} became {after}")
    return grown


# --- in a kernel
# ------------------------------------------------------------------------------------------


def build_and_close(count: int, seed: int) -> None:
    """Build simulators of networks of a few sizes, run and close them; some compile a program."""
    import nengo

    import nengo_nb

    chance = Random(seed)
    for number in range(count):
        with nengo.Network(seed=1) as net:
            stimulus = nengo.Node([0.5])
            ensemble = nengo.Ensemble(chance.choice((10, 20, 30)), 1)
            nengo.Connection(stimulus, ensemble)
            probe = nengo.Probe(ensemble)
        with nengo_nb.Simulator(net, progress_bar=False) as sim:
            sim.run_steps(10)
            assert len(sim.data[probe]) == 10
            # The first steps need no program; a prediction does.
            if number % 5 == 0:
                assert sim.predict(n_steps=10)[probe].shape == (1, 10, 1)


def open_and_close(sim: Any, count: int) -> None:
    """Open live views, let some of them play, and close them."""
    from IPython.display import display

    from nengo_nb.jupyter.live.view import LiveView

    for number in range(count):
        view = LiveView(sim)
        display(view)
        if number % 10 == 0:
            view.play(None)
        view.close()
        assert view.run.join(PATIENCE)
        assert view.widget.frame_scheduler.join(PATIENCE)
        # What was recorded is kept on purpose, and is no growth that is looked for here.
        sim.clear_probes()


@contextlib.contextmanager
def _kernel() -> Iterator[Any]:
    """A function that runs code in a kernel, and returns what an expression is there."""
    from jupyter_client.manager import start_new_kernel

    from tests.jupyter.kernels import workplace

    with workplace() as folder:
        manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))

        def ask(code: str, expression: str) -> Any:
            reply = client.execute(
                code, user_expressions={"value": expression}, reply=True, timeout=PATIENCE
            )
            content = reply["content"]
            assert content["status"] == "ok", "\n".join(content.get("traceback", []))
            value = content["user_expressions"]["value"]
            assert value["status"] == "ok", value
            return ast.literal_eval(value["data"]["text/plain"])

        try:
            yield ask
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def come_and_go(simulators: int, views: int, seed: int, batches: int = 20) -> list[str]:
    """Let simulators, and then live views, come and go in a kernel; returns what has grown."""
    with _kernel() as ask:
        ask(NETWORK + "from tests.campaign.soak import build_and_close, open_and_close", "None")
        work = {
            "simulators": f"build_and_close({max(simulators // batches, 1)}, {seed} + {{}})",
            "views": f"open_and_close(sim, {max(views // batches, 1)})",
        }
        # Compiled before anything is measured: on a busy machine a program that is compiled in the
        # background comes late, and looks like growth.
        ask("sim.predict(n_steps=10); sim.run_steps(20_000)", "None")
        found = []
        for kind, call in work.items():
            samples = [Census(*ask(call.format(batch), "census()")) for batch in range(batches)]
            found += judge(kind, samples)
    return found


# --- in a browser
# -----------------------------------------------------------------------------------------


def play(minutes: float, samples: int = 40) -> list[str]:
    """Let a live view play in a browser; returns what has grown in its kernel."""
    from tests.browser import find_browser
    from tests.jupyter.lab import TIMEOUT, run_lab
    from tests.jupyter.live.page import Page
    from tests.jupyter.notebooks import write_notebook

    browser = find_browser()
    assert browser is not None, "there is no Chromium"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_notebook(folder / "live.ipynb", NETWORK, "nengo_nb.live(sim)")
        with run_lab(browser, folder) as lab:
            lab.open("live.ipynb")
            lab.command("notebook:run-all-cells")
            lab.page.locator(".nnb-card[data-drawn]").nth(1).wait_for(timeout=TIMEOUT)
            page = Page(lab)
            page.play()
            taken = [_look(page, 60 * minutes / samples) for _ in range(samples)]
            assert page.ask("sim.time") > 0.2 * 60 * minutes, "the view has stopped playing"
    return judge("playing", taken)


def _look(page: Any, seconds: float) -> Census:
    """Let it play for some seconds, and take a sample; the view must have drawn what came last."""
    end = time.monotonic() + seconds
    page.page.wait_for_timeout(1000 * seconds)
    shown = page.time()
    page.until_time(shown + 0.01)
    assert time.monotonic() >= end
    return Census(*page.ask("census()"))


def main(argv: Sequence[str] | None = None) -> int:
    """Let everything go on for a while, print what was measured, and return 1 where
    something grows.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.campaign --soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="how long a view plays in a browser"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the networks that come and go")
    parser.add_argument("--simulators", type=int, default=200, help="how many are built and closed")
    parser.add_argument("--views", type=int, default=1000, help="how many are opened and closed")
    asked = parser.parse_args(argv)
    found = come_and_go(asked.simulators, asked.views, asked.seed)
    if asked.minutes > 0:
        found += play(asked.minutes)
    for sentence in found:
        print(f"GROWS {sentence}", flush=True)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
