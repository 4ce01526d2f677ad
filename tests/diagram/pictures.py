"""``python -m tests.diagram.pictures`` writes layouts down for the browser's tests: both
sides must agree on them.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import nengo
import numpy as np

from nengo_nb.diagram import Diagram, describe, to_json
from nengo_nb.diagram.layout.layout import place
from nengo_nb.diagram.layout.routes import Path as EdgePath
from nengo_nb.diagram.layout.view import look, open_to

from .networks import learning

PICTURES = Path(__file__).parents[2] / "labextension" / "tests" / "pictures.json"


def tangle(seed: int) -> nengo.Network:
    """Ensembles and networks of them that are joined at random, with loops and ways back."""
    rng = np.random.RandomState(seed)
    with nengo.Network(label=f"tangle {seed}") as network:
        networks = [network]
        for index in range(4):
            with networks[rng.randint(len(networks))]:
                networks.append(nengo.Network(label=f"{'abcd'[index]} 日本…"))
        ends = []
        for index in range(16):
            with networks[rng.randint(len(networks))]:
                ends.append(nengo.Ensemble(5, 1, label="abcdefghijklmnop"[index]))
        for pre, post in rng.randint(16, size=(28, 2)):
            nengo.Connection(ends[pre], ends[post], transform=rng.choice([-1, 1]))
    return network


def models() -> list[nengo.Network]:
    """Return networks with something of everything, to lay out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with nengo.Network(label="parts") as parts:
            ganglia, thalamus = nengo.networks.BasalGanglia(4), nengo.networks.Thalamus(4)
            nengo.Connection(ganglia.output, thalamus.input)
            product = nengo.networks.Product(10, 4)
            nengo.Connection(thalamus.output, product.input_a)
            nengo.Connection(product.output, ganglia.input)
    return [learning(), parts, nengo.Network(), *map(tangle, range(4))]


def laid_out(diagram: Diagram, depth: int) -> dict[str, Any]:
    """A view with its layout, rounded."""
    opened = open_to(diagram, depth)
    view = look(diagram, opened)
    picture = place(diagram, view)
    return {
        "opened": sorted(opened),
        "strands": [[s.source, s.target, s.kind.value, list(s.arrows)] for s in view.strands],
        "size": _rounded(picture.width, picture.height),
        "boxes": [[b.box, *_rounded(b.x, b.y, b.width, b.height)] for b in picture.boxes],
        "paths": [_rounded_points(path) for path in picture.paths],
    }


def _rounded(*numbers: float) -> list[float]:
    return [round(number, 3) + 0.0 for number in numbers]


def _rounded_points(path: EdgePath) -> list[list[float]]:
    return [_rounded(*point) for point in path]


def make() -> list[dict[str, Any]]:
    """Diagrams with their layouts at every depth."""
    pictures = []
    for network in models():
        diagram = describe(network)
        views = [laid_out(diagram, depth) for depth in (1, 2, 4)]
        pictures.append({"saved": to_json(diagram), "views": views})
    return pictures


if __name__ == "__main__":
    PICTURES.write_text(
        json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
