"""anywidget of a live view: connects its layout in the kernel with pages, over one comm."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import bokeh
import traitlets

from nengo_nb.jupyter.comms.assets import read_static
from nengo_nb.jupyter.comms.bokeh_loader import bokeh_js
from nengo_nb.jupyter.comms.widget import Widget
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol.codec import read_message, sentence_of, write_message
from nengo_nb.jupyter.protocol.loader import BokehScript, WantBokeh
from nengo_nb.jupyter.protocol.preferences import Preferences
from nengo_nb.jupyter.protocol.recording import WantPlayer

from .defaults import prefer
from .frame_scheduler import FrameScheduler, pace_beside
from .handlers import answer
from .html_views import HtmlUpdates
from .keyboards import release_keys
from .layout_state import LayoutState
from .picture import encode_picture
from .players import answer_player
from .run import LiveRun
from .run_health import RunHealth
from .sounds import SpikeSounds

if TYPE_CHECKING:
    from nengo_nb.jupyter.outputs.player import Player
    from nengo_nb.simulator import Simulator

log = logging.getLogger(__name__)


class LiveWidget(Widget):
    """Widget of a live view, whose only synchronized state is a name.

    All else is sent when a page says that it is ready.
    """

    _esm = read_static("live.js")
    _css = read_static("live.css")
    version = traitlets.Unicode(bokeh.__version__).tag(sync=True)
    uid = traitlets.Unicode().tag(sync=True)

    def __init__(self, run: LiveRun, title: str) -> None:
        super().__init__(uid=uuid.uuid4().hex)
        self._own_layout = self.layout
        self._html = HtmlUpdates()
        self._sounds = SpikeSounds()
        self._health = RunHealth()
        self.keep_picture: Callable[[Simulator], None] | None = None
        self.keep_player: Callable[[Player], None] | None = None
        self.frame_scheduler = FrameScheduler(
            self._send_frame,
            lambda: pace_beside(run.pacing.speed, run.pacing.ratio, os.cpu_count() or 1),
        )
        self.layout_state = LayoutState(run, title, self._send_layout)
        # Scheduler and layout are there by now: from here on other threads call mark and rest.
        run.enter(self)
        self.on_msg(self._receive)

    def on_change(self) -> None:
        """Have a frame sent, or the last one if the run has ended. Called on any thread."""
        if self.layout_state.run.ended:
            self.frame_scheduler.finish()
        else:
            self.frame_scheduler.on_change()

    def on_pause(self, sim: Simulator) -> None:
        """Keep a picture, as the run pauses. Called on the run's thread."""
        if self.keep_picture is not None:
            self.keep_picture(sim)

    def draw_picture(self, sim: Simulator) -> str:
        """Return a PNG of the view in base64; empty where nothing can be drawn."""
        return encode_picture(self.layout_state, sim)

    def close(self) -> None:
        """Close the view and its scheduler; the run ends if it was the last one."""
        # ipywidgets calls close when a widget is deleted, perhaps after an __init__ that failed.
        if "layout_state" in self.__dict__:
            self.frame_scheduler.close()
            release_keys(self.layout_state.run.overrides)
            self.layout_state.run.leave(self)
            # Before the comm is closed: pages show that the view is over instead of an error.
            self.send(write_message(m.Closed()))
        super().close()
        self._own_layout.close()  # a widget of its own, which ipywidgets leaves behind

    def _send_frame(self, number: int) -> None:
        self.layout_state.grow()
        self.layout_state.drop_failed()
        frame, buffer = self.layout_state.frame(number)
        self.send(write_message(frame), [buffer])
        for update in self._html.changes(self.layout_state.plots):
            self.send(write_message(update))
        for clicks in self._sounds.changes(self.layout_state):
            self.send(write_message(clicks))
        findings = self._health.changes(self.layout_state)
        if findings is not None:
            self.send(write_message(findings))

    def _send_layout(self) -> None:
        # Described and sent in one piece, so that what a page got last is what there is.
        with self.layout_state.lock:
            self.send(write_message(self.layout_state.describe()))
        self.frame_scheduler.on_change()

    def _receive(self, _widget: object, content: Any, _buffers: list[bytes]) -> None:
        """Handle a message on the main thread or a subshell; nothing here waits or prints."""
        try:
            self._answer(read_message(content, m.TO_KERNEL))
        except Exception as error:
            if not isinstance(error, ValueError | LookupError):
                log.exception("a message of a page could not be answered")
            self.send(write_message(m.Notice(text=sentence_of(error))))

    def _answer(self, message: m.ToKernel) -> None:
        match message:
            case m.Ready(view=view, version=version):
                # A reloaded page has lost everything but the
                # widget's state, so the whole layout comes first.
                self._html.forget()
                self._health.forget()
                # The page before it may have gone while a key was held.
                release_keys(self.layout_state.run.overrides)
                self._send_layout()
                self.frame_scheduler.ready(view)
                # The scheduler's thread has ended with the
                # run: a page that comes later gets one frame.
                if self.layout_state.run.ended:
                    self._send_frame(self.frame_scheduler.sent)
                # Only said after the layout was sent, which an old page may show all the same.
                if version != VERSION:
                    raise ValueError("this page was made by another version of nengo_nb; reload it")
            case WantBokeh():
                self.send(write_message(BokehScript()), [bokeh_js()])
            case Preferences(frame_rate=frame_rate, default_plots=default_plots):
                self.frame_scheduler.limit(frame_rate)
                prefer(self.layout_state, default_plots)
            case m.Ack(number=number):
                self.frame_scheduler.acknowledge(number)
            case m.Hide(view=view, hidden=hidden):
                self.frame_scheduler.hide(view, hidden)
            case WantPlayer(as_file=as_file):
                keep = None if as_file else self.keep_player
                self.send(write_message(answer_player(self.layout_state, as_file, keep)))
            case _:
                reply = answer(self.layout_state, message)
                if reply is not None:
                    self.send(write_message(reply))
