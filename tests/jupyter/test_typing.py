"""Typing in a real JupyterLab in a real browser: the cells of magics are coloured,
completed and explained.
"""

import pytest

from tests.jupyter.lab import IDLE, TIMEOUT, run_lab
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

BODY = """%%nengo net --seed 1 --no-show
stimulus = nengo.Node([0.5])  # a remark
neurons = nengo.Ensemble(40, dimensions=1, label="what it says")
decoded = nengo.Probe(neurons)"""
COLORS = """
() => {
  const spans = [...document.querySelectorAll(".jp-Notebook .cm-line span")];
  const color = text => getComputedStyle(spans.find(span => span.textContent === text)).color;
  return ["import", "Ensemble", "40", '"what it says"', "# a remark"].map(color);
}
"""


@pytest.fixture(scope="module")
def module_lab(browser_path, tmp_path_factory):
    """JupyterLab with a notebook whose kernel has the package loaded and a network."""
    folder = tmp_path_factory.mktemp("typing")
    write_notebook(folder / "typing.ipynb", "%load_ext nengo_nb\nimport nengo", BODY, "")
    with run_lab(browser_path, folder) as lab:
        lab.page.set_viewport_size({"width": 1200, "height": 900})
        lab.open("typing.ipynb")
        lab.command("notebook:run-all-cells")
        lab.page.wait_for_function(IDLE, timeout=TIMEOUT)
        lab.page.locator(".jp-InputPrompt", has_text="[2]").wait_for(timeout=TIMEOUT)
        yield lab


@pytest.fixture
def lab(module_lab):
    """The notebook with the cursor in its last cell, which is empty, and no box open."""
    editor = module_lab.page.locator(".jp-Notebook .jp-CodeCell .cm-content").last
    editor.click()
    yield module_lab
    module_lab.page.keyboard.press("Escape")
    editor.fill("")


def proposed(lab, typed):
    """Type a text and Tab; return the completions."""
    lab.page.keyboard.insert_text(typed)
    lab.page.keyboard.press("Tab")
    lab.page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item").first.wait_for(
        timeout=TIMEOUT
    )
    return lab.page.locator(".jp-Completer .jp-Completer-match").all_inner_texts()


def explained(lab, typed):
    """Type a text and Shift-Tab; return the tooltip."""
    lab.page.keyboard.insert_text(typed)
    lab.page.keyboard.press("Shift+Tab")
    tooltip = lab.page.locator(".jp-Tooltip")
    tooltip.wait_for(timeout=TIMEOUT)
    return tooltip.inner_text()


def test_the_body_of_a_cell_is_coloured_as_python(lab):
    keyword, name, number, text, remark = lab.page.evaluate(COLORS)

    assert len({keyword, name, number, text, remark}) == 5


def test_tab_proposes_what_an_object_has_inside_the_body_of_a_cell(lab):
    found = proposed(lab, "%%nengo other --seed 2\nmore = nengo.Ens")

    lab.picture("typing_body")
    assert "Ensemble" in "".join(found)


def test_tab_proposes_what_earlier_lines_of_the_body_define(lab):
    found = proposed(lab, "%%nengo other --seed 2\nmore = nengo.Ensemble(10, 1)\nmore.neu")

    assert any("neurons" in text for text in found)


def test_tab_proposes_options_and_networks_on_the_line_of_a_magic(lab):
    """After them come words of the cell, which JupyterLab adds everywhere."""
    found = proposed(lab, "%%nengo ")

    lab.picture("typing_line")
    assert found[:2] == ["net", "--help"]
    assert "--minibatch" in found[:10]
    assert all(text.startswith("--") for text in found[1:10])


def test_tab_proposes_commands_and_then_probes_on_a_line(lab):
    commands = proposed(lab, "%nengo ")
    lab.page.keyboard.press("Escape")

    probes = proposed(lab, "plot net ")

    assert commands[:2] == ["run", "step"]
    assert probes[:3] == ["decoded", "--help", "--item"]


def test_shift_tab_explains_an_option_on_the_line_of_a_magic(lab):
    found = explained(lab, "%%nengo other --min")

    lab.picture("typing_help")
    assert "--minibatch" in found
    assert "--seed" in found


def test_shift_tab_explains_what_stands_in_the_body_of_a_cell(lab):
    found = explained(lab, "%%nengo other --seed 2\nmore = nengo.Ensemble(")

    lab.picture("typing_signature")
    assert "n_neurons" in found
