"""A widget hears every page, whichever comm there is below it."""

from __future__ import annotations

from types import SimpleNamespace

from nengo_nb.jupyter.comms.widget import hear_all


def test_a_message_comes_the_way_that_the_page_sent_it():
    """As ipykernel 7.4 would have it, it came by the way of another page's last message."""
    comm = SimpleNamespace(_reply_subshell_for=lambda data, sent: "of another page")

    hear_all(comm)

    assert comm._reply_subshell_for({}, "of this page") == "of this page"


def test_a_comm_without_subshells_stays_as_it_is():
    comm = SimpleNamespace()

    hear_all(comm)

    assert vars(comm) == {}
