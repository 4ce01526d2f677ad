"""Command-line parsers of the magics, whose errors are single sentences."""

from __future__ import annotations

import argparse
import keyword
import math
from collections.abc import Callable, Sequence
from typing import NoReturn

from IPython.core.error import UsageError
from IPython.utils.process import arg_split

from nengo_nb.jupyter.suggestions import as_python, unknown

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


class Parser(argparse.ArgumentParser):
    """``argparse`` parser of one line of a magic. Errors raise ``UsageError`` with one sentence."""

    def __init__(self, prog: str, description: str, example: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=example,
            add_help=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.add_argument("-h", "--help", action="store_true", help="show this text")

    def error(self, message: str) -> NoReturn:
        """Raise ``UsageError``, where argparse would print and exit the process."""
        raise UsageError(f"{self.prog}: {message} ('{self.prog} --help' shows how it is used)")

    def options(self) -> list[str]:
        """Return all long options."""
        return [option for option in self._option_string_actions if option.startswith("--")]

    def read(
        self, words: Sequence[str], help_text: Callable[[], str] | None = None
    ) -> argparse.Namespace | None:
        """Parse a line; return None after ``--help`` was printed.

        Args:
            words: Words of the line.
            help_text: Returns the help; by default that of this line alone.
        """
        if "-h" in words or "--help" in words:
            print((help_text or self.format_help)())
            return None
        plain, optional = self.split(words)
        # parse_known_args and not parse_args: unknown options get a sentence with suggestions.
        values, extra = self.parse_known_args([*plain, *optional])
        options = [word for word in extra if word.startswith("-")]
        if options:
            raise UsageError(
                f"{self.prog}: {unknown('option', options[0].split('=')[0], self.options())}"
            )
        if extra:
            raise UsageError(f"{self.prog}: there is one word too many: {extra[0]!r}")
        return values

    def split(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """Split a line, in which options may be anywhere, into positional words and options.

        An option with several values takes all words behind it, but for the last ones that are
        needed as positional words: in ``--plot p q net`` the name is ``net``.
        """
        plain: list[str] = []
        optional: list[str] = []
        taking: list[str] | None = None
        wanted = 0.0
        # argparse alone gives an option with nargs="+" all words up to the next option.
        for word in words:
            if self._is_option(word):
                taking, wanted = [], self._count_values(word)
                optional.append(word)
            elif taking is not None and len(taking) < wanted:
                taking.append(word)
                optional.append(word)
            else:
                plain.append(word)
        # Positional words that are still missing; those with nargs="?" or "*" may be left out.
        needed = [action for action in self._plain_actions() if action.nargs is None][len(plain) :]
        if taking is not None and wanted == math.inf and len(taking) > len(needed):
            last = taking[len(taking) - len(needed) :]
            # Given back only if each fits its place: a probe is not taken for a number of seconds.
            if all(self._accepts(action, word) for action, word in zip(needed, last, strict=True)):
                plain, optional = [*plain, *last], optional[: len(optional) - len(last)]
        return plain, optional

    def _plain_actions(self) -> list[argparse.Action]:
        """Return the actions of positional words."""
        return [action for action in self._actions if not action.option_strings]

    def _is_option(self, word: str) -> bool:
        """Whether a word is an option, known or not; a negative number is not."""
        return word.startswith("--") or word in self._option_string_actions

    def _count_values(self, word: str) -> float:
        """Return the number of words that an option takes; infinite for ``nargs="+"``."""
        action = self._option_string_actions.get(word)
        if action is None or action.nargs == 0:
            return 0
        return math.inf if action.nargs == "+" else 1

    def _accepts(self, action: argparse.Action, word: str) -> bool:
        """Whether a word is a valid value of a positional argument."""
        try:
            # Private, but it converts and checks as parsing does, without parsing the whole line.
            self._get_values(action, [word])
        except argparse.ArgumentError:
            return False
        return True


def split_words(line: str) -> list[str]:
    """Return the words of a line, with quotes as in a shell."""
    try:
        return [str(word) for word in arg_split(line, posix=True)]
    except ValueError as error:
        raise UsageError(f"the line cannot be read: {str(error).lower()}") from error


def _name(text: str) -> str:
    """Return an identifier, as Python normalizes it."""
    name = as_python(text)
    if not name.isidentifier() or keyword.iskeyword(name):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a variable")
    return name


def _seconds(text: str) -> float:
    """Return a length of time above zero, in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time in seconds above zero")
    return seconds


def _count(text: str) -> int:
    """Return a whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def _share(text: str) -> float:
    """Return a number between zero and one, both excluded."""
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and 1")
    return share


def _index(text: str) -> int:
    """Return a whole number from zero: a batch item or a seed."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from zero")
    return int(text)


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
        "name", metavar="NAME", type=_name, help="variable that holds the network afterwards"
    )
    parser.add_argument("--seed", metavar="N", type=_index, help="seed of the network")
    parser.add_argument("--label", metavar="L", help="label of the network (default: NAME)")
    parser.add_argument(
        "--run", metavar="SECONDS", type=_seconds, help="run it at once and plot its probes"
    )
    parser.add_argument(
        "--dt",
        metavar="S",
        type=_seconds,
        default=0.001,
        help="time step in seconds (default: 0.001)",
    )
    parser.add_argument(
        "--minibatch", metavar="N", type=_count, help="simulate N independent copies"
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
        "name", metavar="NAME", type=_name, help="variable that holds a nengo.Network"
    )
    parser.add_argument(
        "--epochs", metavar="N", type=_count, required=True, help="how often all examples are seen"
    )
    parser.add_argument(
        "--batch",
        metavar="N",
        type=_count,
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
        type=_share,
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
            "name", metavar="NAME", type=_name, help="variable that holds a nengo.Network"
        )
    return parser


def _line_parsers() -> dict[str, Parser]:
    """Return the parsers of the subcommands of ``%nengo``."""
    run = _line_parser(
        "run", "Run a network for some simulated seconds, then plot its probes.", "run net 1.5"
    )
    run.add_argument("seconds", metavar="SECONDS", type=_seconds, help="simulated time")
    step = _line_parser("step", "Run a network for K time steps.", "step net 10")
    step.add_argument(
        "steps", metavar="K", type=_count, nargs="?", default=1, help="number of steps (default: 1)"
    )
    plot = _line_parser("plot", "Plot what a network recorded.", "plot net decoded --item 2")
    plot.add_argument(
        "probes", metavar="PROBE", nargs="*", help="labels or variables (default: all probes)"
    )
    plot.add_argument(
        "--item", metavar="I", type=_index, default=0, help="item of the minibatch, from 0"
    )
    compare = _line_parser(
        "compare",
        "Run a network on several backends and see where they differ.",
        "compare net 0.5 --backends nengo nb",
    )
    compare.add_argument("seconds", metavar="SECONDS", type=_seconds, help="simulated time")
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
        type=_count,
        default=1,
        help="show what is inside, N levels deep (default: 1)",
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
        "name", metavar="NAME", type=_name, help="variable that holds a nengo_nb.Converter"
    )
    tune.add_argument("--x", metavar="X", required=True, help="variable with examples")
    tune.add_argument("--y", metavar="Y", required=True, help="variable with their labels")
    tune.add_argument(
        "--steps", metavar="N", type=_count, default=50, help="steps to present each (default: 50)"
    )
    tune.add_argument(
        "--loss",
        metavar="F",
        type=_share,
        default=0.01,
        help="accuracy that may be lost (default: 0.01)",
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
        "live": _line_parser("live", "Watch and steer a network while it runs.", "live net"),
        "explain": _line_parser(
            "explain", "Show what the simulator of a network does.", "explain net"
        ),
        "save": save,
        "load": load,
        "freeze": freeze,
        "tune": tune,
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
