"""Wrap Nengo's decoder cache: errors of the disk become a warning and a build without it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from nengo.cache import DecoderCache, NoDecoderCache, get_default_decoder_cache


class CarefulDecoderCache:
    """Decoder cache that survives errors of the disk and damaged entries.

    Nengo's own lets a full disk, a home folder without rights and a damaged entry end the build of
    a network that needs no cache at all.
    """

    def __init__(self) -> None:
        self._cache: DecoderCache | NoDecoderCache = NoDecoderCache()
        try:
            self._cache = get_default_decoder_cache()
        # The default cache makes its folder, which a home folder without rights refuses.
        except OSError as error:
            self._give_up(error)

    def __enter__(self) -> Self:
        self._cache.__enter__()  # Nengo handles errors of this one itself
        return self

    def __exit__(self, *raised: object) -> None:
        self._attempt(lambda: self._cache.__exit__(*raised))

    def shrink(self, limit: int | str | None = None) -> None:
        """Reduce the cache to its limit."""
        self._attempt(lambda: self._cache.shrink(limit))

    def invalidate(self) -> None:
        """Remove all that is in the cache."""
        self._cache.invalidate()

    def get_size(self) -> str:
        """Return the size of the cache with units."""
        return self._cache.get_size()

    def get_size_in_bytes(self) -> int:
        """Return the size of the cache."""
        return self._cache.get_size_in_bytes()

    def wrap_solver(self, solver: Callable[..., Any]) -> Callable[..., Any]:
        """Return a solver that looks for decoders in the cache first."""

        def solve(*arguments: Any, **options: Any) -> Any:
            # Nengo's wrapper calls the solver and then writes to the disk; when it raises, these
            # tell whether the solver had finished, or had failed itself.
            solutions: list[Any] = []
            failures: list[Exception] = []

            def remember(*arguments: Any, **options: Any) -> Any:
                try:
                    solutions.append(solver(*arguments, **options))
                except Exception as error:
                    failures.append(error)
                    raise
                return solutions[-1]

            try:
                return self._cache.wrap_solver(remember)(*arguments, **options)
            except Exception as error:
                if failures:  # of the solver, which have nothing to do with the cache
                    raise
                self._give_up(error)
            # A second time it would draw other random numbers.
            return solutions[-1] if solutions else solver(*arguments, **options)

        return solve

    def _attempt(self, act: Callable[[], Any]) -> None:
        """Call a method of the cache, and continue without a cache where that fails."""
        try:
            act()
        except Exception as error:  # a damaged index fails in as many ways as its pickle does
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Replace the cache by none, with a warning."""
        cache, self._cache = self._cache, NoDecoderCache()
        with suppress(Exception):  # it keeps what it can, and closes its file
            cache.__exit__(None, None, None)
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        warnings.warn(
            f"Decoders are solved without Nengo's cache of them, which cannot be used ({reason}); "
            "nengo.rc['decoder_cache'] names another path, or 'enabled': 'False'.",
            stacklevel=2,
        )
