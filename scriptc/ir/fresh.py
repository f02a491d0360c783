"""New containers may be declared wider than what is put into them: `xs = [1]` of a list that is to hold texts too.

A rule gives a container it makes no allocation sites and one it passes on the sites that it had (docs/ir.md). So asked with
every container of the operands marked by a site, its answer shows which containers are new.
"""

from __future__ import annotations

from dataclasses import replace

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ir.infer import infer
from scriptc.types import NEVER, DefaultDict, Deque, Dict, List, Set, Type, TypeGrowth, Union, is_subtype, strip_sites

OLD = frozenset({"old"})


def mark(t: Type) -> Type:
    """`t` with the site `old` on every container in it."""
    t = t.map(mark)
    return replace(t, sites=OLD) if isinstance(t, List | Deque | Set | Dict | DefaultDict) else t


def marked(call: Call) -> Call:
    """The call with the containers of its operands marked."""
    return replace(call, args=tuple(Arg(mark(a.type), a.const) for a in call.args))


def wider_when_new(op: OpDef, call: Call, declared: tuple[Type, ...]) -> bool:
    """May the results be declared so, although the rule's own types are not subtypes: do only new containers differ?"""
    try:
        derived = infer(op, marked(call))
    except (OpTypeError, TypeGrowth, LookupError):  # a rule may not take what no frontend makes
        return False
    return len(derived) == len(declared) and all(map(may_declare, derived, declared))


def may_declare(derived: Type, declared: Type) -> bool:
    """May a result that a rule types `derived`, operands marked, be declared `declared`?"""
    if is_subtype(strip_sites(derived), declared):
        return True
    if isinstance(derived, Union):
        return all(may_declare(m, declared) for m in derived.members)
    if isinstance(declared, Union):
        return any(may_declare(derived, m) for m in declared.members)
    if type(derived) is not type(declared) or getattr(derived, "sites", None):
        return False
    parts, wanted = derived.children(), declared.children()
    if not parts or len(parts) != len(wanted) or replace_parts(derived, wanted) != strip_sites(declared):
        return False
    return all(d == NEVER or may_declare(d, t) for d, t in zip(parts, wanted, strict=True))


def replace_parts(t: Type, parts: tuple[Type, ...]) -> Type:
    """`t` around other parts, without sites."""
    it = iter(parts)
    return strip_sites(t.map(lambda _: next(it)))
