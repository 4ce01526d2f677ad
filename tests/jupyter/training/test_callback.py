"""A training tells where it is, at most ten times a second, and how it ended."""

import io

import pytest

from nengo_nb.jupyter.training import callback, displays
from nengo_nb.jupyter.training.callback import Position, ProgressCallback
from nengo_nb.jupyter.training.displays import PageDisplay, TextDisplay

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(callback.time, "monotonic", lambda: Clock.now)
    return Clock


class Notes:
    """A display that remembers."""

    def __init__(self):
        self.frames, self.epochs, self.conclusions = [], [], []

    def show(self, position, history):
        self.frames.append(position.sentence())

    def epoch_ended(self, position):
        self.epochs.append(position.sentence())

    def close(self, conclusion, history):
        self.conclusions.append(conclusion)


def train(clock, epochs=2, batches=5, seconds=0.5, steps=5, until=None):
    """Let Keras' calls come at some pace; ``until`` is the batch, over all epochs, after
    which they end.
    """
    progress, done = ProgressCallback(Notes()), 0
    progress.set_params({"epochs": epochs, "steps": steps})
    progress.on_train_begin()
    for epoch in range(epochs):
        progress.on_epoch_begin(epoch)
        for batch in range(batches):
            clock.now += seconds
            progress.on_train_batch_end(batch, {"loss": 1 / (batch + 1)})
            done += 1
            if done == until:
                return progress
        progress.on_test_batch_end(0)
        progress.on_epoch_end(epoch, {"loss": 0.2, "val_loss": 0.3})
    return progress


def test_a_frame_names_epoch_batch_values_and_the_time_left(clock):
    progress = train(clock, until=7)

    assert progress.display.frames[-1] == "epoch 2 of 2, batch 2 of 5; loss 0.5; 2 s left"


def test_before_the_first_batch_is_done_it_compiles_and_no_time_can_be_told(clock):
    progress = train(clock, until=1)

    assert progress.display.frames == [
        "compiling the first batch",
        "epoch 1 of 2, batch 1 of 5; loss 1",
    ]


def test_validating_is_said(clock):
    progress = train(clock, epochs=1, until=5)
    clock.now += 1
    progress.on_test_batch_end(3)

    assert progress.display.frames[-1].startswith(
        "epoch 1 of 1, batch 5 of 5, validating; loss 0.2"
    )


def test_frames_come_at_most_ten_times_a_second(clock):
    progress = train(clock, epochs=1, batches=100, steps=100, seconds=0.01)

    assert 9 <= len(progress.display.frames) <= 12
    assert len(progress.display.epochs) == 1


def test_where_the_number_of_batches_is_unknown_it_is_known_after_an_epoch(clock):
    progress = train(clock, steps=None)

    assert "epoch 1 of 2, batch 3; loss 0.3333" in progress.display.frames
    assert "epoch 2 of 2, batch 3 of 5; loss 0.3333; 1 s left" in progress.display.frames
    (loss,) = progress.history.traces()
    assert loss.curve(0)[0].min() > 1, "the place of the batches of the first epoch is unknown"


def test_the_conclusion_says_how_it_ended(clock):
    whole, early, stopped, nothing = (
        train(clock),
        train(clock),
        train(clock, until=7),
        train(clock, epochs=0),
    )
    early.position = callback.replace(early.position, epochs=9)
    for progress, ended in (
        (whole, {}),
        (early, {}),
        (stopped, {"stopped": True}),
        (nothing, {"failed": True}),
    ):
        progress.close(**{"stopped": False, "failed": False, **ended})

    assert whole.display.conclusions[0].endswith(" s: loss 0.2, val_loss 0.3")
    assert "learned for 2 epochs in" in whole.display.conclusions[0]
    assert early.display.conclusions[0].endswith("val_loss 0.3; a callback ended it, of 9 epochs")
    assert stopped.display.conclusions[0].startswith(
        "stopped in epoch 2 of 2, batch 2 of 5, after "
    )
    assert stopped.display.conclusions[0].endswith(
        "it keeps the weights of the last whole minibatch"
    )
    assert nothing.display.conclusions == [
        "ended by an error before the first minibatch was done; nothing was learned"
    ]


def test_a_training_that_did_not_begin_shows_nothing():
    progress = ProgressCallback(Notes())

    progress.close(stopped=False, failed=True)

    assert progress.display.conclusions == []


# --- a page
# -----------------------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """Record all updates of displays, as pairs of a display's number and its bundle."""
    shown = []

    class Handle:
        opened = 0

        def display(self, bundle, raw):
            Handle.opened += 1
            self.number = Handle.opened
            shown.append((self.number, bundle))

        def update(self, thing, raw=False):
            shown.append((self.number, thing if raw else thing._repr_mimebundle_()[0]))

    monkeypatch.setattr(displays, "DisplayHandle", Handle)
    return shown


def watched(clock, display):
    progress = train(clock, until=7)
    display.show(progress.position, progress.history)
    clock.now += 1
    display.show(progress.position, progress.history)
    return progress


def test_a_page_shows_the_button_once_and_each_frame_as_one_message(shown, clock):
    watched(clock, PageDisplay("net"))

    assert [number for number, _ in shown] == [1, 2, 2]
    assert 'class="nengo-nb-stop" hidden' in shown[0][1]["text/html"]
    assert "interrupt the kernel" in shown[0][1]["text/html"]
    frame = shown[2][1]
    assert frame["text/plain"] == "net: epoch 2 of 2, batch 2 of 5; loss 0.5; 2 s left"
    assert 'value="0.7000"' in frame["text/html"]
    assert frame["text/html"].count("<polyline") == 3


def test_at_the_end_the_page_keeps_one_line_and_a_plot(shown, clock):
    display = PageDisplay("net")
    progress = watched(clock, display)

    display.close("learned", progress.history)

    assert shown[-2] == (1, {"text/html": "<div>net learned</div>", "text/plain": "net learned"})
    number, bundle = shown[-1]
    assert number == 2
    assert bundle["text/plain"] == "Plot of loss"
    assert {"image/png", "text/html"} < bundle.keys()


def test_a_training_that_reported_nothing_leaves_no_plot(shown, clock):
    display = PageDisplay("net")
    progress = train(clock, epochs=0)
    display.show(progress.position, progress.history)

    display.close("stopped", progress.history)

    assert shown[-1] == (2, {"text/html": "", "text/plain": ""})


def test_names_are_only_text_on_a_page(shown, clock):
    display = PageDisplay(EVIL)
    progress = ProgressCallback(display)
    progress.set_params({"epochs": 1, "steps": 1})
    progress.on_train_begin()
    progress.on_epoch_begin(0)
    clock.now += 1
    progress.on_train_batch_end(0, {EVIL: 1.0})
    progress.on_epoch_end(0, {EVIL: 1.0})
    progress.close(stopped=False, failed=False)

    assert len(shown) == 5
    assert not any("<script>alert" in bundle["text/html"] for _, bundle in shown)


# --- a line of text
# ---------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_in_a_terminal_one_line_is_written_over(clock):
    written = Terminal()
    display = TextDisplay("net", written)

    progress = watched(clock, display)
    display.epoch_ended(Position(2, 2, 5, 5, logs={"loss": 0.1}))
    display.close("learned", progress.history)

    line, end = written.getvalue().split("\n")
    states = [state.rstrip() for state in line.split("\r")]
    assert states[-2:] == ["net: epoch 2 of 2, batch 5 of 5; loss 0.1", "net learned"]
    assert end == ""


def test_a_file_gets_the_conclusion_alone(clock):
    written = io.StringIO()
    display = TextDisplay("net", written)

    progress = watched(clock, display)
    display.epoch_ended(Position(2, 2, 5, 5, logs={"loss": 0.1}))
    display.close("learned", progress.history)

    assert written.getvalue() == "net learned\n"
