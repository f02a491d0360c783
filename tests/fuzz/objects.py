"""Programs about objects: enums, NamedTuples, dataclasses, properties, operators, inheritance, and what `collections` and `heapq` have.

Holes as in `templates`: `I` an int, `B` a test, `S` a text, `K` a `Level`, `F` a function of an int.
"""

from __future__ import annotations

from templates import Templates

PRELUDE = '''
from __future__ import annotations
import bisect
import heapq
import itertools
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from functools import partial, reduce
from typing import NamedTuple, Optional


class Kind(Enum):
    A = "a"
    B = "b"
    C = "c"

    @property
    def nxt(self) -> "Kind":
        order = [Kind.A, Kind.B, Kind.C]
        return order[(order.index(self) + 1) % 3]

    @classmethod
    def of(cls, k: int) -> "Kind":
        return [cls.A, cls.B, cls.C][k % 3]


class Level(IntEnum):
    LOW = 1
    MID = 5
    HIGH = 9


class Pt(NamedTuple):
    x: int
    y: int = 3

    def shift(self, k: int) -> "Pt":
        return self._replace(x=self.x + k)

    def __add__(self, other: "Pt") -> "Pt":
        return Pt(self.x + other.x, self.y - other.y)


@dataclass(order=True)
class Item:
    rank: int
    name: str = "n"
    tags: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rank %= 7

    def tag(self, k: int) -> "Item":
        self.tags.append(k)
        return self


@dataclass(frozen=True)
class Key:
    a: int
    b: str = "k"


class Base:
    count = 0
    scale = 2

    def __init__(self, v: int) -> None:
        self._v = v
        self.seen: list[int] = []

    @property
    def v(self) -> int:
        self.seen.append(self._v)
        return self._v

    @v.setter
    def v(self, x: int) -> None:
        if x > 50:
            raise ValueError(f"too big: {x}")
        self.seen.append(-x)
        self._v = x

    @staticmethod
    def clip(k: int, top: int = 9) -> int:
        return min(k, top)

    @classmethod
    def make(cls, k: int) -> "Base":
        return cls(k * cls.scale)

    def value(self, k: int = 1) -> int:
        return self._v * self.scale + k

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Base) and self._v == other._v

    def __hash__(self) -> int:
        return hash(self._v)

    def __lt__(self, other: "Base") -> bool:
        return self._v < other._v

    def __bool__(self) -> bool:
        return self._v != 0

    def __radd__(self, k: int) -> int:
        return k * 10 + self._v

    def __mul__(self, k: int) -> "Base":
        return type(self)(self._v * k % 30)

    def __imul__(self, k: int) -> "Base":
        self._v = self._v * k % 30
        return self

    def __neg__(self) -> int:
        return -self._v

    def __iter__(self):
        for i in range(self._v % 4):
            yield i + self._v

    def __contains__(self, k: int) -> bool:
        return k == self._v

    def __len__(self) -> int:
        return abs(self._v) % 5

    def __getitem__(self, i: int) -> int:
        if i > 3:
            raise IndexError(f"no {i}")
        return self._v + i

    def __enter__(self) -> int:
        self.seen.append(100)
        return self._v

    def __exit__(self, t, e, tb) -> bool:
        self.seen.append(200 if t is None else 300)
        return self._v % 2 == 0

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._v})"


class Sub(Base):
    scale = 3

    def __init__(self, v: int, w: int = 4) -> None:
        super().__init__(v + 1)
        self.w = w

    def value(self, k: int = 2) -> int:
        return super().value(k) + self.w

    @classmethod
    def make(cls, k: int) -> "Base":
        made = super().make(k)
        made.seen.append(k)
        return made

    def __call__(self, k: int) -> int:
        self.w += k
        return self.w


def apply(fn, k: int) -> int:
    return fn(k) + 1


def pairs(n: int):
    for i in range(n % 4):
        yield i, i * i


def f(n: int, word: str, xs: list[int]):
    log: list[str] = []
    q, h = deque(xs), sorted(xs)
    c, dd, ll, od = Counter(word), defaultdict(int, {"p": n}), defaultdict(list), {"u": n, "w": 2}
    p, it, kind, lv = Pt(n), Item(n, word), Kind.B, Level.MID
    b, s = Base(n), Sub(n + 1)
    items, kd, bd = [Item(2), Item(n, "m", [1])], {Key(1): 5}, {Base(3): 1}
    o: Optional[int] = None
    fn = s.value
'''
CALLS = ["(1, 'xyx', [3, 1, 2])", "(0, '', [])", "(6, 'hello', [5, 5, 0, -2, 8])"]
FORMS = {
    "I": """
{k}\nn\nlen(q)\nlen(h)\nq[0]\nh[0]\nc['x']\ndd['p']\np.x\np.y\ns.w\nb.v\nb.value()\ns.value(k={I})\nBase.clip({I})\ns.clip({I}, {I})\nlen(b)
b[{I} % 5]\ns({I})\nint({K})\nsum(b)\n-b\n({I} + b)\nit.rank\nlen(it.tags)\nlv.value\nint(lv)\n{I} + {I}\n{I} * {I} - {I}\n{I} % 5
({I} if {B} else {I})\nmax({I}, {I})\nmin(h, default={I})\nq.popleft()\nq.pop()\nheapq.heappop(h)\nheapq.heappushpop(h, {I})
bisect.bisect(h, {I})\nbisect.bisect_left(sorted(q), {I})\nc.pop('x', {I})\nc.total()\nsum(c.values())\ndd.get('z', {I})
dd['q' if {B} else 'r']\nmax(q, default={I})\nq.count({I})\nq.index({I})\nreduce(lambda a, b: a * 2 - b, q, {I})\napply({F}, {I})\n{F}({I})
kd.get(Key({I}), {I})\nbd.get(Base({I}), {I})\nsum(x * y for x, y in pairs({I}))\nlen({S})\nlen(set(map(Base, q)))\nnext(iter(q), {I})
next((z for z in q if z > {I}), {I})\nsum(itertools.islice(q, {small}))\n(n := {I})\nod.popitem()[1]\nlist(od).index('u')
next(reversed(od.values()))\nsum(x.rank for x in items)\nmin(items).rank\nsorted(items)[-1].rank\nitems[0].rank\nitems[-1].tags[0]
sorted([s, b])[0].value()\nmax([b, s, Base({I})]).value({I})
""",
    "B": """
{I} > {I}\nb == s\nb == Base({I})\ns < b\nbool(b)\nnot s\nb\n{I} in b\n{I} in q\nkind is Kind.A\nkind == Kind.of({I})\nlv > {I}
lv is Level.LOW\np == Pt({I})\np < Pt({I}, {I})\nit < Item({I})\nit == Item({I}, 'n')\nKey({I}) in kd\n'x' in c\n'p' in dd
isinstance(b, Sub)\nisinstance(s, Base)\nBase({I}) in bd\nq\nh\nc == Counter('xy')\nany(z > {I} for z in q)\nall(items)\n{B} and {B}
{B} or {B}\no is None\no is not None and o > {I}\nb is s\nkind in (Kind.A, Kind.B)
""",
    "S": """
str(b)\nrepr(s)\nf'{p} {kind}'\nstr(q)\nf'{it!r:>{n % 20}}'\nstr(c)\nrepr(dd)\nkind.value\nkind.name\nstr(lv)\nlv.name\nf'{lv} {lv:>3}'
str(items)\nstr(od)\nf'{b}{s!r}'\nstr(c.most_common(2))\nstr(dict(kd))\nstr(p.shift({I}) + Pt({I}))\n'-'.join(map(str, q))
str(replace(it, rank={I}))\nstr(sorted(c.elements()))\nstr(list(od.items()))\nstr(p._asdict())\nstr(kind)\nrepr(kind)\nstr(list(pairs({I})))
str(b * {I})\nstr(type(s).__name__)\nstr(list(b)) + str(list(s))\nstr(o)\nstr(sorted(kd, key=lambda k: (k.a, k.b)))
""",
    "K": """
Level.LOW\nLevel.HIGH\nlv\nLevel({I})\nmax(Level.MID, lv)
""",
    "F": """
fn\npartial(apply, s)\npartial(Base.clip, top={I})\n(lambda z: z - {I})\nb.value\ns\nBase.clip\nabs\n(fn if {B} else abs)
""",
}
QUIET = {"I": "n", "B": "q", "S": "kind.value", "K": "lv", "F": "abs"}
STATEMENTS = [
    "q.append({I})", "q.appendleft({I})", "q.rotate({I})", "q.extend([{I}, {I}])", "q = deque([{I}, *q], maxlen=4)", "heapq.heappush(h, {I})",
    "heapq.heapify(h)", "h = heapq.nsmallest(3, q)", "bisect.insort(h, {I})", "c['x'] += {I}", "c[{S}[:1]] += 1", "c.update({S})",
    "c = c + Counter('xyz')", "c.subtract('x')", "dd['p'] += {I}", "dd[{S}[:2]] = {I}", "ll[{I} % 3].append({I})", "od['u'] = {I}",
    "p = p.shift({I})", "p = Pt({I}, {I})", "p += Pt({I})", "x, y = p\nn = x - y", "b.v = {I}", "b.v += {I}", "b._v -= {I}", "s.w = {I}",
    "s.scale = {I}", "b *= {I}", "b = b * {I}", "b = Base.make({I})", "b = Sub.make({I})", "b = s", "s = Sub({I}, w={I})", "it.rank = {I}",
    "it = it.tag({I})", "it = Item({I}, {S}[:3])", "it.tags += [{I}]", "items.append(it)", "items.sort()",
    "items.sort(key=lambda z: (len(z.tags), -z.rank))", "items[0] = Item({I})", "kind = kind.nxt", "kind = Kind.of({I})", "kind = Kind({S}[:1])",
    "lv = {K}", "kd[Key({I})] = {I}", "kd[Key({I}, {S}[:2])] = len(kd)", "bd[b] = {I}", "bd[Base({I})] = {I}", "o = {I} if {B} else None",
    "n = {I}", "n += {I}", "fn = {F}", "print({S})", "log.append({S})", "if {B}:\n    {ST}\nelse:\n    {ST}",
    "for z in list(q)[:4]:\n    n += z\n    {ST}", "for z in b:\n    n -= z\n    if {B}:\n        break\nelse:\n    {ST}",
    "while q and n < 60:\n    n += abs(q.pop()) + 1", "with b as w:\n    n += w\n    {ST}",
    "with s as w:\n    if {B}:\n        raise KeyError({I})\n    {ST}",
    "try:\n    {ST}\nexcept (IndexError, KeyError) as e:\n    log.append(type(e).__name__)\nfinally:\n    n += 1",
    "try:\n    {ST}\nexcept ValueError as e:\n    log.append(str(e))\nelse:\n    {ST}",
    "match p:\n    case Pt(0, y):\n        n += y\n    case Pt(x=3) | Pt(y=3):\n        {ST}\n    case (x, _) if x > {I}:\n        n = x",
    "match it:\n    case Item(rank=0):\n        n += 1\n    case Item(name='n', tags=[t, *_]):\n        n += t\n    case _:\n        {ST}",
    "match kind:\n    case Kind.A:\n        {ST}\n    case Kind.B:\n        n -= 1", "for k, w in c.items():\n    n += len(k) * w",
    "for i, (x, y) in enumerate(pairs({I})):\n    n += x * i - y", "n = n if o is None else o", "del kd[Key({I})]",
    "if s:\n    b.seen.append(s.value())",
]  # fmt: skip
LAST = """\
print(log, n, q, h, c, dict(dd), dict(ll), od)
print(p, it, kind, lv, b, s, b.seen, s.seen, s.w, items, kd, bd, o)"""


class Objects(Templates):
    """One program."""

    prelude, calls, forms, leaves, statements, last, results = PRELUDE, CALLS, FORMS, QUIET, STATEMENTS, LAST, "IIBS"
