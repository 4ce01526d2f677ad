"""Older JupyterLabs, the oldest supported one and the one before the newest, in a real browser:
panel, diagrams, settings and launcher.
"""

import subprocess

import pytest

from tests.jupyter.lab import TIMEOUT
from tests.jupyter.older_lab import KERNEL, install_older_lab
from tests.jupyter.panel.page import BOX, DIAGRAM, run_panel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["4.2", "4.5"])
def version(request):
    return request.param


@pytest.fixture(scope="module")
def site(tmp_path_factory, version):
    return install_older_lab(tmp_path_factory.mktemp("older") / "environment", version)


@pytest.fixture(scope="module")
def panel(browser_path, tmp_path_factory, site):
    """The page of that JupyterLab, with a notebook that has a network."""
    with run_panel(browser_path, tmp_path_factory.mktemp("panel"), site, kernel=KERNEL) as panel:
        yield panel


@pytest.fixture
def net(panel):
    """The notebook after Run All."""
    panel.open_net()
    return panel


def test_it_lists_the_extension_as_enabled_and_ok(site, version):
    command = [site.python, "-m", "jupyter", "labextension", "list"]

    found = subprocess.run(command, capture_output=True, text=True, check=True)

    lines = (found.stdout + found.stderr).splitlines()
    (line,) = (line for line in lines if "nengo-nb v" in line)
    assert any(line.startswith(f"JupyterLab v{version}.") for line in lines)
    assert "enabled" in line
    assert "OK" in line


def test_the_panel_runs_a_network_and_its_live_view_and_its_diagram_stand_beside_the_notebook(
    net, version
):
    net.row("net", "new")
    net.press("net", "Run")
    net.row("net", "idle")

    net.open_tabs()

    net.picture(f"older_lab_{version}")
    assert net.page.evaluate("() => window.jupyterapp.version").startswith(f"{version}.")
    assert net.time("net") == pytest.approx(1)
    assert net.page.locator(DIAGRAM).count() == 2
    assert net.problems + net.warnings + net.lab.blocked == []


def test_a_saved_notebook_that_is_not_trusted_has_the_diagram(net):
    net.open_untrusted()

    net.page.locator(BOX).first.click(timeout=TIMEOUT)
    net.page.get_by_text("No kernel stands behind this diagram").wait_for(timeout=TIMEOUT)


def test_the_settings_are_in_the_editor_and_the_page_has_them(net):
    net.lab.command("settingeditor:open", query="Nengo")

    net.page.locator("[name$=settings_palette]").select_option(label="Petroff", timeout=TIMEOUT)

    net.until("() => nengoNb.preferences.palette === 'petroff'")


def test_the_launcher_has_our_cards(net, version):
    net.lab.command("launcher:create")

    card = net.page.locator(".jp-LauncherCard[title^='A notebook whose first cells']")

    card.wait_for(timeout=TIMEOUT)
    net.picture(f"older_launcher_{version}")
