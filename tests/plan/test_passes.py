"""The passes stand in a table, and the table is true."""

from __future__ import annotations

import sys
from dataclasses import fields, replace

import nengo
import pytest
from nengo.builder import Model

from nengo_nb.errors import InconsistentPlanError
from nengo_nb.plan import check
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.passes import PASSES, Draft, Request
from nengo_nb.simulator.run.planning import share_python, signature_of
from tests.plan.networks import mixed_bag

PARTS = [part.name for part in fields(Draft)]


class Unread:
    """Stands where a pass must not look."""

    def __getattr__(self, name):
        raise AssertionError("a pass reads what it does not say it needs")

    def __iter__(self):
        raise AssertionError("a pass reads what it does not say it needs")

    __len__ = __getitem__ = __contains__ = __bool__ = __iter__


def drafts(net: nengo.Network) -> list[Draft]:
    """The draft before each pass, and the last one."""
    model = Model(dt=0.001)
    model.build(net)
    found = [Draft(Request(model, signature_of, share_python, MODELS[Device.CPU]))]
    for one in PASSES:
        found.append(one.run(found[-1]))
    return found


def test_a_pass_needs_only_what_passes_before_it_have_given():
    given = {"request"}
    for one in PASSES:
        assert set(one.needs) <= given, one.name
        given.add(one.gives)

    assert given == set(PARTS)


def test_each_part_of_a_draft_is_given_by_one_pass():
    assert len({one.gives for one in PASSES}) == len(PASSES)


@pytest.mark.parametrize("number", range(len(PASSES)), ids=[one.name for one in PASSES])
def test_a_pass_reads_nothing_but_what_it_says_it_needs(number):
    one = PASSES[number]
    before = drafts(mixed_bag())[number]
    unread = {part: Unread() for part in PARTS if part not in one.needs}

    after = one.run(replace(before, **unread))

    assert not isinstance(getattr(after, one.gives), Unread)


@pytest.mark.parametrize("number", range(len(PASSES)), ids=[one.name for one in PASSES])
def test_a_pass_gives_one_part_and_leaves_the_others_as_they_are(number):
    before, after = drafts(mixed_bag())[number : number + 2]

    changed = [part for part in PARTS if getattr(before, part) is not getattr(after, part)]

    assert changed == [PASSES[number].gives]


def test_nothing_is_wrong_behind_any_pass():
    found = drafts(mixed_bag())

    for one, draft in zip(PASSES, found[1:], strict=True):
        assert list(one.problems(draft)) == []


def test_a_pass_that_gives_something_unsound_ends_planning_by_name(monkeypatch):
    schedule = next(one for one in PASSES if one.name == "schedule")
    at = PASSES.index(schedule)
    forgetful = replace(schedule, run=lambda draft: replace(schedule.run(draft), schedule=()))
    build = sys.modules["nengo_nb.plan.build"]
    monkeypatch.setattr(build, "PASSES", (*PASSES[:at], forgetful, *PASSES[at + 1 :]))
    model = Model(dt=0.001)
    model.build(mixed_bag())

    with pytest.raises(InconsistentPlanError, match="'schedule'.* is in no stage"):
        build.make_plan(model, signature_of, share_python, MODELS[Device.CPU])


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("0", False), ("off", False), ("", False)]
)
def test_plans_are_checked_where_the_environment_says_so(monkeypatch, value, expected):
    monkeypatch.setenv(check.VARIABLE, value)

    assert check.is_on() is expected


def test_plans_of_tests_are_checked():
    assert check.is_on()
