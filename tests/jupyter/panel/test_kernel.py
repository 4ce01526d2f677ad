"""The panel's end in a real kernel: it is found without a word of code, and runs what is
asked for beside the cells.
"""

import uuid

import pytest

from nengo_nb.jupyter.panel.comms import NEWS, ORDERS
from nengo_nb.jupyter.protocol import VERSION
from tests.jupyter.kernels import kernel, reply_to

__all__ = ["kernel"]

TIMEOUT = 60
PAGE = "page"
LOAD = "%load_ext nengo_nb\nimport nengo"
NETWORK = """%%nengo net --no-show --seed 1
probe = nengo.Probe(nengo.Ensemble(50, 1))"""
BROKEN = """%%nengo broken --no-show
def wrong(t):
    raise RuntimeError("on purpose")
probe = nengo.Probe(nengo.Node(wrong, size_out=1))"""


class Panel:
    """A panel without a browser: one kernel's comms."""

    def __init__(self, client):
        self.client = client
        self.orders = uuid.uuid4().hex
        self.news = self.find()
        self.number = 0

    def run(self, *cells):
        for cell in cells:
            reply = reply_to(self.client, self.client.execute(cell))
            assert reply["status"] == "ok", reply

    def find(self):
        """The comm on which the kernel tells, as a browser finds it."""
        reply = reply_to(self.client, self.client.comm_info(NEWS))
        return next(iter(reply["comms"]), None)

    def send(self, kind, content):
        message = self.client.session.msg(kind, {"comm_id": self.orders, **content})
        self.client.shell_channel.send(message)

    def open(self):
        self.news = self.find()
        hello = {"type": "Connect", "page": PAGE, "version": VERSION}
        self.send("comm_open", {"target_name": ORDERS, "data": hello})

    def order(self, kind, name, **values):
        self.number += 1
        data = {"type": kind, "page": PAGE, "number": self.number, "name": name, **values}
        self.send("comm_msg", {"data": data})
        return self.until(
            lambda message: message["type"] == "Ack" and message["number"] == self.number
        )

    def until(self, condition):
        """The first message of the kernel that is as one waits for."""
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            told = message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == self.news
            if told and condition(message["content"]["data"]):
                return message["content"]["data"]

    def row(self, name, condition):
        """A row as it is once it is as one waits for."""

        def fits(message):
            rows = [row for row in message.get("rows", ()) if row["name"] == name]
            return bool(rows) and condition(rows[0])

        report = self.until(fits)
        return next(row for row in report["rows"] if row["name"] == name)


@pytest.fixture
def panel(kernel):
    return Panel(kernel[1])


def test_a_kernel_is_found_once_the_extension_is_loaded_and_lost_when_it_is_unloaded(panel):
    before = panel.find()
    panel.run(LOAD)
    during = panel.find()
    panel.run("%unload_ext nengo_nb")

    assert (before, panel.find()) == (None, None)
    assert during is not None


def test_a_panel_lists_networks_and_runs_pauses_and_resets_them_while_the_kernel_is_free(panel):
    panel.run(LOAD)
    panel.open()
    assert panel.until(lambda message: message["type"] == "Report")["rows"] == []
    panel.run(NETWORK)
    row = panel.row("net", lambda row: True)
    assert (row["kind"], row["neurons"], row["probes"], row["state"]) == ("network", 50, 1, "new")

    panel.order("Run", "net", seconds=0.5)
    done = panel.row("net", lambda row: row["state"] == "idle" and row["time"] > 0)
    panel.run("held = %nengo step net", "assert held.n_steps == 501, held.n_steps")
    panel.order("Run", "net", seconds=None)
    panel.row("net", lambda row: row["state"] == "running" and row["time"] > 2)
    panel.order("Pause", "net")
    panel.row("net", lambda row: row["state"] == "idle")
    panel.order("Reset", "net")
    panel.row("net", lambda row: row["time"] == 0)

    assert done["time"] == pytest.approx(0.5)
    assert done["rate"] > 0
    assert done["memory"] > 500 * 4


def test_the_live_view_and_the_diagram_come_as_bundles_and_the_same_view_comes_again(panel):
    panel.run(LOAD, NETWORK)
    panel.open()

    bundles = []
    for kind in ("ShowLive", "ShowLive", "ShowDiagram"):
        panel.order(kind, "net")
        bundles.append(panel.until(lambda message: message["type"] == "Output"))

    first, second, diagram = bundles
    assert "application/vnd.nengo.live+json" in first["bundle"]
    assert first["key"] == second["key"]
    assert diagram["bundle"]["application/vnd.nengo.network+json"]["boxes"][0]["neurons"] == 50


def test_what_cannot_be_done_is_said_and_a_failure_is_told_in_its_row(panel):
    panel.run(LOAD, BROKEN, "%%nengo empty --no-show\npass")
    panel.open()

    for kind, name, seconds, words in (
        ("Run", "nothing", 1, "there is no network or simulator 'nothing'"),
        ("Run", "empty", 1, "'empty' has nothing to simulate"),
        ("Run", "broken", -1, "above zero"),
        ("Run", "broken", 0.00051, "not a whole number of time steps"),
    ):
        panel.order(kind, name, seconds=seconds)
        assert words in panel.until(lambda message: message["type"] == "Notice")["text"]
    panel.order("Run", "broken", seconds=1)

    assert "on purpose" in panel.row("broken", lambda row: row["state"] == "error")["error"]


def test_a_simulator_of_nengos_own_is_watched_and_takes_no_orders_but_for_its_diagram(panel):
    panel.run(
        LOAD, NETWORK, "reference = nengo.Simulator(net, progress_bar=False)\nreference.run(0.1)"
    )
    panel.open()

    row = panel.row("reference", lambda row: row["time"] > 0)
    panel.order("Run", "reference", seconds=1)
    said = panel.until(lambda message: message["type"] == "Notice")
    panel.order("ShowDiagram", "reference")
    shown = panel.until(lambda message: message["type"] == "Output")
    panel.run("reference.close()")
    panel.row("reference", lambda row: row["state"] == "closed")

    assert (row["kind"], row["neurons"], row["probes"], row["state"]) == ("other", 50, 1, "idle")
    assert row["time"] == pytest.approx(0.1)
    assert row["memory"] == 100 * 8
    assert said["text"] == row["reason"]
    assert "runs nowhere but in a cell" in said["text"]
    assert (shown["name"], shown["kind"]) == ("reference", "diagram")


def test_a_run_in_a_cell_is_followed_and_a_simulator_of_a_variable_is_listed(panel):
    panel.run(LOAD, NETWORK, "import nengo_nb\nother = nengo_nb.Simulator(net, progress_bar=False)")
    panel.open()

    cell = panel.client.execute("other.run(3000)")
    row = panel.row("other", lambda row: row["state"] == "cell")
    assert row["kind"] == "simulator"
    assert reply_to(panel.client, cell)["status"] == "ok"
    panel.row("other", lambda row: row["state"] == "idle" and row["time"] > 2999)
    panel.run("other.close()")
    panel.row("other", lambda row: row["state"] == "closed")
    panel.order("Run", "other", seconds=1)
    assert "was closed" in panel.until(lambda message: message["type"] == "Notice")["text"]


def test_a_network_that_has_changed_runs_with_a_new_simulator_and_the_page_is_told(panel):
    panel.run(LOAD, NETWORK)
    panel.open()
    panel.order("Run", "net", seconds=0.5)
    panel.row("net", lambda row: row["state"] == "idle" and row["time"] > 0)
    panel.run("with net:\n    later = nengo.Probe(net.ensembles[0])")

    panel.order("Run", "net", seconds=0.2)
    said = panel.until(lambda message: message["type"] == "Notice")
    row = panel.row("net", lambda row: row["state"] == "idle" and 0 < row["time"] < 0.5)

    assert "'net' has changed since its simulator was built (added: probe 'later')" in said["text"]
    assert row["time"] == pytest.approx(0.2)
    panel.run("sim = %nengo step net", "assert len(sim.data[later]) == 201, sim.n_steps")


def test_networks_inside_of_others_and_variables_of_loops_have_no_row(panel):
    panel.run(
        LOAD,
        "%%nengo net --no-show\ninner = nengo.networks.EnsembleArray(5, 2)",
        "for sub in [net]: pass",
    )
    panel.open()

    report = panel.until(lambda message: message["type"] == "Report")

    assert [row["name"] for row in report["rows"]] == ["net"]
