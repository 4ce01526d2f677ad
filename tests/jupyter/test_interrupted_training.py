"""In a notebook an interrupted training shows one sentence."""

from __future__ import annotations

import signal

import keras

from tests.simulator.networks import open_simulator, regression


class InterruptSecond(keras.callbacks.Callback):
    """Interrupts in the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            signal.raise_signal(signal.SIGINT)


def test_an_interrupted_training_shows_the_line_of_the_cell_and_a_sentence(bare_shell, capsys):
    model = regression(n_neurons=5)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        bare_shell.user_ns |= {"sim": sim, "model": model, "stop": InterruptSecond()}
        bare_shell.run_cell(
            "before = 1\nsim.fit(model.x, model.y, epochs=9, verbose=0, callbacks=[stop])"
        )

    assert capsys.readouterr().out.splitlines() == [
        "line 2: sim.fit(model.x, model.y, epochs=9, verbose=0, callbacks=[stop])",
        (
            "KeyboardInterrupt: training was stopped; what was learned so far is kept, and fit "
            "goes "
            "on from there."
        ),
    ]
