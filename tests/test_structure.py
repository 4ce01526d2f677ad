"""The house keeps its walls: who imports whom, how long a file may be, and what the
project's files may say.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "nengo_nb"
LONGEST = 400

# What each room may lean on, besides the standard library and itself. Files at the top are rooms of
# their own.
WALLS = {
    "errors": "nengo",
    "settings": "nengo numpy errors surrogates",
    "surrogates": "",
    "hooks": "",
    "progress": "nengo",
    "compiler": "nengo_nb compilation_cache",
    "compilation_cache": "atomic_file",
    "atomic_file": "",
    "tensorflow_log": "tensorflow errors",
    "quiet": "tensorflow_log",
    "on_demand": "quiet",
    "building": "nengo numpy scipy",
    "positions": "nengo numpy",
    "plan": "nengo numpy positions errors settings",
    "ops": "nengo numpy scipy on_demand plan errors surrogates",
    "numpy_steps": "nengo numpy positions",
    "engine": "nengo numpy tensorflow on_demand numpy_steps ops plan errors settings compilation_cache tensorflow_log",
    "objects": "nengo numpy on_demand ops plan errors settings",
    "networks": "nengo numpy objects settings",
    "simulator": "nengo numpy positions on_demand building numpy_steps engine ops plan objects errors settings hooks "
    "tensorflow_log compiler "
    "atomic_file progress replacements",
    "convert": "nengo numpy on_demand simulator objects errors settings",
    "analysis": "nengo numpy simulator",
    "plots": "numpy bokeh PIL",
    "diagram": "nengo numpy errors",
    "jupyter": "nengo numpy on_demand bokeh IPython comm ipywidgets anywidget traitlets nengo_nb "
    "plots diagram analysis errors "
    "settings hooks quiet compiler progress atomic_file",
    "tutorials": "nbclient nbformat keras numpy atomic_file",
    "migrate": "replacements",
    "replacements": "",
    "__main__": "jupyterlab tutorials migrate",
    "__init__": "analysis compiler convert simulator jupyter settings objects networks surrogates",
}

# Doors that are there for readers and type checkers alone: the import costs nothing at run time.
FOR_TYPES = {"jupyter": "simulator convert"}

SOURCES = sorted(PACKAGE.rglob("*.py"))
IGNORED = (".git/", *(ROOT / ".gitignore").read_text(encoding="utf-8").split())


def is_ignored(path: Path) -> bool:
    """Whether a path is no part of the project: as .gitignore has it, for a copy of the
    files need not be a clone.
    """
    name = path.relative_to(ROOT).as_posix()
    return any(fnmatch(f"/{name}/", f"*/{pattern}*") for pattern in IGNORED)


PROJECT_FILES = sorted(path for path in ROOT.rglob("*") if path.is_file() and not is_ignored(path))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and target of every import that leaves the room: a room of ours, or another package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            target = rest.partition(".")[0] if package == "nengo_nb" else package
            yield node.lineno, target if package != "nengo_nb" or is_room(target) else "nengo_nb"


def is_room(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def type_checking_lines(path: Path) -> set[int]:
    """Lines inside ``if TYPE_CHECKING:``."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        ):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def quick_imports(statement: str) -> set[str]:
    """The top-level packages that a fresh Python has loaded after a statement."""
    script = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_room_leans_only_on_the_rooms_it_may(path):
    room = room_of(path)
    allowed = {room, *WALLS.get(room, "").split(), *sys.stdlib_module_names}
    for_types = set(FOR_TYPES.get(room, "").split())
    typing_lines = type_checking_lines(path)

    crossings = [
        f"line {line}: {target}"
        for line, target in imported(path)
        if target not in allowed and not (target in for_types and line in typing_lines)
    ]

    assert not crossings, f"{name_of(path)} may not import {', '.join(crossings)}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_file_belongs_to_a_room_and_says_what_it_is(path):
    assert room_of(path) in WALLS, f"{room_of(path)} is not in the table of walls"
    assert path.stat().st_size == 0 or ast.get_docstring(
        ast.parse(path.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize(
    "path", [p for p in PROJECT_FILES if p.suffix in {".py", ".ts", ".js", ".css"}], ids=name_of
)
def test_a_file_can_be_read_at_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_left_for_later(path):
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text(encoding="utf-8"))


POSIX_ONLY = {
    "os": {
        "fork",
        "forkpty",
        "getuid",
        "geteuid",
        "killpg",
        "mkfifo",
        "setsid",
        "statvfs",
        "uname",
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "pthread_kill", "setitimer"},
}
POSIX_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "termios"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_needs_what_windows_lacks(path):
    """Asking for it first, in the same line, is all right."""
    lines = path.read_text(encoding="utf-8").splitlines()

    needed = [
        node.attr
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in POSIX_ONLY.get(node.value.id, ())
        and f'hasattr({node.value.id}, "{node.attr}")' not in lines[node.lineno - 1]
    ]

    assert not needed
    assert not POSIX_MODULES & {target for _, target in imported(path)}


Kind = type[ast.expr] | tuple[type[ast.expr], ...]


def nested(tree: ast.AST, kind: Kind) -> list[int]:
    """Lines of expressions of a kind that stand within another one of it."""
    outer = [node for node in ast.walk(tree) if isinstance(node, kind)]
    lines = []
    for expression in outer:
        inner = [
            node
            for node in ast.walk(expression)
            if isinstance(node, kind) and node is not expression
        ]
        lines += [node.lineno for node in inner]
    return lines


PYTHON = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_no_conditional_expression_stands_within_another(path):
    """Neither ruff nor mypy looks for them; ESLint does so in TypeScript
    (``no-nested-ternary``).
    """
    assert not nested(ast.parse(path.read_text(encoding="utf-8")), ast.IfExp)


def test_a_nested_conditional_expression_is_found():
    assert nested(ast.parse("a = 1 if b else 2 if c else 3"), ast.IfExp) == [1]


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def crowded_comprehensions(tree: ast.AST) -> list[int]:
    """Lines of comprehensions that stand within another one, or have two ``for``s."""
    crowded = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, COMPREHENSIONS) and len(node.generators) > 1
    ]
    return sorted({*crowded, *nested(tree, COMPREHENSIONS)})


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_comprehension_has_one_loop(path):
    """More than that is a loop, or a function that is named after what it collects."""
    assert not crowded_comprehensions(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "[[x for x in row] for row in rows]",
        "{sum(x for x in row) for row in rows}",
        "{a: b for a, b in (pair for pair in pairs)}",
        "[row for row in rows if any(x for x in row)]",
        "[(lambda: [x for x in row]) for row in rows]",
        "[x for row in rows for x in row]",
    ],
)
def test_a_comprehension_with_more_than_one_loop_is_found(source):
    assert crowded_comprehensions(ast.parse(source)) == [1]


def test_comprehensions_beside_each_other_may_be():
    assert not crowded_comprehensions(ast.parse("[*[x for x in a], *[x for x in b]]"))


SIMULATORS = {"sim", "simulator"}


def loosely_typed_simulators(tree: ast.AST) -> Iterator[int]:
    """Lines where a parameter or an attribute that is called a simulator may be anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            name, annotation = node.arg, node.annotation
        elif isinstance(node, ast.AnnAssign):
            name, annotation = ast.unparse(node.target).rpartition(".")[2], node.annotation
        elif isinstance(node, ast.FunctionDef):
            name, annotation = node.name, node.returns
        else:
            continue
        words = re.findall(r"\w+", ast.unparse(annotation)) if annotation is not None else []
        if name in SIMULATORS and "Any" in words:
            yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_simulator_is_never_just_anything(path):
    """So that mypy finds a misspelt method: it is a ``Simulator``, or ``AnySimulator``
    where any backend's will do.
    """
    assert not list(loosely_typed_simulators(ast.parse(path.read_text(encoding="utf-8"))))


def test_a_simulator_that_may_be_anything_is_found():
    source = (
        "class A:\n    simulator: Any\n    def simulator(self, sim: Any | None) -> Simulator: ..."
    )

    assert sorted(loosely_typed_simulators(ast.parse(source))) == [2, 3]


def test_the_files_of_the_project_are_found():
    assert {ROOT / "README.md", ROOT / ".ci/run", Path(__file__)} <= set(PROJECT_FILES)


def test_project_files_name_no_folder_of_one_machine_and_no_registry():
    private = re.compile(
        r"/(work|home|root|tmp|opt)/\w|files\.pythonhosted|registry\.(npmjs|yarnpkg)|//pypi\."
    )
    harmless = {"LICENSE", name_of(Path(__file__))}

    named = {}
    for path in PROJECT_FILES:
        if name_of(path) not in harmless and path.suffix not in {".npz", ".png", ".svg"}:
            found = private.search(path.read_text(encoding="utf-8"))
            if found:
                named[name_of(path)] = found.group()

    assert not named


def test_the_walls_have_no_circle():
    """A room may not import a room that imports it, directly or through others."""
    reach = {room: set(allowed.split()) & WALLS.keys() for room, allowed in WALLS.items()}
    for _ in WALLS:
        for doors in reach.values():
            doors.update(*[reach[door] for door in doors])

    assert not [room for room, doors in reach.items() if room in doors]


@pytest.mark.parametrize(
    "statement",
    [
        "import nengo_nb",
        "import nengo_nb.plan.alias_groups",
        "import nengo_nb.building",
        "from nengo_nb import configure_settings",
        "import nengo_nb; nengo_nb.load_ipython_extension",
        "import nengo_nb; nengo_nb.Simulator, nengo_nb.TensorNode, nengo_nb.Layer, nengo_nb.Converter",
    ],
)
def test_nothing_imports_tensorflow_before_a_simulator_compiles(statement):
    assert not quick_imports(statement) & {"tensorflow", "keras"}


def test_plots_know_neither_nengo_nor_tensorflow():
    assert not quick_imports("import nengo_nb.plots") & {
        "tensorflow",
        "keras",
        "nengo",
        "IPython",
        "ipywidgets",
    }


def test_what_people_run_is_what_ci_runs():
    commands = re.findall(
        r"^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install '.[lab]' && .venv/bin/python -m nengo_nb",
        "python3 -m venv .venv && .venv/bin/pip install '.[lab,test]' && .venv/bin/python -m tests",
    ]
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "first=$(grep -E '^python3 .* -m nengo_nb$' README.md)" in ci
    assert "command=$(grep -E '^python3 .* -m tests$' README.md)" in ci


def test_tensorflow_is_no_dependency_but_an_extra():
    """pip would put one distribution of it over another, after which neither loads."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    needed = {re.match(r"[\w-]+", requirement).group() for requirement in project["dependencies"]}

    assert not {name for name in needed if name.startswith(("tensorflow", "tf-"))}
    assert not needed & {"scipy", "matplotlib", "jupyterlab", "ipykernel"}
    assert {"tensorflow", "cpu", "lab"} <= project["optional-dependencies"].keys()


def test_the_oldest_versions_that_are_tested_are_those_that_are_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["cpu"]]
    lowest = dict(re.match(r"([\w-]+)>=([\d.]+)", requirement).groups() for requirement in asked)
    lines = (ROOT / "tests" / "constraints" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    tested = dict(line.split("==") for line in lines if not line.startswith("#"))

    for name, version in lowest.items():
        assert f"{tested[name]}.".startswith(f"{version}."), name


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=name_of)
def test_no_test_carries_the_mark_that_nengos_plugin_skips(path):
    assert "pytest.mark." + "slow" not in path.read_text(encoding="utf-8")
