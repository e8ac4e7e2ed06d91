"""Named tuples, made ready in a tenth of the time that Python's own take: before its first question a process makes a hundred of them.

They do what those of `typing` do, and a type checker takes them for those. What differs is how a class comes about: the methods stand in one
class for all, and what makes a value is not compiled from text but copied from one that takes as many values.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter
    from types import FunctionType

    _new = tuple.__new__

    # ruff: noqa: E741 - what counts is how many values each takes; their names are given below
    _TAKING = (
        lambda c: _new(c, ()),
        lambda c, a: _new(c, (a,)),
        lambda c, a, b: _new(c, (a, b)),
        lambda c, a, b, d: _new(c, (a, b, d)),
        lambda c, a, b, d, e: _new(c, (a, b, d, e)),
        lambda c, a, b, d, e, f: _new(c, (a, b, d, e, f)),
        lambda c, a, b, d, e, f, g: _new(c, (a, b, d, e, f, g)),
        lambda c, a, b, d, e, f, g, h: _new(c, (a, b, d, e, f, g, h)),
        lambda c, a, b, d, e, f, g, h, i: _new(c, (a, b, d, e, f, g, h, i)),
        lambda c, a, b, d, e, f, g, h, i, j: _new(c, (a, b, d, e, f, g, h, i, j)),
        lambda c, a, b, d, e, f, g, h, i, j, k: _new(c, (a, b, d, e, f, g, h, i, j, k)),
        lambda c, a, b, d, e, f, g, h, i, j, k, l: _new(c, (a, b, d, e, f, g, h, i, j, k, l)),
    )
    """By the number of values what makes a tuple of them."""

    def _maker(name, fields, defaults):
        """What makes a value of a class of this name and these fields."""
        if len(fields) < len(_TAKING):
            taking = _TAKING[len(fields)]
        else:
            names = ", ".join(fields)
            taking = eval(f"lambda _cls, {names}: _new(_cls, ({names}))")  # noqa: S307 - names that stand in a class of ours
        code = taking.__code__.replace(co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__")
        return FunctionType(code, {"_new": _new}, "__new__", defaults)

    class _Named(tuple):
        """What named tuples of every kind can do."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values):
            made = _new(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **values):
            made = self._make(map(values.pop, self._fields, self))
            if values:
                raise ValueError(f"Got unexpected field names: {list(values)!r}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            values = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{self.__class__.__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)

    class _Making(type):
        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            body |= {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            body["__new__"] = _maker(name, fields, tuple(defaults.values()))
            for position, field in enumerate(fields):
                body[field] = _tuplegetter(position, f"Alias for field number {position}")
            return type(name, (_Named,), body)

    NamedTuple = type.__new__(_Making, "NamedTuple", (), {})
