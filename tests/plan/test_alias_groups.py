"""Functions are told apart only when the order of their calls cannot matter."""

from __future__ import annotations

import functools
import types
import weakref
from collections import deque
from dataclasses import dataclass, field

import nengo
import numpy as np
import pytest

from nengo_nb.plan.alias_groups import is_isolated, share_groups
from nengo_nb.plan.effects import LIMIT

counter = 0.0
gain = 2.0
history: list[float] = []
table = np.arange(5.0)


def share(*functions) -> bool:
    """Whether all the functions end up in one group."""
    groups = share_groups(functions)
    assert sum(map(len, groups)) == len(functions)
    assert frozenset().union(*groups) == set(range(len(functions)))
    return len(groups) == 1


class Environment:
    """A closed loop: what one method stores, the other returns."""

    limit = 1.0

    def __init__(self):
        self.x = 0.0

    def sense(self, t):
        return self.x

    def act(self, t, u):
        self.x = np.clip(self.x + float(u[0]), -self.limit, self.limit)


class Tally:
    """State on the class, not on its instances."""

    total = 0

    def by_type(self, t):
        type(self).total += 1
        return self.total

    def by_name(self, t):
        Tally.total = Tally.total + 1
        return Tally.total

    @classmethod
    def by_class(cls, t):
        cls.total += 1
        return cls.total


class Logged:
    log: list[float] = []

    def __call__(self, t):
        self.log.append(t)
        return t


class Child(Environment):
    def sense(self, t):
        return super().sense(t) + 1


class Slotted:
    __slots__ = ("rows",)

    def __init__(self, rows):
        self.rows = rows

    def __call__(self, t):
        return self.rows[0]


@dataclass(frozen=True)
class Wave:
    frequency: float
    rows: list = field(default_factory=list)

    def __call__(self, t):
        return np.sin(self.frequency * t)


def reads_counter(t):
    return counter


def writes_counter(t, x):
    global counter
    counter = float(x[0])


def reads_gain(t):
    return gain * t


def marks_itself(t):
    marks_itself.calls += 1
    return marks_itself.calls


marks_itself.calls = 0


def marks_itself_late(t):
    marks_itself_late.calls = t
    return t


def fibonacci(t):
    return 1.0 if t < 1 else fibonacci(t - 1) + fibonacci(t - 2)


def scale(x):
    return gain * x


# --- no state in common
# -----------------------------------------------------------------------------------


def test_functions_of_time_alone_share_nothing():
    assert share_groups([np.sin, lambda t: np.cos(t), lambda t: t > 0.1]) == [{0}, {1}, {2}]


def test_one_stateless_function_used_twice_is_not_shared():
    def wave(t):
        return np.sin(scale(t))

    assert not share(wave, wave)
    assert is_isolated(wave)


@pytest.mark.parametrize(
    "function",
    [
        reads_gain,
        fibonacci,
        abs,
        functools.partial(scale, 3.0),
        Wave(2.0).__class__.__call__,
        np.mean,
        len,
    ],
)
def test_what_keeps_no_state_is_isolated(function):
    assert is_isolated(function)


def test_two_environments_of_one_class_share_nothing():
    first, second = Environment(), Environment()

    assert share_groups([first.sense, first.act, second.sense, second.act]) == [{0, 1}, {2, 3}]


def test_inheritance_alone_shares_nothing():
    assert not share(Child().sense, Child().sense)


def test_frozen_instances_of_one_class_share_nothing():
    assert not share(Wave(1.0), Wave(2.0))


def test_read_only_arrays_are_not_state():
    data = np.arange(3.0)
    data.flags.writeable = False

    assert not share(lambda t: data[0], lambda t: data[1])


def test_nengo_processes_and_distributions_are_not_state():
    dist, process = nengo.dists.Uniform(0, 1), nengo.processes.WhiteNoise()

    assert not share(lambda t: dist.high, lambda t: dist.low)
    assert not share(lambda t: process.scale, lambda t: process.scale)


def test_separate_generators_share_nothing():
    first, second = np.random.RandomState(0), np.random.RandomState(1)

    assert not share(lambda t: first.uniform(), lambda t: second.uniform())


def test_constants_and_rows_of_numbers_are_not_state():
    rows = tuple((float(i), i) for i in range(2 * LIMIT))

    assert not share(lambda t: rows[0], lambda t: rows[1])


# --- mutable objects
# --------------------------------------------------------------------------------------


def test_two_methods_of_one_object_share_it():
    environment = Environment()

    assert share(environment.sense, environment.act)


def test_a_list_in_two_closures_is_shared():
    inbox = [0.0]

    def send(t, x):
        inbox[0] = x

    assert share_groups([send, lambda t: t, lambda t: inbox[0]]) == [{0, 2}, {1}]


@pytest.mark.parametrize(
    "box", [{}, set(), deque(), bytearray(2), iter([1]), np.zeros(2), types.SimpleNamespace(x=1)]
)
def test_every_kind_of_container_is_shared(box):
    assert share(lambda t: box, lambda t, x: box)


def test_a_global_list_is_shared_through_functions_called():
    def record(x):
        history.append(x)

    assert share(lambda t: record(t), lambda t: len(history))


def test_a_list_inside_a_tuple_inside_a_default_is_shared():
    shared = []

    def first(t, box=(shared,)):
        return len(box[0])

    def second(t, *, box={"a": shared}):  # noqa: B006
        box["a"].append(t)

    assert share(first, second)


def test_a_default_list_is_shared_by_two_nodes_with_one_function():
    def remember(t, seen=[]):  # noqa: B006
        seen.append(t)

    assert share(remember, remember)
    assert not is_isolated(remember)


def test_views_of_one_array_are_one_object():
    data = np.zeros(10)
    front, back = data[:5], data[5:][::-1]

    def write(t, x):
        front[0] = x

    assert share(write, lambda t: back[0])
    assert share(write, lambda t: data[0])


def test_an_array_of_objects_is_walked():
    inner = []
    boxes = np.array([None, inner], dtype=object)

    assert share(lambda t: boxes[1], lambda t: inner)


def test_slots_partials_and_wrappers_are_walked():
    rows = [1.0]

    def plain(t):
        return rows[0]

    @functools.wraps(plain)
    def wrapped(t):
        return plain(t)

    assert share(
        plain, wrapped, Slotted(rows), functools.partial(lambda box, t: box[0], rows), rows.append
    )


def test_nested_functions_and_generators_are_walked():
    rows = [1.0]

    def outer(t):
        def inner():
            return [rows[0] for _ in range(2)]

        return inner()

    def numbers():
        yield from rows

    stream = numbers()
    assert share(outer, lambda t: next(stream))


def test_a_weak_reference_is_followed():
    environment = Environment()
    reference = weakref.ref(environment)

    assert share(environment.act, lambda t: reference().x)


def test_a_class_attribute_that_can_change_is_shared_by_all_instances():
    assert share(Logged(), Logged())


def test_a_list_field_of_a_frozen_instance_is_shared():
    rows = []

    assert share(Wave(1.0, rows), Wave(2.0, rows))


# --- variables bound anew
# ---------------------------------------------------------------------------------


def test_a_global_is_shared_only_with_those_who_rebind_it():
    assert share(reads_counter, writes_counter)
    assert not share(reads_counter, reads_counter)
    assert not share(reads_gain, writes_counter)


def test_a_nonlocal_is_shared_only_with_those_who_rebind_it():
    level, scale_ = 0.0, 1.0

    def write(t, x):
        nonlocal level
        level = x

    assert share_groups([write, lambda t: level, lambda t: scale_]) == [{0, 1}, {2}]


@pytest.mark.parametrize("name", ["by_type", "by_name", "by_class"])
def test_an_attribute_set_on_a_class_is_shared_by_all_instances(name):
    assert share(getattr(Tally(), name), getattr(Tally(), name))


def test_attributes_of_a_function_are_state():
    assert share(marks_itself, marks_itself)
    assert share(marks_itself_late, marks_itself_late)


def test_an_attribute_set_on_a_module_is_shared_with_its_readers():
    module = types.ModuleType("parameters")
    module.level = 1.0

    def write(t, x):
        module.level = x

    assert share(write, lambda t: module.level)
