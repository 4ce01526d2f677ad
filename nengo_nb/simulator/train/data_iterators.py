"""Close the ``tf.data`` iterators of Keras when the call that opened them ends.

Keras keeps its iterators in a reference cycle, so they live until Python collects garbage, and that
may be in the middle of a later training. Each has a thread that tunes it, sleeps for up to a minute
and is waited for when the iterator is destroyed, with no interrupt getting through.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nengo_nb.on_demand import keras, tf


class Minibatches:
    """The ``tf.data`` iterators that are open."""

    def __init__(self) -> None:
        self._opened: list[OpenIterator] = []
        self._depth = 0

    @contextmanager
    def closed_at_end(self) -> Iterator[None]:
        """Close opened iterators at the end of the outermost of nested contexts."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                for iterator in self._opened:
                    iterator.close()
                self._opened.clear()

    def open(self, dataset: Any) -> OpenIterator:
        """Open an iterator of a dataset."""
        # Those that reached their end have closed themselves.
        self._opened = [iterator for iterator in self._opened if iterator.is_open]
        self._opened.append(OpenIterator(iter(dataset)))
        return self._opened[-1]

    def strategy(self, strategy: Any) -> Any:
        """Wrap the ``tf.distribute.Strategy`` that Keras asks for datasets to iterate."""
        return _Strategy(strategy, self)


class ClosingModel(keras.Model):
    """A Keras model that closes its iterators when a call ends, by an error or interrupt too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.minibatches = Minibatches()

    @property
    def distribute_strategy(self) -> Any:
        """Keras' strategy, wrapped so that its iterators are closed."""
        return self.minibatches.strategy(super().distribute_strategy)

    def fit(self, *arguments: Any, **options: Any) -> Any:
        """``keras.Model.fit``, whose iterators are closed at the end."""
        with self.minibatches.closed_at_end():
            return super().fit(*arguments, **options)

    def evaluate(self, *arguments: Any, **options: Any) -> Any:
        """``keras.Model.evaluate``, whose iterators are closed at the end."""
        with self.minibatches.closed_at_end():
            return super().evaluate(*arguments, **options)

    def predict(self, *arguments: Any, **options: Any) -> Any:
        """``keras.Model.predict``, whose iterators are closed at the end."""
        with self.minibatches.closed_at_end():
            return super().predict(*arguments, **options)


class OpenIterator:
    """An iterator that can be destroyed while Keras still refers to it.

    Args:
        iterator: A ``tf.data`` iterator with no other references.
    """

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def __iter__(self) -> OpenIterator:
        return self

    def __next__(self) -> Any:
        """Return the next minibatch.

        Raises:
            StopIteration: There is none, or the iterator is closed.
        """
        if self._iterator is None:
            raise StopIteration
        try:
            return next(self._iterator)
        except StopIteration:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether there may be another minibatch."""
        return self._iterator is not None

    def close(self) -> None:
        """Destroy the iterator and its threads."""
        # The only reference, so TensorFlow destroys it here and not in a garbage collection of
        # Python's.
        self._iterator = None


class _Dataset:
    """A dataset without a thread that tunes it."""

    def __init__(self, dataset: Any, minibatches: Minibatches) -> None:
        self._dataset = dataset
        self._minibatches = minibatches

    def __iter__(self) -> OpenIterator:
        return self._minibatches.open(self._dataset)


class _Strategy:
    """See ``Minibatches.strategy``; all else is the strategy's own."""

    def __init__(self, strategy: Any, minibatches: Minibatches) -> None:
        self._strategy = strategy
        self._minibatches = minibatches

    def __getattr__(self, name: str) -> Any:
        return getattr(self._strategy, name)

    def experimental_distribute_dataset(self, dataset: Any) -> _Dataset:
        """Return the dataset without autotuning, unless its own options ask for it."""
        # The tuning thread is what destroying an iterator waits for.
        if dataset.options().autotune.enabled is None:
            options = tf.data.Options()
            options.autotune.enabled = False
            dataset = dataset.with_options(options)
        return _Dataset(self._strategy.experimental_distribute_dataset(dataset), self._minibatches)
