"""Command lines of the magics: cells, trainings, and the subcommands of ``%nengo``."""

from __future__ import annotations

from .parser import (
    Parser,
    read_count,
    read_index,
    read_megabytes,
    read_name,
    read_seconds,
    read_share,
)

HOOKS = {
    "--on-start": "before the first step",
    "--on-step": "after every step",
    "--on-pause": "at each pause",
    "--on-continue": "before the step after a pause",
    "--on-close": "once the view or the simulator is closed",
}
"""Options of ``%nengo live``: hooks, and when each is called."""

CELL_EXAMPLE = """\
example:
  %%nengo net --seed 1 --run 1
  stimulus = nengo.Node(lambda t: np.sin(6 * t))
  neurons = nengo.Ensemble(50, 1)
  nengo.Connection(stimulus, neurons)
  decoded = nengo.Probe(neurons, synapse=0.02)
"""

TRAIN_EXAMPLE = """\
example:
  %%nengo_train net --epochs 5 --batch 50 --optimizer "RMSprop(1e-3)" --validation-split 0.1
  x = {stimulus: np.random.uniform(-1, 1, (1000, 1, 1))}
  y = {decoded: x[stimulus] ** 2}
"""


def _cell_parser() -> Parser:
    """Return the parser of a ``%%nengo`` line."""
    parser = Parser(
        "%%nengo",
        "Run the cell inside a new nengo.Network and call the network NAME. The cell knows nengo, "
        "and NumPy as np,\n"
        "unless the notebook uses these names for something else.",
        CELL_EXAMPLE,
    )
    parser.add_argument(
        "name", metavar="NAME", type=read_name, help="variable that holds the network afterwards"
    )
    parser.add_argument("--seed", metavar="N", type=read_index, help="seed of the network")
    parser.add_argument("--label", metavar="L", help="label of the network (default: NAME)")
    parser.add_argument(
        "--run", metavar="SECONDS", type=read_seconds, help="run it at once and plot its probes"
    )
    parser.add_argument(
        "--dt",
        metavar="S",
        type=read_seconds,
        default=0.001,
        help="time step in seconds (default: 0.001)",
    )
    parser.add_argument(
        "--minibatch", metavar="N", type=read_count, help="simulate N independent copies"
    )
    parser.add_argument(
        "--plot",
        metavar="P",
        nargs="+",
        default=[],
        help="probes to plot after --run (default: all)",
    )
    parser.add_argument(
        "--live", action="store_true", help="show a live view: play, watch and steer it"
    )
    parser.add_argument("--no-show", action="store_true", help="do not show the network's card")
    return parser


def _train_parser() -> Parser:
    """Return the parser of a ``%%nengo_train`` line."""
    parser = Parser(
        "%%nengo_train",
        "Train a network on the examples that the cell makes. The cell is Python that leaves x, "
        "{node: array}, and\n"
        "y, {probe: array}, each array (examples, steps, size), and perhaps loss, metrics,\n"
        "loss_weights and callbacks.",
        TRAIN_EXAMPLE,
    )
    parser.add_argument(
        "name", metavar="NAME", type=read_name, help="variable that holds a nengo.Network"
    )
    parser.add_argument(
        "--epochs",
        metavar="N",
        type=read_count,
        required=True,
        help="how often all examples are seen",
    )
    parser.add_argument(
        "--batch",
        metavar="N",
        type=read_count,
        help="examples in a minibatch (default: as its simulator has, or 32)",
    )
    parser.add_argument(
        "--optimizer",
        metavar="O",
        default="RMSprop",
        help="a Keras optimizer, such as 'Adam(1e-3)' (default: RMSprop)",
    )
    parser.add_argument(
        "--loss", metavar="L", help="a loss of Keras or nengo_nb.losses (default: mse)"
    )
    parser.add_argument(
        "--validation-split",
        metavar="F",
        type=read_share,
        default=0.0,
        help="part of the examples to validate with",
    )
    return parser


def _line_parser(
    command: str, description: str, example: str, *, takes_name: bool = True
) -> Parser:
    """Return the parser of a ``%nengo`` line; most take a name."""
    parser = Parser(f"%nengo {command}", description, f"example:\n  %nengo {example}\n")
    if takes_name:
        parser.add_argument(
            "name", metavar="NAME", type=read_name, help="variable that holds a nengo.Network"
        )
    return parser


def _line_parsers() -> dict[str, Parser]:
    """Return the parsers of the subcommands of ``%nengo``."""
    run = _line_parser(
        "run", "Run a network for some simulated seconds, then plot its probes.", "run net 1.5"
    )
    run.add_argument("seconds", metavar="SECONDS", type=read_seconds, help="simulated time")
    step = _line_parser("step", "Run a network for K time steps.", "step net 10")
    step.add_argument(
        "steps",
        metavar="K",
        type=read_count,
        nargs="?",
        default=1,
        help="number of steps (default: 1)",
    )
    plot = _line_parser("plot", "Plot what a network recorded.", "plot net decoded --item 2")
    plot.add_argument(
        "probes", metavar="PROBE", nargs="*", help="labels or variables (default: all probes)"
    )
    plot.add_argument(
        "--item", metavar="I", type=read_index, default=0, help="item of the minibatch, from 0"
    )
    compare = _line_parser(
        "compare",
        "Run a network on several backends and see where they differ.",
        "compare net 0.5 --backends nengo nb",
    )
    compare.add_argument("seconds", metavar="SECONDS", type=read_seconds, help="simulated time")
    compare.add_argument(
        "--backends",
        metavar="B",
        nargs="+",
        default=["nengo", "nb"],
        help="at least two (default: nengo nb)",
    )
    compare.add_argument(
        "--probes",
        metavar="PROBE",
        nargs="+",
        default=[],
        help="labels or variables (default: all probes)",
    )
    diagram = _line_parser(
        "diagram", "Show a network as boxes and arrows.", "diagram net --depth 2"
    )
    diagram.add_argument(
        "--depth",
        metavar="N",
        type=read_count,
        default=1,
        help="show what is inside, N levels deep (default: 1)",
    )
    live = _line_parser(
        "live",
        "Watch and steer a network while it runs.",
        "live net --history 1000 --on-step record",
    )
    for option, when in HOOKS.items():
        live.add_argument(
            option,
            metavar="FUNCTION",
            type=read_name,
            help=f"variable with a function that is called with the simulator {when}",
        )
    live.add_argument(
        "--history",
        metavar="MB",
        type=read_megabytes,
        help="memory for the samples of this run and of kept ones, inf for all there is "
        "(default: as it is, 256 at first)",
    )
    save = _line_parser(
        "save",
        "Write all parameters of a network's simulator, learned or not, to a file.",
        "save net weights.npz",
    )
    load = _line_parser(
        "load",
        "Run a network with the parameters in a file of '%nengo save'.",
        "load net weights.npz",
    )
    for parser in (save, load):
        parser.add_argument("file", metavar="FILE", help="a file, whose name ends with .npz")
    freeze = _line_parser(
        "freeze",
        "Write what the simulator of a network has learned into the network, so that any "
        "simulator builds it so.",
        "freeze net",
    )
    tune = _line_parser(
        "tune",
        "Choose firing rates, synapse and presentation time of a nengo_nb.Converter by its "
        "accuracy on labelled examples.\nThe variable NAME then holds the chosen converter.",
        "tune converter --x images --y labels --steps 50",
        takes_name=False,
    )
    tune.add_argument(
        "name", metavar="NAME", type=read_name, help="variable that holds a nengo_nb.Converter"
    )
    tune.add_argument("--x", metavar="X", required=True, help="variable with examples")
    tune.add_argument("--y", metavar="Y", required=True, help="variable with their labels")
    tune.add_argument(
        "--steps",
        metavar="N",
        type=read_count,
        default=50,
        help="steps to present each (default: 50)",
    )
    tune.add_argument(
        "--loss",
        metavar="F",
        type=read_share,
        default=0.01,
        help="accuracy that may be lost (default: 0.01)",
    )
    check = _line_parser(
        "check",
        "Look for ensembles and connections that are probably not as they were meant: silent, "
        "saturated or driven outside their radius, badly decoded.",
        "check net 1",
    )
    check.add_argument(
        "seconds",
        metavar="SECONDS",
        type=read_seconds,
        nargs="?",
        default=0.0,
        help="simulated time to run a copy of it from its start (default: no run)",
    )
    return {
        "run": run,
        "step": step,
        "reset": _line_parser("reset", "Take a network back to time zero.", "reset net"),
        "plot": plot,
        "diagram": diagram,
        "compare": compare,
        "list": _line_parser(
            "list", "List the networks of this notebook.", "list", takes_name=False
        ),
        "live": live,
        "explain": _line_parser(
            "explain", "Show what the simulator of a network does.", "explain net"
        ),
        "save": save,
        "load": load,
        "freeze": freeze,
        "tune": tune,
        "check": check,
    }


CELL = _cell_parser()
TRAIN = _train_parser()
LINES = _line_parsers()


def overview() -> str:
    """Return the help of all magics."""
    lines = [parser.format_usage().replace("usage: ", "  ").rstrip() for parser in LINES.values()]
    more = (
        "'%nengo COMMAND --help' tells more about one of them, '%%nengo_train --help' how a "
        "network is trained."
    )
    return "\n".join([CELL.format_help(), "lines:", *lines, "", more])
