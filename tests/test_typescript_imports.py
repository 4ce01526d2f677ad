"""Files of the browser's code import each other one way, also for types alone."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "labextension" / "src"
IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\() *"(\.[^"]+)\"""")


def imports_of(path: Path, source: str) -> set[Path]:
    """Files that a file imports, statically or not."""
    modules = [path.parent / f"{name}.ts" for name in IMPORT.findall(source)]
    return {module.resolve() for module in modules}


def circle_in(graph: dict[Path, set[Path]]) -> list[str]:
    """Names of files that import each other in a circle; none if there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [path.name for path in error.args[1]]
    return []


def test_no_files_import_each_other_in_a_circle():
    graph = {path: imports_of(path, path.read_text("utf-8")) for path in SOURCES.rglob("*.ts")}

    assert any(graph.values())
    assert circle_in(graph) == []


@pytest.mark.parametrize(
    "statement",
    [
        'import type { B } from "./b";',
        'import {\n  one,\n  type B,\n} from "../folder/b";',
        'export { B } from "./b";',
        'import "./b";',
        'const b = await import("./b");',
    ],
)
def test_every_way_to_import_counts(statement):
    one, other = Path("/folder/a.ts"), Path("/folder/b.ts")

    graph = {one: imports_of(one, statement), other: imports_of(other, 'import "./a";')}

    assert sorted(set(circle_in(graph))) == ["a.ts", "b.ts"]


def test_other_packages_and_one_way_are_no_circle():
    path = Path("/folder/a.ts")

    assert imports_of(path, 'import { Widget } from "@lumino/widgets";') == set()
    assert circle_in({path: {Path("/folder/b.ts")}}) == []
