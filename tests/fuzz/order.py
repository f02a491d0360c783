"""Programs in which the order of evaluation shows: nearly every part changes something another part reads.

Holes: `I` an int, `L` a list of ints, `B` a test.
"""

from __future__ import annotations

from templates import Templates

PRELUDE = '''
import numpy as np


class Counter:
    def __init__(self, v: int) -> None:
        self.v = v
        self.log = [v]

    def add(self, k: int) -> int:
        self.v += k
        self.log.append(k)
        return self.v

    def put(self, k: int) -> int:
        self.v = k
        return k

    @property
    def twice(self) -> int:
        self.v += 1
        return 2 * self.v

    def __getitem__(self, k: int) -> int:
        self.log.append(k)
        return k + self.v

    def __setitem__(self, k: int, x: int) -> None:
        self.log.append(k * 10 + x)
        self.v = x

    def __add__(self, k: int) -> int:
        self.v -= 1
        return self.v + k

    def __contains__(self, k: int) -> bool:
        self.log.append(k)
        return k > self.v

    def __len__(self) -> int:
        self.v += 1
        return abs(self.v) % 5


def note(log: list[int], k: int) -> int:
    log.append(k)
    return k


def two(a: int, b: int = 3) -> int:
    return a * 2 - b


def many(*a: int, k: int = 0) -> int:
    return sum(a) * 2 + k


def grow(xs: list[int], k: int) -> list[int]:
    xs.append(k)
    return xs


def f(xs: list[int], ys: list[int], d: dict[str, int], a: np.ndarray[tuple[int], np.dtype[np.int64]], y: int, v: int):
    log = [0]
    o = Counter(v)
'''
CALLS = [
    "([1, 2, 3], [4, 5], {'a': 1, 'b': 2}, np.arange(3), 1, 2)",
    "([5], [], {'b': 0}, np.arange(3) - 1, -2, 0)",
    "([3, 1, 2, 0, 7, 7], [9], {'b': 9, 'a': 4, 'c': -1}, np.array([2, 2, 9]), 6, -3)",
]
LEAVES = {
    "I": """
xs.pop()\nxs.pop(0)\nxs[0]\nxs[-1]\nlen(xs)\nsum(xs)\nmax(xs)\nnote(log, {k})\nlen(grow(xs, {k}))\nd.pop('a', 7)\nd['b']\nd.setdefault('c', {k})
len(d)\ny\n(y := y + {k})\no.v\no.add({k})\no.twice\no[{k}]\n(o + {k})\nlen(o)\na[0].item()\nint(a[1])\n{k}
""",
    "L": "xs\nxs[:]\nys\nys[::-1]\nsorted(xs)\no.log",
    "B": "{I} > {I}\nnot {I}\n{I} in xs",
}
FORMS = {
    "I": """
({I} + {I})\n({I} - {I} * {I})\n({I} if {B} else {I})\n({I} and {I})\n({I} or {I})\nint({B})\nabs({I})\nmax({I}, {I})\nmin(*{L}, {I})\nsum({L}, {I})
{L}[{I} % 2]\n({I}, {I})[{I} % 2]\n[{I}, {I}, {I}].pop({I} % 3)\nint(a[{I} % 3])\ndivmod({I}, 7)[{I} % 2]\nlen({L})\nlen({L} + {L})\n{L}.count({I})
two({I}, {I})\ntwo(b={I}, a={I})\ntwo({I}, b={I})\ntwo(*[{I}, {I}])\ntwo(**{{'b': {I}, 'a': {I}}})\nmany(*{L}, k={I})\nmany({I}, *{L}, {I})
{{{I}: {I}}}.get({I}, {I})\no.put({I})\n(lambda p, q=5: p - q * {I})({I})\nnext(iter({L}), {I})
len(str({I}) + str({L}) + str({I}))\nlen('%s %s' % ({L}, {I}))\nlen('%s %d' % ({L}, {I}))\nlen('{{}} {{}} {{}}'.format({I}, {L}, {I}))
int(np.array([{I}, {I}]).sum())\nint(np.maximum({I}, {I}))\nlen(f"{{xs}} {{ {I} }} {{xs!r:>{{ {I} }}}} {{o.log}}")
""",
    "L": """
[*xs, {I}]\n[{I}, {I}]\n[*{L}, *{L}]\n[{I}, *ys, {I}]\nlist(({I}, *xs, {I}))\nxs + [{I}]\nxs * 2\n[q + {I} for q in xs]\n[q for q in ys if q > {I}]
list(d.values())\ngrow(xs, {I})\nxs[{I} % 2:]\n(xs if {I} > {I} else ys)\nlist(reversed(xs))\nlist(map(abs, {L}))\na.tolist()\nsorted({{*{L}, {I}}})
list({{**d, 'b': {I}, **d}}.values())\n[p - q for p, q in zip(xs, {L})]
""",
    "B": """
{I} > {I}\n{I} < {I} <= {I}\n{I} in {L}\n{I} in o\n{I} in d.values()\nnot {I}\n{L} == {L}\n({I} > 2 and {B})\n({I} == 3 or {B})
any(q > {I} for q in {L})
""",
}
STATEMENTS = [
    "y = {I}", "y += {I}", "y = xs[0] = {I}", "xs[0], y = {I}, {I}", "p, q = {I}, {I}\ny = p - q", "(p, q), r = ({I}, {I}), {I}\ny = p * q - r",
    "first, *rest = {L}\ny += first + len(rest)", "ys = {L}", "xs += {L}", "xs[:] = {L}", "xs[{I} % 2] = {I}", "xs[{I} % 2] += {I}",
    "xs[{I} % 3:{I} % 4] = {L}", "del xs[{I} % 2]", "xs.append({I})", "xs.insert({I}, {I})", "xs.extend({L})", "xs.sort(key=lambda q: q * {I})",
    "d['b'] = {I}", "d['b'] += {I}", "d[str({I})] = {I}", "o.v = {I}", "o.v += {I}", "o[{I}] = {I}", "o[{I}] += {I}", "a += {I}", "a[{I} % 3] = {I}",
    "a[{I} % 3] += {I}", "a[{I} % 2:] = {I}", "log.append({I})", "assert {B}, {I}", "if {B}:\n    y -= {I}\nelse:\n    xs.append({I})",
    "for z in {L}:\n    y += z\n    if y > 99:\n        break", "while {B}:\n    y += 1\n    break",
    "try:\n    y = {L}[{I}]\nexcept IndexError:\n    y = {I}",
]  # fmt: skip

LAST = "print(log, o.log, o.v)"


class Order(Templates):
    """One program."""

    prelude, calls, forms, leaves, statements, last, results = PRELUDE, CALLS, FORMS, LEAVES, STATEMENTS, LAST, "IIL"

    def result(self) -> str:
        return super().result() + ", y"
