"""The page of a test with the panel in front."""

import contextlib

from tests.jupyter.lab import LAB, TIMEOUT, run_lab
from tests.jupyter.notebooks import copy_notebook, write_notebook

LOAD = "%load_ext nengo_nb\nimport nengo\nimport numpy as np"
NETWORK = """%%nengo net --seed 1 --no-show
wave = nengo.Node(lambda t: np.sin(6 * t))
neurons = nengo.Ensemble(40, dimensions=1)
nengo.Connection(wave, neurons)
decoded = nengo.Probe(neurons, synapse=0.01)"""
ROW = ".nengo-nb-row[data-name={}]"
STATUS = ".nengo-nb-status:not(.lm-mod-hidden)"
DIAGRAM = ".nengo-nb-tab .nengo-nb-network .box"
BOX = ".jp-Notebook .nengo-nb-network .box"


@contextlib.contextmanager
def run_panel(browser_path, folder, site=LAB, kernel="python3"):
    """A page of JupyterLab or Notebook 7, and a notebook with a network, which shows its
    diagram.
    """
    write_notebook(folder / "net.ipynb", LOAD, NETWORK.replace(" --no-show", ""), kernel=kernel)
    with run_lab(browser_path, folder, site) as lab:
        lab.page.set_viewport_size({"width": 1300, "height": 900})
        yield Panel(lab)


class Panel:
    """The page with the panel in front."""

    def __init__(self, lab):
        self.lab, self.page = lab, lab.page
        self.problems, self.warnings = [], []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _hear(self, line):
        if line.type == "error":
            self.problems.append(line.text)
        elif line.type == "warning" and "/nengo-nb/" in line.location["url"]:
            self.warnings.append(line.text)

    def open(self, name):
        """Open a notebook in a fresh workspace, with the panel beside it."""
        self.lab.open(name)
        self.lab.command("nengo-nb:show-panel")

    def run_all(self):
        self.lab.command("notebook:run-all-cells")

    def open_net(self):
        """Open the notebook with the network and run it."""
        self.open("net.ipynb")
        self.run_all()
        self.page.locator(BOX).first.wait_for(timeout=TIMEOUT)

    def open_untrusted(self):
        """Save the notebook and open a copy that the server does not trust."""
        self.lab.command("docmanager:save")
        folder = self.lab.folder
        copy_notebook(folder / "net.ipynb", folder / "saved.ipynb", trusted=False)
        self.lab.open("saved.ipynb")

    def until(self, condition, argument=None):
        self.page.wait_for_function(condition, arg=argument, timeout=TIMEOUT)

    def open_tabs(self):
        """Open the live view, and the diagram in front of it."""
        self.press("net", "Live view")
        self.page.locator(".nengo-nb-tab .nnb-card[data-drawn]").first.wait_for(timeout=TIMEOUT)
        self.press("net", "Diagram")
        self.page.locator(DIAGRAM).first.wait_for(timeout=TIMEOUT)

    def restart(self):
        self.page.evaluate(
            "() => { const notebook = [...window.jupyterapp.shell.widgets('main')].find(each => "
            "each.sessionContext);"
            " void notebook.sessionContext.session.kernel.restart(); }"
        )

    def condition(self, kind):
        self.page.locator(f".nengo-nb-board[data-condition={kind}]").wait_for(timeout=TIMEOUT)

    def row(self, name, state):
        row = self.page.locator(f"{ROW.format(name)}[data-state={state}]")
        row.wait_for(timeout=TIMEOUT)
        return row

    def press(self, name, text):
        self.page.locator(ROW.format(name)).get_by_role("button", name=text, exact=True).click(
            timeout=TIMEOUT
        )

    def time(self, name):
        return float(self.page.locator(ROW.format(name)).get_attribute("data-time"))

    def theme(self, name):
        self.page.evaluate(
            "theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }",
            f"JupyterLab {name}",
        )
        self.until(
            "theme => document.body.dataset.jpThemeName === theme"
            " && !document.getElementById('jupyterlab-splash')",
            f"JupyterLab {name}",
        )

    def picture(self, name):
        self.lab.picture(f"panel_{name}")
