"""Vocabularies of semantic pointers, of nengo_spa and of nengo.spa, and what is declared with them.

Neither library is imported: whoever has made a network of one has imported it. The vocabulary of a
user is only read. A pointer that it does not know is refused before it is asked for, as it would
make a new one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import nengo
import numpy as np

from nengo_nb.jupyter.suggestions import unknown

LONGEST = 200
"""Largest number of characters of an expression."""

SPECIAL = ("AbsorbingElement", "Identity", "Zero")
"""Pointers of every vocabulary of nengo_spa, which are not among its keys."""

METHODS = ("normalized", "unitary")
"""Methods of pointers that an expression may call; others change the pointer, or give none."""

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.UAdd, ast.Invert)

HINT = "pointers and numbers are combined by + - * / ~ and parentheses, as in A * B + 0.5 * C"

LATER = " (those that the network makes while it runs are known from then on)"


class SemanticPointer(Protocol):
    """Semantic pointer of either library; ``v`` is its vector."""

    v: np.ndarray


class SpaVocabulary(Protocol):
    """Vocabulary of either library."""

    dimensions: int
    keys: Sequence[str] | Callable[[], Iterable[str]]
    """A list in nengo.spa, a method of a mapping in nengo_spa."""
    vectors: np.ndarray

    def parse(self, text: str) -> SemanticPointer:
        """Return the pointer that an expression gives."""
        ...


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Vocabulary of a user's network, which may get more keys while that runs.

    Args:
        spa: The library's own.
    """

    spa: SpaVocabulary

    @property
    def dimensions(self) -> int:
        """Number of values of a pointer."""
        return int(self.spa.dimensions)

    def keys(self) -> tuple[str, ...]:
        """Return the names of all pointers, in the order in which they were added."""
        # The run's thread may add a pointer meanwhile: its key comes before its vector does.
        count = len(self.spa.vectors)
        keys = self.spa.keys
        return tuple(keys() if callable(keys) else keys)[:count]

    def parse(self, text: str) -> np.ndarray:
        """Return the vector of an expression, ``(dimensions,)``.

        Raises:
            ValueError: It is none of this vocabulary; one sentence.
        """
        text = text.strip()
        _check(text, self._names())
        try:
            vector = np.asarray(self.spa.parse(text).v, float).reshape(-1)
        # Of the library or of NumPy, and of any type.
        except Exception as error:
            raise ValueError(f"{text} cannot be computed: {error}") from None
        if not np.isfinite(vector).all():
            raise ValueError(f"{text} is not finite")
        return vector

    def matrix(self, expressions: Sequence[str]) -> np.ndarray:
        """Return the vectors of expressions as columns, ``(dimensions, expressions)``.

        Raises:
            ValueError: One is none of this vocabulary; one sentence.
        """
        vectors = [self.parse(text) for text in expressions]
        return np.array(vectors).reshape(len(vectors), self.dimensions).T

    def _names(self) -> tuple[str, ...]:
        # A vocabulary of nengo_spa is a mapping, whose keys are a method.
        return (*self.keys(), *(SPECIAL if callable(self.spa.keys) else ()))


def _check(text: str, names: Sequence[str]) -> None:
    """Check that an expression has nothing but known pointers, numbers and their operators.

    Raises:
        ValueError: One sentence.
    """
    if not text:
        raise ValueError(f"there is no expression yet; {HINT}")
    if len(text) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} characters (got {len(text)})")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"{text} is no complete expression; {HINT}") from None
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in ast.walk(tree.body):
        if isinstance(node, ast.Name):
            if node.id not in names:
                raise ValueError(f"{unknown('pointer', node.id, names)}{LATER}")
        elif not _is_allowed(node, called):
            raise ValueError(f"{text} has more than pointers in it; {HINT}")


def _is_allowed(node: ast.AST, called: Sequence[ast.AST]) -> bool:
    """Whether a part of an expression, if it is not a name, may be in one."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ast.Call():
            return isinstance(node.func, ast.Attribute) and not (node.args or node.keywords)
        case ast.Attribute():
            return node.attr in METHODS and node in called
    return isinstance(node, (ast.BinOp, ast.UnaryOp, ast.expr_context, *OPERATORS))


@dataclass(frozen=True)
class Declared:
    """Input or output of a module that carries pointers of a vocabulary.

    Args:
        part: The module.
        name: Its name within the module; empty for the only or the usual one.
        target: What carries the pointers.
        vocabulary: Vocabulary that they are of.
    """

    part: nengo.Network
    name: str
    target: nengo.Node | nengo.Ensemble
    vocabulary: Vocabulary


def declared_outputs(parts: Iterable[nengo.Network]) -> list[Declared]:
    """Return the outputs of modules, each once: that of the outermost module that has it.

    Args:
        parts: Networks, outer ones before inner ones.
    """
    return _each_once(parts, "get_output_vocab", "outputs", "output")


def declared_inputs(parts: Iterable[nengo.Network]) -> list[Declared]:
    """Return the inputs of modules, each once: that of the outermost module that has it."""
    return _each_once(parts, "get_input_vocab", "inputs", "input")


def is_module(part: nengo.Network) -> bool:
    """Whether a network is one of either library."""
    return hasattr(part, "get_output_vocab") or isinstance(getattr(part, "outputs", None), dict)


def _each_once(
    parts: Iterable[nengo.Network], method: str, mapping: str, usual: str
) -> list[Declared]:
    targets: dict[int, Declared] = {}
    for part in parts:
        declared = _declared(part, method, mapping)
        # The usual name first: a node that is input and output at once has several.
        for name, target, spa in sorted(declared, key=lambda each: each[0] != usual):
            # None for scalars; in nengo.spa a number, for a module that is in no SPA network.
            if hasattr(spa, "parse") and target.size_out == spa.dimensions:
                own = "" if name in (usual, "default") else name
                targets.setdefault(id(target), Declared(part, own, target, Vocabulary(spa)))
    return list(targets.values())


def _declared(part: nengo.Network, method: str, mapping: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield names, objects and vocabularies of a module as its library has them."""
    vocab_of = getattr(part, method, None)
    if vocab_of is not None:  # nengo_spa
        for name, value in list(vars(part).items()):
            if isinstance(value, nengo.Node | nengo.Ensemble):
                try:
                    yield name, value, vocab_of(value)
                except KeyError:  # it was not declared
                    continue
    elif isinstance(getattr(part, mapping, None), dict):  # nengo.spa
        for name, (target, spa) in getattr(part, mapping).items():
            yield name, target, spa
