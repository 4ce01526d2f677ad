"""Pairs of semantic pointers, bound by circular convolution."""

from __future__ import annotations

import numpy as np


def random_pointers(rng, *shape):
    """Return vectors of length one."""
    vectors = rng.standard_normal(shape)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def bind(a, b):
    """Return the circular convolution of vectors."""
    return np.fft.irfft(np.fft.rfft(a) * np.fft.rfft(b), n=a.shape[-1])


def accuracy(answers, fillers, asked):
    """Return how often the answer is most similar to the filler that was asked for.

    Args:
        answers: ``(examples, dimensions)``.
        fillers: ``(examples, pairs, dimensions)``.
        asked: Number of the pair that was asked for, ``(examples,)``.
    """
    similarities = np.einsum("ed,epd->ep", answers, fillers)
    return np.mean(similarities.argmax(axis=-1) == asked)


def similarity(answers, targets):
    """Return the mean cosine of answers and targets, ``(examples, dimensions)``."""
    lengths = np.linalg.norm(answers, axis=-1) * np.linalg.norm(targets, axis=-1)
    return np.mean(np.sum(answers * targets, axis=-1) / np.maximum(lengths, 1e-9))
