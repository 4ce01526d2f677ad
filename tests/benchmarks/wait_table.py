"""Tables of waits: ratios with their goals, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

STATES = ("cold", "warm")
MEAN_GOALS = {"cold": 0.8, "warm": 0.6}
"""Of the geometric mean at one simulated second."""
GOALS = {1.0: 1.05, 10.0: 1.0, 100.0: 0.3}
"""Largest ratio of each model, by simulated seconds."""

KEY = (
    "Seconds, wall and CPU (process and children); ratios ours / reference of the same round's "
    "measurements, median of the rounds. cold: no compiled programs and no decoders kept; warm: "
    "what the cold run of the same simulator kept. A `!` marks a goal that was missed."
)


@dataclass(frozen=True)
class Wait:
    """One measurement, in seconds, by phases where they are known."""

    wall: float
    cpu: float
    phases: dict[str, float] = field(default_factory=dict)


Waits = dict[tuple[str, str], list[Wait]]
"""Measurements of one model, by simulator and state of the caches, one for each round."""


def wall_of(wait: Wait) -> float:
    """Return the seconds that passed."""
    return wait.wall


def cpu_of(wait: Wait) -> float:
    """Return the seconds of processors."""
    return wait.cpu


Measure = Callable[[Wait], float]
MEASURES: tuple[Measure, ...] = (wall_of, cpu_of)


def ratio(ours: Sequence[Wait], theirs: Sequence[Wait], measure: Measure) -> float:
    """Return the median of the ratios of the rounds; NaN without any."""
    ratios = [
        measure(mine) / measure(his)
        for mine, his in zip(ours, theirs, strict=False)
        if measure(his)
    ]
    return median(ratios) if ratios else float("nan")


def typical(waits: Sequence[Wait]) -> list[str]:
    """Return the median of each measure as text; dashes without any waits."""
    return [f"{median(map(measure, waits)):.2f}" if waits else "-" for measure in MEASURES]


def marked(value: float, goal: float | None) -> str:
    """Return a ratio as text, with a mark where it misses its goal."""
    if np.isnan(value):
        return "-"
    # Rounded first: 1.05 that is shown is 1.05 that is asked for.
    missed = goal is not None and round(value, 2) > goal
    return f"{value:.2f}{'!' if missed else ''}"


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean of those that are numbers."""
    logarithms = [np.log(value) for value in values if not np.isnan(value)]
    return float(np.exp(np.mean(logarithms))) if logarithms else float("nan")


class Table:
    """Rows that are printed as they come, and written as Markdown in the end.

    Args:
        title: Its heading.
        header: Names of the columns; the first is aligned to the left.
    """

    def __init__(self, title: str, header: Sequence[str]) -> None:
        self.title, self.header = title, list(header)
        self.rows: list[list[str]] = []
        self.notes: list[str] = []
        print(f"\n{title}\n{self._line(self.header)}", flush=True)

    def add(self, row: Sequence[str]) -> None:
        """Add a row and print it."""
        self.rows.append(list(row))
        print(self._line(row), flush=True)

    def note(self, text: str) -> None:
        """Add a sentence below the rows and print it."""
        self.notes.append(text)
        print(text, flush=True)

    def _line(self, row: Sequence[str]) -> str:
        """Return a row in columns."""
        first, *others = row
        widths = [max(len(name), 7) + 2 for name in self.header[1:]]
        return f"{first:<28}" + "".join(
            f"{cell:>{width}}" for cell, width in zip(others, widths, strict=True)
        )

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [self.header, ["---"] + ["---:"] * (len(self.header) - 1), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return "\n\n".join([f"## {self.title}", table, *self.notes])


def model_header(has_nengo_dl: bool) -> list[str]:
    """Return the names of the columns of a table of models."""
    header = ["model", "neurons"]
    for state in STATES:
        header += [f"Nengo {state}", "CPU", f"ours {state}", "CPU", "ratio", "of CPU"]
    return header + (["NengoDL", "CPU"] if has_nengo_dl else [])


def model_row(
    name: str, neurons: int, waits: Waits, seconds: float, has_nengo_dl: bool
) -> list[str]:
    """Return the row of one model."""
    row, goal = [name, str(neurons)], GOALS.get(seconds, 1.05)
    for state in STATES:
        theirs, ours = waits.get(("nengo", state), []), waits.get(("nengo_nb", state), [])
        row += typical(theirs) + typical(ours)
        row += [marked(ratio(ours, theirs, measure), goal) for measure in MEASURES]
    if has_nengo_dl:
        row += typical(waits.get(("nengo_dl", "cold"), []))
    return row


def summary(models: dict[str, Waits], seconds: float) -> list[str]:
    """Return the geometric means over models and the goals missed, one line for each state."""
    lines, goal = [], GOALS.get(seconds, 1.05)
    for state in STATES:
        means, missed = [], []
        for measure in MEASURES:
            ratios = [
                ratio(waits.get(("nengo_nb", state), []), waits.get(("nengo", state), []), measure)
                for waits in models.values()
            ]
            mean_goal = MEAN_GOALS[state] if seconds == 1.0 else None
            means.append(marked(geometric_mean(ratios), mean_goal))
            missed.append(sum(round(value, 2) > goal for value in ratios))
        lines.append(
            f"{state}: geometric mean {means[0]} (CPU {means[1]}); above {goal}: {missed[0]} of "
            f"{len(models)} models (CPU {missed[1]})"
        )
    return lines


def phase_rows(models: dict[str, Waits]) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the seconds of each phase, by model, simulator and state."""
    names: dict[str, None] = {}
    for waits in models.values():
        for measurements in waits.values():
            for wait in measurements:
                names.update(dict.fromkeys(wait.phases))
    rows = []
    for model, waits in models.items():
        for (peer, state), measurements in waits.items():
            row = [model, f"{peer} {state}"]
            for name in names:
                seconds = median(wait.phases.get(name, 0.0) for wait in measurements)
                row.append(f"{seconds:.2f}")
            rows.append(row)
    return ["model", "simulator, cache", *names], rows
