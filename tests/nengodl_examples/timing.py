"""Times of epochs, in seconds."""

from __future__ import annotations

import time

import keras


class EpochTimes(keras.callbacks.Callback):
    """Keeps the length of each epoch; the first one includes compiling."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.begin)
