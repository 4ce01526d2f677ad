"""Building what runs in the browser: when it is needed, what it brings along, and that it
is there.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOOK = ROOT / "labextension" / "hatch_build.py"


@pytest.fixture(scope="module")
def hook():
    """The build hook's module."""
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path, hook):
    """A checkout with one source, built."""
    source = tmp_path / "labextension" / "src" / "loader" / "widget.ts"
    source.parent.mkdir(parents=True)
    source.write_text("export default {};")
    for name in (hook.STATIC, hook.LAB):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / hook.LAB / "package.json").write_text("{}")
    (tmp_path / hook.STAMP).write_text(hook.digest(tmp_path / "labextension"))
    return tmp_path


def make_hook(hook, root):
    return hook.BrowserBuildHook(str(root), {}, None, None, "", "wheel")


def test_what_this_checkout_was_installed_with_is_made_of_its_sources(hook):
    assert hook.is_current(ROOT), (
        "labextension has changed since: pip install -e '.[lab,test]' builds it again"
    )


def test_nothing_is_built_nor_brought_along_where_everything_is_current(hook, checkout):
    builder = make_hook(hook, checkout)

    builder.initialize("standard", {})

    assert builder.dependencies() == []


@pytest.mark.parametrize("change", ["edited", "added", "output lost"])
def test_a_change_makes_a_build_necessary(hook, checkout, change):
    source = checkout / "labextension" / "src" / "loader" / "widget.ts"
    if change == "edited":
        source.write_text("export default { render() {} };")
    elif change == "added":
        source.with_name("more.ts").write_text("")
    else:
        shutil.rmtree(checkout / hook.LAB)

    assert make_hook(hook, checkout).dependencies()[0].startswith("jupyter-builder")


@pytest.mark.parametrize(("has_node", "brought"), [(True, 1), (False, 2)])
def test_node_is_brought_along_only_where_there_is_none(
    hook, checkout, monkeypatch, has_node, brought
):
    (checkout / hook.STAMP).unlink()
    monkeypatch.setattr(hook.shutil, "which", lambda name: f"bin/{name}" if has_node else None)

    assert len(make_hook(hook, checkout).dependencies()) == brought


def test_a_failing_build_says_what_npm_said(hook, checkout, monkeypatch):
    (checkout / hook.STAMP).unlink()
    npm = checkout / "npm"
    npm.write_text("#!/bin/sh\necho no such package\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(hook.shutil, "which", lambda name: str(npm))

    with pytest.raises(RuntimeError, match="(?s)npm ci --ignore-scripts failed.*no such package"):
        make_hook(hook, checkout).initialize("standard", {})
