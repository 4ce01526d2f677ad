"""HTML views: what functions of nodes put into their attribute ``_nengo_html_``, as in NengoGUI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import nengo

from nengo_nb.jupyter.protocol.html import Html

from .signals import Content, Source

if TYPE_CHECKING:
    from .plot import Plot

HTML = "_nengo_html_"
"""Attribute of a node's function, or of the object that is called, that holds a string of HTML."""

LARGEST = 1_000_000
"""Largest number of characters of a view: as much may go to the browser thirty times a second."""


def html_sources(network: nengo.Network, paths: Mapping[int, str]) -> Iterator[Source]:
    """Yield a source for each node that shows HTML.

    Args:
        network: The whole network.
        paths: Names of the network's members by ``id``.
    """
    for node in dict.fromkeys(network.all_nodes):
        if callable(node.output) and shows_html(node.output):
            path = paths[id(node)]
            yield Source(f"{path}: HTML", node, HTML, "", (), Content.HTML, path=path)


def shows_html(output: Any) -> bool:
    """Whether a function has the attribute, or has code that is going to set or return it."""
    try:
        if _value_of(output) is not None:
            return True
    except Exception:  # of a property, which there is then
        return True
    # A node whose size_out is given does not call its function before the first step.
    called = output if hasattr(output, "__code__") else output.__call__
    code = getattr(called, "__code__", None)
    return code is not None and HTML in code.co_names


def _value_of(output: Any) -> Any:
    """Return the attribute of a function, or else of the object that a method is bound to."""
    value = getattr(output, HTML, None)
    return getattr(getattr(output, "__self__", None), HTML, None) if value is None else value


def read_html(source: Source) -> tuple[str, str]:
    """Return the HTML that a node shows now, and a sentence on why it shows none, if so."""
    try:
        value = _value_of(source.target.output)
    except Exception as error:  # code of the user, if it is a property
        return "", f"Reading {HTML} of {source.path} raised {type(error).__name__}: {error}"
    if value is None:
        return "", f"The function of {source.path} has not set its attribute {HTML} yet."
    if not isinstance(value, str):
        kind = type(value).__name__
        return "", f"{HTML} of {source.path} is of type {kind}; only a string of HTML can be shown."
    if len(value) > LARGEST:
        return "", (
            f"{HTML} of {source.path} has {len(value):,} characters; at most {LARGEST:,} are "
            "shown, so smaller images or fewer elements would do."
        )
    return value, ""


class HtmlUpdates:
    """Messages with the HTML of a view's plots, each as soon as it has changed."""

    def __init__(self) -> None:
        # Replaced as a whole, as a page may come on another thread while changes are collected.
        self._told: Mapping[str, tuple[str, str]] = {}

    def forget(self) -> None:
        """Tell all again, as a page has come that knows nothing."""
        self._told = {}

    def changes(self, plots: Iterable[Plot]) -> list[Html]:
        """Return a message for each plot whose HTML is not what was told last."""
        told = self._told
        shown = {plot.id: read_html(plot.source) for plot in plots if plot.kind == "html"}
        if self._told is told:
            self._told = shown
        return [
            Html(plot=plot, text=content[0], error=content[1])
            for plot, content in shown.items()
            if told.get(plot) != content
        ]
