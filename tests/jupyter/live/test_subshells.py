"""A live run in a real kernel: a page that goes takes its subshell along, and the next page
is heard all the same.
"""

from nengo_nb.jupyter.protocol import VERSION
from tests.jupyter.kernels import TIMEOUT, kernel, reply_to
from tests.jupyter.live.test_interrupt import NETWORK, run

__all__ = ["kernel"]


def ask(client, kind, content=None):
    """Ask on the control channel; the reply."""
    client.control_channel.send(client.session.msg(kind, content or {}))
    return client.get_control_msg(timeout=TIMEOUT)["content"]


def until(client, kind):
    """Wait for a message of a view; it is not far behind many frames."""
    for _ in range(300):
        message = client.get_iopub_msg(timeout=TIMEOUT)["content"].get("data", {})
        if message.get("content", {}).get("type") == kind:
            return
    raise AssertionError(f"no {kind}")


def say(client, comm, subshell, **content):
    """Send a message to a view, by way of a subshell."""
    data = {"method": "custom", "content": {"view": "page", **content}}
    message = client.session.msg("comm_msg", {"comm_id": comm, "data": data})
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)


def test_a_page_that_comes_after_another_has_gone_is_answered_while_the_simulation_plays(kernel):
    _, client = kernel
    run(client, NETWORK)
    request = client.execute("", user_expressions={"comm": "view.widget.comm.comm_id"})
    expressions = reply_to(client, request)["user_expressions"]
    comm = expressions["comm"]["data"]["text/plain"].strip("'")
    subshell = ask(client, "create_subshell_request")["subshell_id"]
    say(client, comm, subshell, type="Ready", version=VERSION)
    until(client, "Layout")
    until(client, "Frame")
    assert ask(client, "delete_subshell_request", {"subshell_id": subshell})["status"] == "ok"
    until(client, "Frame")

    say(client, comm, None, type="Ready", version=VERSION)

    until(client, "Layout")
    run(client, "view.close()\nassert view.run.join(60)")
