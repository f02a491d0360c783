"""Random statements that change things, and what random loops go through; forms as in `forms`."""

from __future__ import annotations

UPDATES = {
    "ints": """
3: $@ints.append($int)
2: $@ints.append(len($=))
$@ints[len($=) // 2:] = [len($=), $=[0]]
$@ints.insert($(0 1 -1 5), $int)
$@ints[$index] = $int
$@ints[$index] $(+= -= ^= |=) $int
$@ints[$slice] = $ints[:3]
$@ints.extend($ints[:3])
$@ints.sort()
$@ints.sort(key=lambda q: -q % 5, reverse=$bool)
$@ints.reverse()
$@ints.remove($int)
$@ints.clear()
$@ints += $ints[:3]
$@ints *= $(1 2)
del $@ints[$index]
del $@ints[$slice]
$@ints[0], $=[-1] = $=[-1], $=[0]
$@ints.append($=.pop())
random.shuffle($@ints)
$@ints[:] = [q for q in $= if q $(> !=) $int]
""",
    "floats": """
$@floats.append($float)
$@floats[$index] $(= += *= -=) $float
$@floats.reverse()
$@floats.extend(q * 2 for q in $floats[:2])
""",
    "strs": """
$@strs.append($str)
$@strs[$index] = $str
$@strs[$index] += $str[:3]
$@strs.sort()
$@strs.insert(0, $str)
""",
    "grid": """
$@grid.append($ints)
$@grid[$index] = $ints
$@grid[$index][$index] $(= += -=) $int
$@grid[$index].append($int)
$@grid.reverse()
$@grid[$index] += [$int]
""",
    "pairs": "$@pairs.append($tis)\n$@pairs.sort(key=lambda q: q[1])\n$@pairs[$index] = $tis\n",
    "opts": "$@opts.append($oint)\n$@opts[$index] = $oint\n",
    "bools": "$@bools.append($bool)\n$@bools[$index] = $bool\n",
    "dsi": """
$@dsi[$str] = $int
$@dsi[str(len($=))] = len($=)
$@dsi[$str] = $=.get($str, 0) + $int
$@dsi.pop($str, None)
$@dsi.update($dsi)
$@dsi.setdefault($str, $int)
del $@dsi[$str]
$@dsi |= $dsi
$@dsi.clear()
$@dsi['a'] += $int
""",
    "dis": "$@dis[$int] = $str\n$@dis.setdefault($int, $str)\n$@dis.pop($int, '')\n",
    "dsl": "$@dsl.setdefault($str, []).append($int)\n$@dsl[$str] = $ints\n",
    "dtf": "$@dtf[$tii] = $float\n$@dtf[$int, $int] = $float\n",
    "iset": "$@iset.add($int)\n$@iset.discard($int)\n$@iset.remove($int)\n$@iset $(|= &= -= ^=) $iset\n$@iset.update($ints)\n",
    "sset": "$@sset.add($str)\n$@sset |= $sset\n$@sset.discard($str)\n",
    "F1": """
$@F1[$index] = $float
$@F1[$slice] = $float
$@F1[$index] $(+= -= *= /=) $float
$@F1[1:] = $=[:-1]
$@F1[1:] += $=[:-1]
$@F1[$= > $float] = $float
$@F1[$= < 0] *= -1
$@F1[::-1] += $=
$@F1[...] = $float
$@F1[:1] *= 2
$@F1 $(+= -= *= /=) $float
$@F1 $(+= -= *=) $F1[:1]
$@F1 += $F1
$@F1 *= $=
$@F1.fill($float)
$@F1.sort()
np.copyto($@F1, $float)
np.random.shuffle($@F1)
np.cumsum($@F1, out=$=)
np.$(sqrt negative sin)($@F1, out=$=)
np.add($@F1[1:], $=[:-1], out=$=[1:])
np.put($@F1, [0], $float)
np.clip($@F1, 0, 1, out=$=)
np.$(maximum minimum add multiply)($@F1, $float, out=$=)
$@F1[[0, 1]] = $float
$@F1[0], $=[-1] = $=[-1], $=[0]
""",
    "F2": """
$@F2[$index] = $float
$@F2[$index] += $F1[:1]
$@F2[$index, $index] $(= += *=) $float
$@F2[:, $index] $(= +=) $float
$@F2.T[0] = $float
$@F2 $(+= *=) $(float 2.0 $F1[:1])
$@F2[$= > $float] = $float
$@F2[$slice, ::-1] -= 1.0
""",
    "f1": "$@f1[$index] = $float\n$@f1 $(+= *=) $(2 0.5)\n$@f1[$slice] *= 2\n$@f1 += $=\n",
    "I1": """
$@I1[$index] $(= += -= //=) $(1 3 $int%100)
$@I1 $(+= -= *= //= %= |=) $(2 3 7)
$@I1[$slice] = $(0 -1)
$@I1[$= % 2 == 0] += 1
$@I1 += $I1[:1]
np.add.at($@I1, [0, 0], 1)
np.$(add multiply maximum)($@I1, 2, out=$=)
""",
    "I2": "$@I2[$index, $index] = $(1 2)\n$@I2[$index] += 1\n$@I2 *= 2\n",
    "U1": "$@U1 $(+= *= ^=) $(1 3)\n$@U1[$index] = $int % 256\n",
    "B1": "$@B1[$index] = $bool\n$@B1 $(&= |= ^=) $=[::-1]\n$@B1[$slice] = $bool\n",
    "Acc": """
$@Acc.n = $=.n + len($=.log)
$@Acc.add($=.n)
$@Acc.add($int)
$@Acc.n = $int
$@Acc.log = $ints[:4]
$@Acc.n += $int
$@Acc.rate = $float
$@Acc.log.append($int)
""",
    "Pt": "$@Pt.x = $=.x + 1\n$@Pt.x = $int\n$@Pt.x += $int\n$@Pt.y -= $float\n$@Pt.x, $=.y = $int, $float\n",
    "Bag": "$@Bag += $int\n$@Bag.xs = $ints\n$@Bag.xs[$index] = $int\n$@Bag.xs.reverse()\n",
    "Base": "$@Base.k = $int\n$@Base.k += $int\n",
    "int": "$@int $(+= -= //= %= ^= &= |=) $(int $int $int 3)\n$@int >>= 2\n$@int *= $(2 -1)\n$@int %= 1000003\n",
    "float": "$@float $(+= -= *= /= %=) $float\n",
    "str": "$@str += $str[:3]\n$@str = $=[-20:]\n$@str *= $(0 1 1)\n",
    "bool": "$@bool = not $=\n$@bool $(&= |= ^=) $bool\n",
    "F0": "$@F0 += $(float 1 $float)\n$@F0 *= $(0.5 2)\n",
}
"""Statements that change a variable or what it holds. Those on lists are cut to 8 items afterwards: a loop over one ends."""

HEADS = """
range($int % 5)|int
range($(0 1 4), $(5 -1 2 0), $(1 2 -1))|int
range(len($ints))|int
$ints[:5]|int
$ints|int
$str[:4]|str
$strs[:4]|str
$floats[:4]|float
$bools|bool
$grid[:3]|ints
$opts[:4]|oint
$dsi|str
$dsi.values()|int
list($dsi.items())[:4]|str,int
$dsi.items()|str,int
$dis.items()|int,str
$dsl.items()|str,ints
enumerate($ints[:4])|int,int
enumerate($strs, 1)|int,str
zip($ints[:4], $floats)|int,float
zip($ints, $strs, $ints)|int,str,int
$pairs|int,str
enumerate($pairs)|int,(int,str)
countdown($int % 5)|int
(q - 1 for q in $ints[:4] if q)|int
sorted($iset)[:4]|int
$iset|int
reversed($floats[:4])|float
reversed($ints)|int
[float(q) for q in $F1[:4]]|float
$F1[:4]|F0
$F1|F0
$I1|I0
$F2|F1
enumerate($F2)|int,F1
enumerate($F1)|int,F0
zip($F2, $F1)|F1,F0
(1, $int, $int)|int
map(len, $strs)|int
filter(None, $ints)|int
$dtf.items()|(int,int),float
Color|Color
$Bag|int
itertools.product($ints[:2], $ints[:2])|int,int
itertools.chain($ints, $ints)|int
itertools.pairwise($ints)|int,int
itertools.zip_longest($ints[:2], $ints[:2], fillvalue=0)|int,int
collections.Counter($str).items()|str,int
collections.deque($ints)|int
np.ndindex(2, 2)|int,int
enumerate(zip($ints, $strs))|int,(int,str)
map(lambda q: q * 2, $ints)|int
$tii|int
"""

"""What a `for` goes through, and the kinds of its targets."""
