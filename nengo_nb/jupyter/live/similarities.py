"""Sources that compare the outputs of modules with the semantic pointers of their vocabularies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import nengo

from nengo_nb.diagram.names import label_of
from nengo_nb.jupyter.labels import members

from .signals import SYNAPSE, Content, Source
from .vocabularies import Declared, declared_outputs


def similarities(network: nengo.Network, paths: Mapping[int, str]) -> Iterator[Source]:
    """Yield the similarity of each module's output to the pointers of its vocabulary.

    Those of modules that have a name come first, and among these the ones that only put out what
    they are set to come last.

    Args:
        network: The whole network.
        paths: Names of its members by ``id``.
    """
    parts = [part for part in members(network) if isinstance(part, nengo.Network)]
    for output in sorted(declared_outputs([network, *parts]), key=_rank):
        path = path_of(output, network, paths)
        source = Source(
            key=f"{path}: similarity",
            target=output.target,
            attr=None,
            quantity="similarity",
            shape=(output.vocabulary.dimensions,),
            content=Content.POPULATION,
            owner=output.part,
            synapse=SYNAPSE,
            path=path,
            vocabulary=output.vocabulary,
            is_default=_rank(output) == 0,
        )
        yield compare(source, output.vocabulary.keys())


def compare(source: Source, expressions: tuple[str, ...]) -> Source:
    """Return the source of a similarity for other pointers.

    Raises:
        ValueError: An expression is none of its vocabulary.
    """
    if source.vocabulary is None:
        raise ValueError(f"{source.key} has no vocabulary of semantic pointers")
    matrix = source.vocabulary.matrix(expressions)
    return replace(source, transform=matrix, labels=expressions)


def path_of(declared: Declared, network: nengo.Network, paths: Mapping[int, str]) -> str:
    """Return the name of a module's output or input within the whole network."""
    # The whole network may declare one itself.
    pieces = ["" if declared.part is network else paths[id(declared.part)], declared.name]
    return ".".join(piece for piece in pieces if piece) or "output"


def _rank(output: Declared) -> int:
    """Rank of an output: 0 if a view shows it by default, more if it is further behind."""
    # Operators such as ``a * b`` make modules that nothing names.
    if not label_of(output.part):
        return 2
    return 0 if output.target.size_in or isinstance(output.target, nengo.Ensemble) else 1
