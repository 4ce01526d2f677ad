"""A ``keras.utils.PyDataset`` with inputs and targets by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nengo_nb.on_demand import keras

if TYPE_CHECKING:
    from .datasets import Examples


class NamedDataset(keras.utils.PyDataset):
    """Another ``PyDataset``, with inputs and targets by name."""

    def __init__(
        self, examples: Examples, data: keras.utils.PyDataset, weigh: Callable[..., Any]
    ) -> None:
        super().__init__(workers=data.workers, max_queue_size=data.max_queue_size)
        self.examples = examples
        self.inner = data
        self.weigh = weigh

    def __len__(self) -> int:
        return len(self.inner)

    def __getitem__(self, index: int) -> Any:
        return self.weigh(*self.examples.item(self.inner[index]))

    def on_epoch_end(self) -> None:
        """Pass the end of an epoch on to the wrapped dataset."""
        self.inner.on_epoch_end()
