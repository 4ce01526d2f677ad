"""The outside world, random numbers, and code that cannot be seen through."""

from __future__ import annotations

import random
import weakref

import nengo
import numpy as np
import pytest

from nengo_nb.plan.alias_groups import share_groups
from nengo_nb.plan.effects import LIMIT


def share(*functions) -> bool:
    """Whether all the functions end up in one group."""
    return len(share_groups(functions)) == 1


def imports_inside(t):
    import random as generator

    return generator.random()


def test_what_is_printed_keeps_its_order():
    assert share_groups([lambda t: print(t), lambda t: t, lambda t: open("x")]) == [{0, 2}, {1}]  # noqa: SIM115, PTH123


def test_numpys_global_generator_is_shared():
    rand = np.random.rand
    dist = nengo.dists.Uniform(0, 1)

    assert share(
        lambda t: np.random.normal(), lambda t: np.random.rand(), rand, lambda t: dist.sample(1)
    )
    assert not share(lambda t: np.random.normal(), lambda t: np.sin(t))


def test_pythons_global_generator_is_shared():
    assert share(
        lambda t: random.random(), lambda t: random.gauss(0, 1), random.uniform, imports_inside
    )


def test_one_generator_of_ones_own_is_shared():
    generator = np.random.default_rng(0)

    assert share(lambda t: generator.normal(), lambda t: generator.integers(3))


@pytest.mark.parametrize(
    "source", ["exec('1')", "eval('1')", "globals()", "setattr(x, 'a', 1)", "f.__globals__"]
)
def test_code_that_can_do_anything_shares_with_everything(source):
    blind = eval(f"lambda t: {source}", {"x": 1, "f": share})  # noqa: S307

    assert share(blind, lambda t: 0.0, np.sin)


def test_a_graph_too_large_to_walk_shares_with_everything():
    boxes = [[] for _ in range(2 * LIMIT)]

    assert share(lambda t: len(boxes), lambda t: 0.0)


def test_a_weak_proxy_shares_with_everything():
    numbers = {1.0, 2.0}
    proxy = weakref.proxy(numbers)

    assert share(lambda t: len(proxy), lambda t: 0.0)
