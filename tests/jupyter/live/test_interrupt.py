"""A live run in a real kernel: an interrupt between two cells pauses it, and one in a cell
is the cell's.
"""

from tests.jupyter.kernels import TIMEOUT, displays_until_idle, kernel, reply_to

__all__ = ["kernel"]

NETWORK = """
import nengo, nengo_nb
with nengo.Network(seed=1) as net:
    nengo.Probe(nengo.Node(lambda t: t))
sim = nengo_nb.Simulator(net, progress_bar=False)
view = nengo_nb.live(sim)
view.play(speed=None)
"""


def run(client, source):
    """Run a cell to its end; what its reply says."""
    request = client.execute(source)
    reply = reply_to(client, request)
    for _ in displays_until_idle(client, request):
        continue
    assert reply["status"] == "ok", reply.get("traceback")


def test_an_interrupt_between_two_cells_pauses_what_runs_live(kernel):
    manager, client = kernel
    run(client, NETWORK)
    run(client, "assert view.run.playing")

    manager.interrupt_kernel()
    run(client, "assert not view.run.playing and not view.run.ended and not view.run.error")
    run(client, "view.run.step(10)")

    run(client, "view.run.play()")
    # In short waits: Python does not see an interrupt that comes just before a wait until it is
    # over.
    request = client.execute(
        "print('in the cell', flush=True)\nimport threading\nwhile True:\n    "
        "threading.Event().wait(0.1)"
    )
    message = client.get_iopub_msg(timeout=TIMEOUT)
    while message["msg_type"] != "stream":
        message = client.get_iopub_msg(timeout=TIMEOUT)
    manager.interrupt_kernel()
    assert reply_to(client, request)["ename"] == "KeyboardInterrupt"
    for _ in displays_until_idle(client, request):
        continue
    run(client, "assert view.run.playing\nview.close()\nassert view.run.join(60)")
