"""The page of a test with the panel in front."""

import nbformat

TIMEOUT = 30_000
LOAD = "%load_ext nengo_nb\nimport nengo\nimport numpy as np"
NETWORK = """%%nengo net --seed 1 --no-show
wave = nengo.Node(lambda t: np.sin(6 * t))
neurons = nengo.Ensemble(40, dimensions=1)
nengo.Connection(wave, neurons)
decoded = nengo.Probe(neurons, synapse=0.01)"""
ROW = ".nengo-nb-row[data-name={}]"
STATUS = ".nengo-nb-status:not(.lm-mod-hidden)"
DIAGRAM = ".nengo-nb-tab .nengo-nb-network .box"


def write(folder, name, *sources, kernel="python3"):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), folder / name)


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
            "() => { const notebook = [...window.jupyterapp.shell.widgets('main')].find(each => each.sessionContext);"
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
