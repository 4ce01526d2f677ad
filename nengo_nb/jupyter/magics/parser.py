"""Parser of one line of a magic, and of the words in it. Errors are single sentences."""

from __future__ import annotations

import argparse
import keyword
import math
from collections.abc import Callable, Sequence
from typing import NoReturn

from IPython.core.error import UsageError
from IPython.utils.process import arg_split

from nengo_nb.jupyter.suggestions import as_python, unknown


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


def read_name(text: str) -> str:
    """Return an identifier, as Python normalizes it."""
    name = as_python(text)
    if not name.isidentifier() or keyword.iskeyword(name):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a variable")
    return name


def read_seconds(text: str) -> float:
    """Return a length of time above zero, in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time in seconds above zero")
    return seconds


def read_megabytes(text: str) -> float:
    """Return a limit on memory above zero, in 10**6 bytes; it may be infinite."""
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = math.nan
    # False for NaN as well.
    if not megabytes > 0:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of megabytes above zero, nor inf"
        )
    return megabytes


def read_count(text: str) -> int:
    """Return a whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def read_share(text: str) -> float:
    """Return a number between zero and one, both excluded."""
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and 1")
    return share


def read_index(text: str) -> int:
    """Return a whole number from zero: a batch item or a seed."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from zero")
    return int(text)
