"""Players of live views: what was recorded, made into a page that needs no kernel."""

from __future__ import annotations

from collections.abc import Callable

from nengo_nb.jupyter.outputs.player import Player, make_player
from nengo_nb.jupyter.protocol.live import File
from nengo_nb.jupyter.protocol.recording import Kept

from .layout_state import LayoutState
from .recorded_plots import record_view


def make_view_player(
    layout: LayoutState, begin: float | None = None, end: float | None = None
) -> Player:
    """Return the player of a view.

    Args:
        layout: The view.
        begin: Begin in simulated seconds; None for the first recorded sample.
        end: End in simulated seconds; None for the present.

    Raises:
        ValueError: Nothing was recorded in that time, or the player would be too large.
    """
    return make_player(lambda detail: record_view(layout, begin, end, detail))


def answer_player(
    layout: LayoutState, as_file: bool, keep: Callable[[Player], None] | None
) -> File | Kept:
    """Return the answer to a page that asks for a player.

    Args:
        layout: The view.
        as_file: Whether the page saves it, and no output keeps it.
        keep: Keeps it in the output of the view; None where there is no such output.

    Raises:
        ValueError: There is nothing to play, or no output to keep it in.
    """
    player = make_view_player(layout)
    if as_file:
        return File(name=f"{layout.title}.html", text=player.document())
    if keep is None:
        raise ValueError(
            "this page has no output that could keep a player: save it as a file instead"
        )
    keep(player)
    size = len(player.page().encode("utf-8", "replace")) / 1000
    begin, end = player.run.begin, player.run.end
    where = (
        f"A player of {begin:.3f} to {end:.3f} s ({size:.0f} kB) is in this output, and is seen "
        "where the notebook is opened, or exported, without its kernel."
    )
    return Kept(text=" ".join([where, *player.run.notes]))
