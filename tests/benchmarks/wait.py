"""``python -m tests.benchmarks wait``: how long people wait for the first data, beside Nengo.

Every model of ``tests.models`` is built and run by all simulators in turns, as a whole process
(import, build, run) and inside a process that has imported everything. Then come the loops of
``wait_loops``. Other programs on the machine change seconds more than ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.models import MODELS

from .table import machine
from .wait_loops import LOOPS
from .wait_table import (
    KEY,
    MEASURES,
    STATES,
    Table,
    Wait,
    Waits,
    marked,
    model_header,
    model_row,
    phase_rows,
    ratio,
    summary,
    typical,
)
from .worker import ROOT, Worker, WorkerError, environment_of_peers

KERNEL = "tests.benchmarks.wait_kernel"
SCRIPT = Path(__file__).with_name("wait_script.py")
WHERE = {"whole": "whole process", "inside": "inside a warm kernel"}

Measurement = Callable[[str, str, float, argparse.Namespace, dict[str, str]], tuple[Wait, int]]


def arguments(given: list[str]) -> argparse.Namespace:
    """Parse the models, loops and places to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks wait", description=__doc__)
    parser.add_argument(
        "--models", nargs="*", default=list(MODELS), choices=list(MODELS), metavar="MODEL"
    )
    parser.add_argument(
        "--loops", nargs="*", default=list(LOOPS), choices=list(LOOPS), metavar="LOOP"
    )
    parser.add_argument(
        "--seconds", nargs="+", type=float, default=[1.0], help="simulated, such as 1 10 100"
    )
    parser.add_argument("--repeats", type=int, default=3, help="rounds, of which the median counts")
    parser.add_argument("--whole", action="store_true", help="whole processes alone")
    parser.add_argument("--inside", action="store_true", help="inside a process alone")
    parser.add_argument("--phases", action="store_true", help="print where the time goes, too")
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="where to write the tables")
    parser.add_argument(
        "--nengodl", metavar="PYTHON", help="an interpreter that has NengoDL; else it is left out"
    )
    return parser.parse_args(given)


def main(given: list[str]) -> None:
    """Measure and print."""
    options = arguments(given)
    print(machine())
    print(KEY)
    places = [place for place in WHERE if getattr(options, place)] or list(WHERE)
    tables: list[Table] = []
    for seconds in options.seconds:
        for place in places:
            if options.models:
                tables += show_models(place, seconds, options)
    if options.loops and "inside" in places:
        tables.append(show_loops(options))
    if options.markdown:
        texts = [machine(), KEY, *(table.markdown() for table in tables)]
        options.markdown.write_text("\n\n".join(texts) + "\n", encoding="utf-8")


def peers_of(options: argparse.Namespace) -> list[str]:
    """Return the simulators that take part."""
    return ["nengo", "nengo_nb"] + (["nengo_dl"] if options.nengodl else [])


def python_of(peer: str, options: argparse.Namespace) -> str:
    """Return the interpreter of a simulator."""
    return options.nengodl if peer == "nengo_dl" else sys.executable


def turns(
    peers: list[str], n_rounds: int, states: tuple[str, ...] = STATES
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield simulators, states of the caches and their folders, as variables of the environment.

    In each round every simulator has new folders, and finds in the second state what it has kept
    in the first. NengoDL keeps nothing of its own, so it takes part once.
    """
    for number in range(n_rounds):
        # In every other round the other one goes first.
        order = peers if number % 2 == 0 else peers[::-1]
        with ExitStack() as opened:
            folders = {peer: opened.enter_context(TemporaryDirectory()) for peer in peers}
            for state in states:
                for peer in order:
                    if peer == "nengo_dl" and state != states[0]:
                        continue
                    yield peer, state, cache_variables(Path(folders[peer]))


def cache_variables(folder: Path) -> dict[str, str]:
    """Return the variables that put all caches below a folder."""
    return {
        "NENGO_NB_CACHE": str(folder / "programs"),
        "WAIT_DECODERS": str(folder / "decoders"),
    }


def show_models(place: str, seconds: float, options: argparse.Namespace) -> list[Table]:
    """Measure and print the table of all models in one place."""
    peers, has_nengo_dl = peers_of(options), options.nengodl is not None
    measure = {"whole": measure_script, "inside": measure_inside}[place]
    table = Table(
        f"Total time to {seconds:g} simulated s, {WHERE[place]}", model_header(has_nengo_dl)
    )
    models: dict[str, Waits] = {}
    for name in options.models:
        waits, neurons = measure_model(name, seconds, peers, measure, options)
        models[name] = waits
        table.add(model_row(name, neurons, waits, seconds, has_nengo_dl))
    for line in summary(models, seconds):
        table.note(line)
    if not options.phases:
        return [table]
    header, rows = phase_rows(models)
    phases = Table(f"Where the time goes, to {seconds:g} s, {WHERE[place]} (wall)", header)
    for row in rows:
        phases.add(row)
    return [table, phases]


def measure_model(
    name: str, seconds: float, peers: list[str], measure: Measurement, options: argparse.Namespace
) -> tuple[Waits, int]:
    """Measure one model by all simulators in turns; one that fails is left out, and says why."""
    waits: Waits = {}
    neurons, failed = 0, set()
    for peer, state, caches in turns(peers, options.repeats):
        if peer in failed:
            continue
        try:
            wait, neurons = measure(peer, name, seconds, options, caches)
        except WorkerError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed.add(peer)
            continue
        waits.setdefault((peer, state), []).append(wait)
    return waits, neurons


def measure_script(
    peer: str, name: str, seconds: float, options: argparse.Namespace, caches: dict[str, str]
) -> tuple[Wait, int]:
    """Start a script and wait for its end; return the time that took, and the number of neurons.

    Raises:
        WorkerError: It failed.
    """
    paths = [str(ROOT), os.environ.get("PYTHONPATH")]
    variables = {
        **environment_of_peers(),
        **caches,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    with ExitStack() as opened:
        # In a folder of its own: Python looks for modules beside a script first.
        script = Path(opened.enter_context(TemporaryDirectory())) / "script.py"
        script.write_bytes(SCRIPT.read_bytes())
        output, errors = (opened.enter_context(tempfile.TemporaryFile("w+")) for _ in range(2))
        command = [python_of(peer, options), str(script), peer, name, str(seconds)]
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=variables)
        # Its own usage and that of the children that it has waited for.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        printed, complaints = output.read().splitlines(), errors.read().splitlines()
    if process.returncode or not printed:
        raise WorkerError(f"{peer}: {(complaints or ['it ended without a word'])[-1]}")
    report = json.loads(printed[-1])
    neurons = report.pop("neurons")
    # Starting the interpreter and ending it, after all that the script has timed itself.
    phases = {**report, "start and exit": wall - sum(report.values())}
    return Wait(wall, usage.ru_utime + usage.ru_stime, phases), neurons


def measure_inside(
    peer: str, name: str, seconds: float, options: argparse.Namespace, caches: dict[str, str]
) -> tuple[Wait, int]:
    """Run a model in a new process that has imported everything; return as ``measure_script``."""
    with Worker(peer, python_of(peer, options), caches, KERNEL) as worker:
        answer: dict = worker.ask(model=name, seconds=seconds)
    return Wait(answer["wall"], answer["cpu"], answer["phases"]), answer["neurons"]


def show_loops(options: argparse.Namespace) -> Table:
    """Measure and print the table of loops."""
    header = ["loop", "turns", "reference", "its s", "CPU"]
    for state in STATES:
        header += [f"ours {state}", "CPU", "ratio", "of CPU", "worst"]
    table = Table("Loops in one process that has imported everything", header)
    for name in options.loops:
        if LOOPS[name].reference in peers_of(options):
            table.add(loop_row(name, measure_loop(name, options)))
    return table


def measure_loop(name: str, options: argparse.Namespace) -> dict[tuple[str, str], list[list[Wait]]]:
    """Measure a loop by ours and its reference; return the turns of each round."""
    rounds: dict[tuple[str, str], list[list[Wait]]] = {}
    for peer, state, caches in turns([LOOPS[name].reference, "nengo_nb"], options.repeats):
        try:
            with Worker(peer, python_of(peer, options), caches, KERNEL) as worker:
                answer: dict = worker.ask(loop=name)
        except WorkerError as error:
            print(f"{name}: {error}", file=sys.stderr)
            break
        rounds.setdefault((peer, state), []).append([Wait(**turn) for turn in answer["turns"]])
    return rounds


def loop_row(name: str, rounds: dict[tuple[str, str], list[list[Wait]]]) -> list[str]:
    """Return the row of one loop: all turns together, and the worst ratio of a turn."""
    loop = LOOPS[name]
    cold = rounds.get((loop.reference, "cold"), [])
    n_turns = len(cold[0]) if cold else 0
    row = [name, str(n_turns), loop.reference]
    row += typical([total(turns) for turns in cold])
    for state in STATES:
        # NengoDL was measured once in a round, whatever was kept.
        theirs, ours = (
            rounds.get((loop.reference, state), cold),
            rounds.get(("nengo_nb", state), []),
        )
        sums = [total(turns) for turns in ours], [total(turns) for turns in theirs]
        row += typical(sums[0])
        row += [marked(ratio(*sums, measure), loop.goal) for measure in MEASURES]
        row.append(worst(ours, theirs, n_turns, loop.goal) if loop.each else "")
    return row


def total(waits: list[Wait]) -> Wait:
    """Return the sum of the turns of a loop."""
    return Wait(sum(wait.wall for wait in waits), sum(wait.cpu for wait in waits))


def worst(ours: list[list[Wait]], theirs: list[list[Wait]], n_turns: int, goal: float) -> str:
    """Return the largest ratio of wall times of any turn, each a median over rounds."""
    ratios = []
    for turn in range(n_turns):
        mine, his = [waits[turn] for waits in ours], [waits[turn] for waits in theirs]
        ratios.append(ratio(mine, his, MEASURES[0]))
    return marked(max(ratios, default=float("nan")), goal)
