"""Writer of the tables that both languages need: ``src/tables``.

Run it as ``poe tables`` after every change of a row; a test compares its text with the files. Each
table becomes an object, and the names of its rows a type, so that the compiler demands an entry for
every row of whatever is declared as a ``Record`` of that type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from nengo_nb.diagram import ArrowKind
from nengo_nb.diagram.parts import BoxKind
from nengo_nb.jupyter.live.plot_kinds import PLOT_KINDS
from nengo_nb.jupyter.live.row_orders import ROW_ORDERS
from nengo_nb.plots.palette import DASHES, OKABE_ITO

FOLDER = Path(__file__).parent / "src" / "tables"

WIDTH = 100
"""Length of lines, as Prettier has it."""

Row = Mapping[str, str | bool | int]


def typescript() -> dict[str, str]:
    """Return the text of each generated file, by its name."""
    plot_kinds: dict[str, Row] = {
        name: {"label": kind.label, "isTimed": kind.is_timed} for name, kind in PLOT_KINDS.items()
    }
    row_orders: dict[str, Row] = {
        name: {"label": order.label} for name, order in ROW_ORDERS.items()
    }
    line_dashes: dict[str, Row] = {
        name: {"lengths": " ".join(map(str, lengths))} for name, lengths in DASHES.items()
    }
    arrow_kinds = {kind.value: _arrow_row(kind) for kind in ArrowKind}
    return {
        "plot_kinds.ts": _write_table("Kinds of live plots", "PLOT_KINDS", "PlotKind", plot_kinds),
        "row_orders.ts": _write_table(
            "Orders of the neurons of a plot", "ROW_ORDERS", "RowOrder", row_orders
        ),
        "arrow_kinds.ts": _write_table(
            "Kinds of arrows in diagrams", "ARROW_KINDS", "ArrowKind", arrow_kinds
        ),
        "box_kinds.ts": _write_names(
            "Kinds of boxes in diagrams", "BOX_KINDS", "BoxKind", [kind.value for kind in BoxKind]
        ),
        "line_colors.ts": _write_names(
            "Colours of lines, in their order", "LINE_COLORS", "LineColor", list(OKABE_ITO)
        ),
        "line_dashes.ts": _write_table(
            "Dashes of lines, once all colours are taken: pixels of dash and gap",
            "LINE_DASHES",
            "LineDash",
            line_dashes,
        ),
    }


def _arrow_row(kind: ArrowKind) -> Row:
    style = kind.style
    return {
        "meaning": style.meaning,
        "color": style.color,
        "darkColor": style.dark_color,
        "head": style.head.value,
        "dashes": style.dashes,
        "weight": style.weight,
    }


def _write_names(title: str, name: str, type_name: str, names: Sequence[str]) -> str:
    """Return the text of a table whose rows have no fields: a list of their names."""
    table = f"export const {name} = {json.dumps(names)} as const;"
    if len(table) > WIDTH:
        rows = "".join(f"  {json.dumps(each)},\n" for each in names)
        table = f"export const {name} = [\n{rows}] as const;"
    return "\n".join(
        [
            f"/** {title}. */",
            "",
            "// Written by write_tables.py: change it in Python.",
            "",
            table,
            "",
            f"export type {type_name} = (typeof {name})[number];",
            "",
        ]
    )


def _write_table(title: str, name: str, type_name: str, rows: Mapping[str, Row]) -> str:
    return "\n".join(
        [
            f"/** {title}. */",
            "",
            "// Written by write_tables.py: change it in Python.",
            "",
            f"export const {name} = {{",
            *(_write_row(key, row) for key, row in rows.items()),
            "} as const;",
            "",
            f"export type {type_name} = keyof typeof {name};",
            "",
        ]
    )


def _write_row(key: str, row: Row) -> str:
    # A field on a line of its own, which Prettier leaves as it is however long they are.
    fields = [
        f"    {name}: {json.dumps(value, ensure_ascii=False)}," for name, value in row.items()
    ]
    return "\n".join([f"  {key}: {{", *fields, "  },"])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in typescript().items():
        (FOLDER / file).write_text(content, encoding="utf-8")
