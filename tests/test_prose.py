"""Docstrings and comments are written for the next person."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = sorted((ROOT / "nengo_nb").rglob("*.py"))
PYTHON = [*PRODUCT, *sorted((ROOT / "tests").rglob("*.py"))]
TYPESCRIPT = sorted((ROOT / "labextension" / "src").rglob("*.ts"))
VAGUE = "What|Whoever|Somebody|Nobody"
SWITCH = re.compile(r"#\s*(noqa|type:|fmt:|pragma)")
FEWEST = 3.0
"""Comment lines per 100 lines of code."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def docstrings(tree: ast.AST) -> list[ast.Constant]:
    """The string statements of a module: docstrings, and those below an attribute."""
    statements = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return [s for s in statements if isinstance(s, ast.Constant) and isinstance(s.value, str)]


def comment_lines(source: str) -> set[int]:
    """Lines with a comment for a reader, not for a tool alone."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    return {c.start[0] for c in comments if not SWITCH.match(c.string) or " - " in c.string}


def code_lines(source: str) -> int:
    """Number of lines that are neither blank nor part of a docstring."""
    in_docstrings: set[int] = set()
    for text in docstrings(ast.parse(source)):
        in_docstrings.update(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(1 for number, line in lines if line.strip() and number not in in_docstrings)


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_docstring_begins_with_a_verb_or_a_noun_of_the_field(path):
    texts = docstrings(ast.parse(path.read_text(encoding="utf-8")))

    vague = [text.lineno for text in texts if re.match(rf"\s*({VAGUE})\b", text.value)]

    assert not vague


@pytest.mark.parametrize("path", TYPESCRIPT, ids=name_of)
def test_a_doc_comment_begins_with_a_verb_or_a_noun_of_the_field(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(rf"/\*\*[\s*]+({VAGUE})\b", text)


def test_comments_say_why_in_every_room():
    """Over the product; a comment that repeats the code is for the reviewer to find."""
    sources = [path.read_text(encoding="utf-8") for path in PRODUCT]

    comments = sum(len(comment_lines(source)) for source in sources)
    code = sum(code_lines(source) for source in sources)

    assert 100 * comments / code >= FEWEST


def test_what_is_said_to_a_tool_is_no_comment():
    assert comment_lines("a = 1  # noqa: E501\nb = 2  # because\n") == {2}
