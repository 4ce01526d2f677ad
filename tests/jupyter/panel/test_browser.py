"""The panel in a real JupyterLab in a real browser: it lists, runs, pauses, opens tabs, and
survives a restart.
"""

import json
import sys

import pytest

from tests.jupyter.lab import ERROR, IDLE, TIMEOUT, data_folder
from tests.jupyter.notebooks import write_notebook

from .page import DIAGRAM, LOAD, NETWORK, ROW, STATUS, run_panel

pytestmark = pytest.mark.browser

WITHOUT = """
import sys

class Absent:
    def find_spec(name, *_):
        if name == "nengo_nb":
            raise ModuleNotFoundError("No module named 'nengo_nb'")

sys.meta_path.insert(0, Absent)
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""
TIME = "time => Number(document.querySelector('.nengo-nb-tab .nnb-root')?.dataset.time) === time"


def is_saved_with_tabs(response):
    """Whether JupyterLab has saved its layout with both tabs in it."""
    saved = (response.request.post_data or "") if response.request.method == "PUT" else ""
    return all(
        f'"nengo-nb:nengo-nb-tab-{kind}-net-net.ipynb"' in saved for kind in ("live", "diagram")
    )


def places(panel):
    """The tabs of the main area and where they are."""
    return panel.page.evaluate(
        "() => [...document.querySelectorAll('#jp-main-dock-panel .lm-TabBar-tab')].map(tab => "
        "({text: tab.textContent, left: tab.getBoundingClientRect().left}))"
    )


@pytest.fixture(scope="module")
def panel(browser_path, tmp_path_factory):
    """One JupyterLab for all, with a notebook that has a network and one that does not even
    load the package.
    """
    folder = tmp_path_factory.mktemp("panel")
    write_notebook(folder / "plain.ipynb", "1 + 1")
    with run_panel(browser_path, folder) as panel:
        yield panel


@pytest.fixture
def net(panel):
    """The panel on a notebook after Run All, with nothing that runs and no tab besides the
    notebook.
    """
    panel.open("net.ipynb")
    panel.run_all()
    panel.page.locator(ROW.format("net")).wait_for(timeout=TIMEOUT)
    return panel


def test_a_notebook_that_has_not_loaded_the_package_is_told_how_and_a_cell_that_does_is_noticed(
    panel,
):
    panel.open("plain.ipynb")
    panel.condition("absent")
    panel.picture("absent")
    before = list(panel.problems)

    panel.page.get_by_role("button", name="Insert %load_ext nengo_nb").click()
    panel.lab.command("notebook:run-cell")
    panel.condition("open")

    assert before == []
    panel.page.get_by_text("No networks yet").wait_for(timeout=TIMEOUT)
    panel.page.get_by_role("button", name="Insert a %%nengo cell").click()
    panel.lab.command("notebook:run-cell")
    assert "100 neurons · 1 ensemble · 1 probe" in panel.row("model", "new").inner_text()
    assert panel.problems == []


def test_a_network_runs_for_a_time_and_until_it_is_paused(net):
    net.page.get_by_label("Simulated seconds").fill("0.5")
    net.press("net", "Run")
    net.row("net", "idle")
    assert net.time("net") == pytest.approx(0.5)

    net.page.get_by_label("Simulated seconds").fill("")
    net.press("net", "Run")
    net.row("net", "running")
    net.page.locator(STATUS).get_by_text("× real time").wait_for(timeout=TIMEOUT)
    net.picture("running")
    net.press("net", "Pause")
    net.row("net", "idle")
    net.until("() => !document.querySelector('.nengo-nb-status:not(.lm-mod-hidden)')")
    net.press("net", "Reset")
    net.until("() => document.querySelector('.nengo-nb-row').dataset.time === '0'")

    assert net.problems == []
    assert net.lab.blocked == []


def test_the_live_view_and_the_diagram_open_beside_the_notebook(net):
    net.press("net", "Live view")
    net.page.locator(".nengo-nb-tab .nnb-card[data-drawn]").first.wait_for(timeout=TIMEOUT)
    net.press("net", "Diagram")
    net.page.locator(".nengo-nb-tab .nengo-nb-network").wait_for(timeout=TIMEOUT)
    net.picture("diagram")
    net.press("net", "Live view")
    net.page.locator(".nengo-nb-tab .nnb-card").first.wait_for(timeout=TIMEOUT)
    net.press("net", "Run")
    net.row("net", "idle")
    net.until("() => Number(document.querySelector('.nengo-nb-tab .nnb-root').dataset.time) >= 1")
    net.theme("Dark")
    net.picture("live_dark")
    net.theme("Light")

    assert net.page.locator(".nengo-nb-tab").count() == 2
    card, root = (
        net.page.locator(f".nengo-nb-tab {name}").first.bounding_box()
        for name in (".nnb-card", ".nnb-root")
    )
    assert card["width"] > 0.9 * root["width"]


def test_a_simulator_of_nengos_own_is_listed_and_why_it_cannot_be_run_from_there(net):
    net.lab.run_hidden("reference = nengo.Simulator(net, progress_bar=False)\nreference.run(0.1)")

    net.row("reference", "idle")
    net.until("() => document.querySelector('[data-name=reference]').dataset.time === '0.1'")

    net.picture("reference")
    row = net.page.locator(ROW.format("reference"))
    assert "runs nowhere but in a cell" in row.inner_text()
    assert [each.inner_text() for each in row.locator("button:visible").all()] == ["Diagram"]
    assert row.locator("input:visible").count() == 0
    net.lab.run_hidden("del reference")
    row.wait_for(state="detached", timeout=TIMEOUT)


def test_a_click_in_the_status_bar_brings_the_panel_while_a_network_runs(net):
    net.page.get_by_label("Simulated seconds").fill("")
    net.press("net", "Run")
    net.row("net", "running")
    net.lab.command("filebrowser:activate")
    net.page.locator("#nengo-nb-panel.lm-mod-hidden").wait_for(state="attached", timeout=TIMEOUT)

    net.page.locator(STATUS).click()

    net.page.locator("#nengo-nb-panel").wait_for(timeout=TIMEOUT)
    net.press("net", "Pause")
    net.row("net", "idle")


def test_a_kernel_with_another_version_of_the_package_is_told_apart_and_what_to_do_is_said(panel):
    other = (
        "import nengo_nb.jupyter.panel.controller as controller\n"
        "controller.VERSION, controller.__version__ = 99, '9.9'"
    )
    write_notebook(panel.lab.folder / "other_version.ipynb", other, LOAD, NETWORK)
    panel.open("other_version.ipynb")

    panel.run_all()

    panel.condition("mismatch")
    panel.picture("mismatch")
    words = panel.page.locator(".nengo-nb-advice").inner_text()
    assert "The kernel has another version of nengo_nb (9.9) than this page" in words
    assert "Reload the page" in words
    assert panel.page.locator(ROW.format("net")).count() == 0


def test_a_kernel_that_lacks_the_package_is_said_to_and_another_notebook_is_followed_all_the_same(
    panel,
):
    kernel = data_folder(panel.lab.folder) / "kernels" / "without" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [sys.executable, "-c", WITHOUT, "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "Without", "language": "python"}))
    write_notebook(panel.lab.folder / "without.ipynb", LOAD, kernel="without")
    panel.open("without.ipynb")

    panel.run_all()
    panel.page.locator(ERROR).wait_for(timeout=TIMEOUT)
    panel.condition("absent")
    panel.picture("without")

    words = panel.page.locator(".nengo-nb-advice").inner_text()
    assert "install nengo_nb where the kernel runs" in words
    panel.page.evaluate(
        "() => window.jupyterapp.commands.execute('docmanager:open', {path: 'net.ipynb'})"
    )
    panel.page.locator(".nengo-nb-notebook", has_text="net.ipynb").wait_for(timeout=TIMEOUT)
    panel.until(IDLE)
    panel.run_all()
    panel.row("net", "new")


def test_tabs_come_back_when_the_page_is_reloaded_and_follow_the_simulation_that_went_on(net):
    net.press("net", "Run")
    net.row("net", "idle")
    with net.page.expect_response(is_saved_with_tabs, timeout=TIMEOUT):
        net.open_tabs()
    tabs = places(net)

    net.page.reload()
    net.page.locator(".nengo-nb-tab .nnb-card[data-drawn]").first.wait_for(
        state="attached", timeout=TIMEOUT
    )
    net.page.locator(DIAGRAM).first.wait_for(timeout=TIMEOUT)
    net.until(TIME, 1)

    net.picture("reloaded")
    assert [tab["text"] for tab in tabs] == ["net.ipynb", "net: live", "net: diagram"]
    assert places(net) == tabs
    assert net.problems == []


def test_a_tab_of_a_kernel_that_was_restarted_waits_until_its_network_is_there_again(net):
    with net.page.expect_response(is_saved_with_tabs, timeout=TIMEOUT):
        net.open_tabs()
    net.restart()
    net.condition("absent")

    net.page.reload()
    net.page.get_by_text("as soon as the kernel of net.ipynb has net").last.wait_for(
        timeout=TIMEOUT
    )
    net.picture("waiting")
    net.page.get_by_role("tab", name="net.ipynb").click()
    net.until(IDLE)
    net.run_all()

    net.page.locator(DIAGRAM).first.wait_for(timeout=TIMEOUT)
    net.until(TIME, 0)


def test_a_restarted_kernel_is_followed_again_once_it_has_loaded_the_package(net):
    net.restart()
    net.condition("absent")
    net.until(IDLE)

    net.run_all()

    net.row("net", "new")


def test_another_notebook_brings_its_own_networks(net):
    write_notebook(
        net.lab.folder / "other.ipynb",
        LOAD,
        NETWORK.replace("net", "second", 1).replace("40", "60"),
    )
    net.page.evaluate(
        "() => window.jupyterapp.commands.execute('docmanager:open', {path: 'other.ipynb'})"
    )
    net.page.locator(".nengo-nb-notebook", has_text="other.ipynb").wait_for(timeout=TIMEOUT)
    net.condition("absent")
    net.until(IDLE)
    net.run_all()
    net.row("second", "new")

    net.page.locator(".lm-TabBar-tab", has_text="net.ipynb").click()

    net.page.locator(ROW.format("net")).wait_for(timeout=TIMEOUT)
    assert net.page.locator(ROW.format("second")).count() == 0


def test_an_order_is_carried_out_while_a_cell_runs_where_the_kernel_has_subshells(net):
    net.press("net", "Run")
    net.until("() => document.querySelector('.nengo-nb-row').dataset.time > 0.9")
    net.row("net", "idle")
    net.lab.run_hidden("import threading; threading.Event().wait(600)")
    net.until(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "
        "'busy'"
    )

    net.press("net", "Run")

    net.until("() => document.querySelector('.nengo-nb-row').dataset.time > 1.9")
    net.until("() => document.querySelector('.nengo-nb-blocked').hidden")
    net.lab.command("notebook:interrupt-kernel")
    net.until(IDLE)
