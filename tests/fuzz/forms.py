"""What random expressions of each kind look like.

A form is Python text with holes:

    $int        an expression of that kind          $@ints    a variable of that kind; `$=` is the same one again
    $~int       a name or a plain number            $(+ - *)  one of these words, which may have holes too

A number and a colon in front: so many times as likely.
"""

from __future__ import annotations

from array_forms import ARRAY_FORMS
from kinds import LISTS

FORMS = {
    "slice": """
$(0 1 -1 2 -2):$(0 1 -1 2 9)
:$(1 2 -1 9)
$(0 1 -2):
::$(2 -1 -2)
$(0 1 -1 2 -2 9):$(0 1 -1 2 -2 9):$(1 2 -1 -2)
$int % 4:$int % 5
:
""",
    "index": """
0
-1
1
$int % 3
$int % 2
$int
""",
    "test": """
$bool
$bool
$bool
$bool
$int
$str
$ints
$dsi
$F0 $(< > == !=) $float
$I0 $(< >= ==) $int
$F1.sum() > $float
not $oint
$F1.any()
$B1.all()
""",
    "int": """
6: ($int $(+ - + - & | ^) $int)
3: (($int * $int) % $(97 1000003 1180591620717411303424 -7))
6: ($int $(// %) $(3 -4 7 2 -3 $int))
(($int % 50) ** $(0 1 2 3))
(($int $(<< >>) $(0 1 5 33 40)) % $(1000000000 73786976294838206464))
($(- ~ +)($int))
abs($int)
len($(str ints strs dsi iset grid pairs sset))
len($(F1 F2 I1 B1))
$(min max)($int, $int)
$(min max)($int, $int, $int)
sum($ints)
$dsi.get($str, $int)
($dsi or {'k': 3})[$(str 'k' 'a')]
$(tif tis tii)[0]
$tii[-1]
3: ($int $(and or) $int)
$str.$(find count rfind)($str)
int($(bool $bool $bool))
sum(q * $int for q in $ints if q)
sum(len(q) for q in $(grid strs))
sum(countdown($int % 5))
max(countdown($int % 5), default=$int)
max($ints, key=lambda q: (-q % 4, q), default=$int)
min($ints, default=$int)
(lambda q, w=$int: q - w)($int)
int($float % 100)
int('$(7 12 -3)')
round($float % 1000)
divmod($int, $(7 -3 $int))[$(0 1)]
pow($int, $(0 2 5), $(7 1000))
math.floor($float % 100)
math.gcd($int, $int)
math.$(isqrt factorial)(abs($int) % 10)
math.comb(abs($int) % 9, $(0 2 3))
random.randint(0, abs($int) % 9)
random.choice($ints or [3])
collections.Counter($str)[$str[:1]]
sum(collections.Counter($ints).values())
len(collections.deque($ints, maxlen=$(2 3)))
($str.encode() or b'q')[0]
sum($str.encode())
int.from_bytes($str.encode()[:3], 'big')
sum(itertools.chain($ints, $ints))
operator.$(add sub mul)($int % 1000, $int % 1000)
sum(q * w for q, w in itertools.pairwise($ints))
($int).bit_length()
ord($str[:1] or 'z')
$ints.count($int)
$ints.index($int)
$ints.pop()
next(iter($ints), $int)
next((q for q in $ints if q > $int), $int)
functools.reduce(lambda q, w: (q * 2 + w) % 1009, $ints, $int)
kw($int)
kw($int, c=$int)
kw($int, $int, $int, z=$int, a1=$int)
kw(b=$int, a=$int)
(Sub($int) + Base($int))
(Base($int) + Sub($int))
($Base + $Base)
$Base.val()
$Base.twice
$Base.k
$Pt.x
$Cut.size()
$Cut[$(0 1)]
$Cut.hi
$Cut._replace(hi=$int).hi
$Color.value
Color($int % 4).value
$Acc.n
$Acc.add($int)
len($Acc)
$Acc.log[$index]
(0 if ($@oint) is None else $= + $int)
(say('w', $int) if $bool else say('v', $int))
int($I1.$(sum max min argmax argmin)())
int($I0)
int($B1.sum())
$F1.shape[0]
$F2.shape[$(0 1 -1)]
$F1.size
$F2.ndim
int($I1[$index])
int($I2[$index, $index])
fib($int % 8)
$Bag[$index]
$Bag($int)
len($Bag)
sum($Bag)
LIMIT
TABLE[$(str 'a' 'b')]
NAMES.index($str)
""",
    "float": """
3: ($float $(+ - *) $(float $float $float $int))
3: ($float $(/ // %) $(0.5 -3 2.0 $float))
($int / $(2 -3 8 $int))
(-($float))
abs($float)
$(max min)($float, $float)
sum($floats, 0.0)
($floats or [2.5])[$(0 -1)]
$floats[$index]
float($int % 1000)
float($bool)
float($F1.$(sum mean min max)())
float($F1[$index])
float($F2[$index, $index])
float($F0)
$tif[1]
$Pt.y
round($float, $(-1 0 1 3))
(math.$(sqrt floor ceil fabs trunc)(abs($float) % 1000) * 1.0)
math.$(sin cos tanh atan)($float % 10)
math.$(copysign fmod hypot)($float, $(2.0 -0.5 $float))
float('$(1.5 -0.0 inf nan 1e3)')
$dtf.get($tii, $float)
(2.0 ** ($int % 9))
($float $(and or) $float)
(lambda q: q * q)($float % 1000)
$complex.$(real imag)
abs($complex)
SCALE
$Acc.rate
math.$(inf pi)
math.$(exp log1p erf sqrt)(abs($float) % 10)
math.fsum($floats)
math.$(prod)($floats)
random.random()
random.uniform(0, $float % 10)
collections.defaultdict(float, {$int: $float})[$int]
statistics_mean($floats)
clamp($float)
clamp($float, $float, hi=$float)
sum([q / 2 for q in $ints], 0.0)
$float.conjugate()
""",
    "complex": """
($complex $(+ - *) $complex)
$complex.conjugate()
complex($float, $float)
($complex * $int)
""",
    "str": """
($str + $str)[:20]
f'{$~int}|{$~float:.2f}'
f'<{$~int!r:>$(1 4 9)}>'[:24]
f'{$~str!r:^$(5 9)}{$~bool}'[:24]
f'{$~float:$(+.1f .3g 8.2e 010.1f)}'[:24]
f'{$~int % 100000:$(, x b 06d +d)}'[:24]
($str)[$slice]
$str[$index]
$str.$(upper lower strip title swapcase capitalize casefold lstrip)()
str($(int float bool ints oint tif tis))[:20]
str($(dsi grid pairs bools ostr Pt Cut))[:24]
repr($(str float strs dis))[:24]
$str.join($strs)[:20]
($strs or ['k'])[$(0 -1)]
$strs[$index]
$str.replace($str, $str)[:20]
($str * $(0 1 2 3))[:20]
($str or $str)
$Color.name
('%s-%d' % ($str, $int % 1000))
('%5.1f|%r' % ($float, $str))[:20]
'{}:{:>4}'.format($str, $int)[:24]
'{a}/{b!r}'.format(a=$int, b=$str)[:24]
$str.$(center ljust rjust)($(5 9), '*')
$str.zfill($(3 8))
$str.partition($str)[$(0 2)]
''.join(reversed($str))
''.join(sorted($str))
chr(97 + $int % 20)
$tis[1]
$dis.get($int, $str)
(($@ostr) or $str)
NAMES[$(0 -1 2)]
$(min max)($str, $str)
$(hex bin oct)($int % 1000)
$str.removeprefix($str)
$str.encode().decode()
$str.encode().hex()[:12]
str($str.encode())[:20]
$str.translate(str.maketrans('ab', 'ba'))
textless($str)
('y' if $str.$(isidentifier isnumeric)() else 'n')
$str.expandtabs(4)[:20]
'|'.join(chr(10).join($strs).splitlines())[:20]
f'{$~float!s:>{$(4 9)}}'
f'{$~int:>+{$(4 9)}d}'
$Pt.label()
$Acc.tag
''.join(q for q in $str if q $(!= <) $str)
str($(F1 I1 B1 F0))[:30]
""",
    "bool": """
4: ($int $(< <= > >= == !=) $int)
($float $(< <= > >= == !=) $float)
($str $(< <= > >= == !=) $str)
($ints $(< > == !=) $ints)
3: ($int < $int <= $int)
($float <= $float < $float != $float)
(not $(bool int str ints dsi float))
($bool $(and or) $bool)
($bool $(and or) $bool $(and or) $bool)
($int in $ints)
($int not in $(iset dis))
($str in $(str strs dsi sset))
($tii in $dtf)
(($@oint) is None)
(($@ostr) is not None)
($@oint is not None and $= > $int)
bool($F1.sum() > $float)
bool($F0 < $float)
any(q > $int for q in $ints)
all(q $(< !=) $int for q in $ints)
any($bools)
all($bools)
isinstance($oint, int)
isinstance($Base, Sub)
($dsi == $dsi)
($Pt $(== !=) $Pt)
($Color $(is == !=) Color.RED)
($Color is not Color.BLUE)
($tis < $tis)
($iset $(<= == < >) $iset)
($str).$(isdigit isalpha isupper isspace)()
$str.$(startswith endswith)($str)
math.$(isnan isinf isfinite)($float)
($float).is_integer()
bool($(int str ints oint iset))
bool(np.$(array_equal allclose)($F1, $F1))
bool($B1.$(any all)())
($bool $(^ & |) $bool)
$Acc.big
(len($ints) > $int)
FLAG
($int in $Bag)
bool($Bag)
($Bag == $Bag)
""",
    "ints": """
3: [$int, $int]
[$int]
[$int, $int, $int]
[*$ints, $int][:8]
list(range($int % 5))
list(range($(0 3 5), $(6 0 -1), $(1 2 -1)))
list(countdown($int % 5))
couple($int, $int)
either($ints, $ints, $bool)
either($ints, couple($int, $int), $test)
list(map(lambda q: q - $int, $ints))
list(filter(lambda q: q % 2 == $(0 1), $ints))
list($dsi.values())
[len(q) for q in $(strs grid)]
[q * w for q, w in zip($ints, $ints)]
[i - q for i, q in enumerate($ints)]
[q + w for q in $ints[:3] for w in $ints[:2]]
[q for w in $grid for q in w][:8]
[q[0] for q in $pairs]
[(q if q > $int else $int) for q in $ints]
[q for q in $opts if q is not None]
[k for k in $dis]
$dsl.get($str, $ints)
($grid or [[7]])[$(0 -1)]
$tsl[1]
list($Acc.log)
$Pt.steps($int % 4)
[int(q) for q in $I1][:6]
np.arange($int % 5).tolist()
[q for q in $ints if (w := q % 3) and w < $int]
list(itertools.accumulate($ints))
sorted($iset)[:6]
list(collections.deque($ints, maxlen=$(2 3)))
list(collections.Counter($ints).values())
list(itertools.islice($ints, 1, None))
list(itertools.chain.from_iterable($grid))[:8]
list(itertools.takewhile(lambda q: q > $int, $ints))
[len(list(g)) for _, g in itertools.groupby($ints, key=lambda q: q % 2)]
list($str.encode())[:6]
random.sample($ints, $(0 1))
[sum(q) for q in itertools.combinations($ints[:4], 2)]
list(reversed($tii))
[q for q, in zip($ints)]
[*$tii, *$ints[:2]]
list(range($int % 9))[$slice]
[$int for _ in range($int % 4)]
list($tii)
list($Bag)
$Bag.xs
""",
    "floats": """
[$float]
[$float, $float]
[q * $float for q in $floats]
[float(q) for q in $F1[:6]]
[q / 2 for q in $ints]
np.ones($int % 4).tolist()
[q[1] for q in [$tif, $tif]]
list($dtf.values())
[$float, *$floats][:8]
[q if q == q else $float for q in $floats]
""",
    "strs": """
[$str]
[$str, $str]
$str.split()[:6]
$str.split($('a' 'b'))[:6]
[q + $str[:3] for q in $strs][:6]
list($str)[:6]
sorted($dsi)[:6]
list(map(str, $ints))
[w for _, w in $pairs]
sorted($sset)
[f'{q}' for q in $(ints floats bools)]
list($dis.values())
[q.upper() for q in $strs if q]
list(NAMES)
""",
    "bools": """
[$bool]
[$bool, $bool]
[q > $int for q in $ints]
[not q for q in $bools]
(np.arange(3) > $int).tolist()
[q in $ints for q in $ints]
""",
    "grid": """
[$ints]
[$ints, $ints]
[[q, w] for q, w in zip($ints, $ints)]
[[q] * 2 for q in $ints]
[[$int for _ in range(2)] for _ in range($int % 3)]
[list(q) for q in zip($ints, $ints)]
[q[::-1] for q in $grid]
np.eye(2, dtype=np.int64).tolist()
list($dsl.values())
[[q * w for w in $ints[:2]] for q in $ints[:3]]
""",
    "pairs": """
[$tis]
[(q, $str) for q in $ints]
[(q, w) for q, w in enumerate($strs)]
list(zip($ints, $strs))
list(enumerate($str[:4]))
sorted($dis.items())
list($dis.items())
sorted($pairs, key=lambda q: (q[1], -q[0]))
""",
    "opts": """
[$oint, $oint]
[(q if q > $int else None) for q in $ints]
[$dsi.get(q) for q in $strs]
[None, *$ints][:8]
""",
    "iset": """
{q % 5 for q in $ints}
set($ints)
($iset $(| & - ^) $iset)
{$int, $int}
set($dis)
$iset.$(union intersection difference)($ints)
""",
    "sset": """
{$str, $str}
set($strs)
set($str)
($sset $(| & -) $sset)
{q[:1] for q in $strs}
set($dsi)
""",
    "dsi": """
{$str: $int}
{$str: $int, $str: $int}
{q[:2]: len(q) for q in $strs}
{**$dsi, $str: $int}
($dsi | $dsi)
{k: -v for k, v in $dsi.items()}
dict(zip($strs, $ints))
{w: q for q, w in $pairs}
$dsi.copy()
dict.fromkeys($strs, $int)
{k: v for k, v in sorted($dsi.items()) if v $(> <) $int}
""",
    "dis": """
{$int: $str}
{q: str(q) for q in $ints}
dict(enumerate($strs))
dict($pairs)
{v: k for k, v in $dsi.items()}
""",
    "dsl": """
{$str: $ints}
{q: [len(q)] for q in $strs}
{$str: $ints, $str: [$int]}
""",
    "dtf": """
{$tii: $float}
{(q, w): q / 2 for q in $ints[:2] for w in $ints[:2]}
{(q, len(w)): $float for q, w in $pairs}
""",
    "tif": "($int, $float)\n",
    "tis": "($int, $str)\n($pairs or [(1, 'q')])[$(0 -1)]\n",
    "tii": "($int, $int)\ndivmod($int, $(7 -3))\n(len($str), $int)\n",
    "tsl": "($str, $ints)\n",
    "oint": """
None
$int
$dsi.get($str)
next((q for q in $ints if q > $int), None)
(None if $bool else $int)
($opts or [None])[$(0 -1)]
""",
    "ostr": """
None
$str
$dis.get($int)
($str if $bool else None)
""",
    "oints": """
None
$ints
$dsl.get($str)
($ints if $bool else None)
""",
    **ARRAY_FORMS,
    "Acc": "Acc($int)\nAcc(n=$int)\n",
    "Pt": "Pt($int, $float)\nPt(x=$int)\n$Pt.scale($int % 100)\nPt(y=$float, x=$int)\n",
    "Cut": "Cut($int)\nCut($int, $int)\nCut(hi=$int, lo=$int)\n$Cut._replace(lo=$int)\n",
    "Base": "Base($int)\nSub($int)\n(Sub($int) if $bool else Base($int))\n$Base.more($int)\n",
    "Bag": "Bag($ints)\n($Bag + $Bag)\nBag(xs=$ints[:3])\n",
    "Color": "Color($int % 3 + 1)\nColor.GREEN\nColor[$('RED' 'BLUE')]\n(Color.RED if $bool else Color.BLUE)\n$Color.next()\n",
}

for _kind in LISTS:
    FORMS[_kind] += f"(${_kind} + ${_kind})[:8]\n${_kind}[$slice]\n[q for q in ${_kind} if q]\nlist(reversed(${_kind}))\n${_kind}.copy()\n"
    FORMS[_kind] += f"(${_kind} * $(0 2))[:6]\n"
for _kind in ("ints", "floats", "strs", "pairs", "grid"):
    FORMS[_kind] += f"sorted(${_kind})\nsorted(${_kind}, reverse=$bool)\n"
for _kind in ("ints", "strs"):
    FORMS[_kind] += f"sorted(${_kind}, key=lambda q: (len(str(q)), q))\n"
