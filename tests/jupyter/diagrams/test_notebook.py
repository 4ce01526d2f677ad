"""The diagrams of a notebook open their comm with the first drawing, and follow live runs."""

from types import SimpleNamespace

import pytest

from nengo_nb.jupyter.diagrams import notebook
from nengo_nb.jupyter.diagrams.activity import Activity
from nengo_nb.jupyter.diagrams.notebook import NotebookDiagrams
from nengo_nb.jupyter.live.runs import live_runs


@pytest.fixture
def followed(monkeypatch):
    """Observers that were added to the live runs."""
    observers = []
    monkeypatch.setattr(live_runs, "observe", observers.append)
    return observers


def test_live_runs_are_followed_from_the_first_drawing_on(monkeypatch, followed):
    kernel = SimpleNamespace(kernel=object(), user_ns={})
    monkeypatch.setattr(notebook, "get_ipython", lambda: kernel)
    diagrams = NotebookDiagrams()
    before = list(followed)

    comm = diagrams.comm

    assert before == []
    assert diagrams.comm is comm
    assert [type(observer) for observer in followed] == [Activity]
    comm.close()


def test_a_script_has_no_comm(monkeypatch, followed):
    monkeypatch.setattr(notebook, "get_ipython", lambda: None)

    assert NotebookDiagrams().comm is None
    assert followed == []
