"""The documentation is true: files and threads that it names are there, and it leaves out
no public name.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

import nengo_nb

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TEXTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(DOCS.glob("*.md")),
    *DOCS.glob("developing/*.md"),
]
OURS = re.compile(
    r"`((?:nengo_nb|labextension|tests|docs|notebooks)/[\w./*-]+|\.ci/run|[A-Z]\w+\.(?:md|cff))`"
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def make_readable():
    """Return the function that makes the text for a package index from README."""
    spec = importlib.util.spec_from_file_location("hatch_readme", DOCS / "hatch_readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make_readable


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_files_that_a_text_names_are_there(path):
    named = set(OURS.findall(path.read_text(encoding="utf-8"))) - {"docs/_build/html"}

    missing = sorted(name for name in named if not (ROOT / name).exists())

    assert not missing


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_links_to_files_lead_to_files(path):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8"))

    assert not [target for target in targets if not (path.parent / target).exists()]


def test_the_reference_has_every_public_name():
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("api/*.rst"))

    described = set(re.findall(r"^\.\. auto\w+:: nengo_nb\.(\w+)$", pages, re.MULTILINE))

    assert described >= set(nengo_nb.__all__)


def test_the_table_of_threads_has_every_thread():
    started = set()
    for path in (ROOT / "nengo_nb").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        started.update(re.findall(r'name(?:_prefix)?="(nengo_nb-[\w-]+)"', code))
    rows = re.findall(
        r"^\| (`nengo_nb-.*?) \|",
        (DOCS / "developing" / "threads.md").read_text("utf-8"),
        re.MULTILINE,
    )

    assert set(re.findall(r"nengo_nb-[\w-]+", " ".join(rows))) == started


def test_ci_and_pre_commit_call_the_same_linters():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")

    called = set(re.findall(r"entry: python -m (poethepoet lint-\w+)$", hooks, re.MULTILINE))

    assert called == {"poethepoet lint-python", "poethepoet lint-browser"}
    assert called <= set(re.findall(r"python -m (poethepoet [\w-]+)", ci))


def test_the_citation_is_of_this_version():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert re.search(r"^version: (.*)$", citation, re.MULTILINE).group(1) == nengo_nb.__version__


def test_a_package_index_shows_pictures_once_files_have_an_address(make_readable):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    text = make_readable(readme, "https://example.org/raw/")

    shown = re.findall(r"!\[[^\]]+\]\(https://example\.org/raw/([^)]+)\)", text)
    assert shown == re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme) != []
    assert not re.search(r"\]\((?!https:)", text)


def test_without_an_address_it_shows_neither_broken_pictures_nor_links(make_readable):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    text = make_readable(readme, "")

    assert "![" not in text
    assert "A live view, of" not in text
    assert not re.search(r"\]\((?!https:)", text)
    assert re.findall(r"^```.*?^```", text, re.DOTALL | re.MULTILINE) == re.findall(
        r"^```.*?^```", readme, re.DOTALL | re.MULTILINE
    )


def test_the_quick_tests_are_there():
    tasks = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"][
        "tasks"
    ]

    chosen = re.findall(r"tests/\S+", tasks["test"]["cmd"])

    assert chosen
    assert not [path for path in chosen if not (ROOT / path).exists()]
