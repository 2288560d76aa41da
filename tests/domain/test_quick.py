"""A class that is made quickly is the dataclass that it was."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from domain.quick import quick


@quick
@dataclass(frozen=True, slots=True, order=True)
class Thing:
    name: str
    count: int = 1
    args: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Usual:
    name: str
    count: int = 1
    args: Mapping[str, int] = field(default_factory=dict)


@pytest.mark.parametrize("given", [{}, {"count": 2}, {"args": {"a": 1}}, {"count": 3, "args": {}}])
def test_arguments_and_defaults_are_the_dataclass_s_own(given: dict):
    """Whatever is given or left out, the fields are what ``dataclass`` would have made of it."""
    quickly, usually = Thing("x", **given), Usual("x", **given)

    assert (quickly.name, quickly.count, quickly.args) == (usually.name, usually.count, usually.args)
    assert str(inspect.signature(Thing)) == str(inspect.signature(Usual))


def test_nothing_else_is_changed():
    """It cannot be changed, is equal by value, sorts, can be copied with changes and pickled, and shares no default."""
    thing = Thing("x")

    with pytest.raises(FrozenInstanceError):
        thing.count = 2
    with pytest.raises(TypeError):
        Thing()
    assert replace(thing, count=2) == Thing("x", 2) > thing
    assert pickle.loads(pickle.dumps(thing)) == thing
    assert thing.args is not Thing("x").args


def test_a_class_that_does_more_is_refused():
    """What its own ``__init__`` would do beside keeping its arguments is never left out in silence."""

    @dataclass(frozen=True, slots=True)
    class Checked:
        count: int

        def __post_init__(self) -> None:
            assert self.count

    with pytest.raises(TypeError, match="Checked"):
        quick(Checked)
