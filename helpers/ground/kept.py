"""Ground: what was read of tables that do not change for a while, kept for whoever reads it again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_KNOWN: ContextVar[dict | None] = ContextVar("what is known of tables", default=None)


@contextmanager
def unchanged() -> Iterator[None]:
    """Promise that no table or array changes inside: then what `kept` functions said of it stands.

    Yields
    ------
    None
    """
    token = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(token)


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Answer a question about the same tables and texts from memory, inside `unchanged`; else ask anew.

    Parameters
    ----------
    function : callable
        Whoever calls it does not write into its answer, which others read too.

    Returns
    -------
    callable
        What is the same is told by identity, texts by their letters. An argument with its name is not.
    """

    @wraps(function)
    def _called(*arguments: P.args, **named: P.kwargs) -> T:
        known = _KNOWN.get()
        if known is None or named:
            return function(*arguments, **named)
        key: Any = (function, *[each if isinstance(each, str) else id(each) for each in arguments])
        if key not in known:
            # The arguments live on with the answer, so that nothing else takes their identity.
            known[key] = function(*arguments, **named), arguments
        return known[key][0]

    return _called
