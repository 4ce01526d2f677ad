"""Pages get the BokehJS of the installed Bokeh."""

from __future__ import annotations

from pathlib import Path

import bokeh
import pytest

from nengo_nb.jupyter.comms import bokeh_loader


@pytest.mark.parametrize("file", [bokeh_loader.BOKEH_JS, Path("moved.js")])
def test_a_page_gets_the_bokehjs_of_the_installed_bokeh_wherever_its_file_is(monkeypatch, file):
    monkeypatch.setattr(bokeh_loader, "BOKEH_JS", file)

    source = bokeh_loader.bokeh_js().decode()

    assert bokeh.__version__ in source
    assert "embed_item" in source
    assert len(source) > 500_000
