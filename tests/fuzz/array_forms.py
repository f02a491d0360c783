"""What random expressions of arrays and NumPy's scalars look like; as in `forms`."""

from __future__ import annotations

ARRAY_FORMS = {
    "F1": """
($F1 $(+ - *) $F1[:1])
(lambda q: q $(+ - *) q[::-1])($F1)
($F1 + $F1)
($F1 $(+ - * /) $float)
($float $(- * /) $F1)
($F1 $(+ * // % **) $(2 3 0.5))
(-$F1)
np.$(abs floor sqrt tanh sign ceil square exp)($F1)
np.$(maximum minimum)($F1, $(float 0 0.5 $F1))
$F1[$slice]
$F1[[0, -1, 0]]
$F1[np.array([0, 1])]
(lambda q: q[~(q > 0)])($F1)
(lambda q: q[q > $float])($F1)
(lambda q: q + q[::-1])($F1)
(lambda q: np.where(q > $float, q, $float))($F1)
np.where($B1, $float, $float)
np.concatenate([$F1, $F1])[:6]
np.array($floats, dtype=np.float64)
np.array([$float, $float, $float])
np.$(cumsum sort flip ravel copy)($F1)
$F1.copy()
$F2[$index]
$F2[:, $index]
$F2[$index, $slice]
$F2.$(sum mean max min)(axis=$(0 1 -1))
$F2.ravel()[:6]
$F2.reshape(-1)[:5]
(lambda q: q @ q[0])($F2)
(lambda q: q.T @ q[:, 0])($F2)
($I1 / $(2 4))
($I1 * $float)
$(I1 f1 B1 J1).astype(np.float64)
np.roll($F1, $(1 -1 2))
np.repeat($F1, 2)[:6]
np.$(zeros_like ones_like)($F1)
np.full($int % 4, $float)
np.clip($F1, -1.0, $(2.0 0.5))
np.diff($F1)
$F1.T
$F1.$(clip)(0, 1)
np.linspace(0.0, $(1.0 -2.0), $int % 4)
np.diag($F2)
np.nan_to_num($F1)
np.$(minimum maximum add multiply subtract).accumulate($F1)
np.add.reduceat($F1, [0, 1])
np.$(sin cos arctan cbrt rint trunc expm1 log1p reciprocal fabs fix)($F1)
np.$(fmax fmin hypot copysign nextafter heaviside remainder)($F1, $(0.5 $float))
np.partition($F1, 1)
np.ediff1d($F1)
np.gradient($F1)
np.interp($F1, [0.0, 1.0], [2.0, $float])
np.convolve($F1, [1.0, 0.5])[:6]
np.take($F1, [0, -1])
np.append($F1, $float)[:6]
np.insert($F1, 0, $float)[:6]
np.delete($F1, 0)
np.pad($F1, 1)[:6]
np.tile($F1, 2)[:6]
np.$(nancumsum cumprod unwrap trim_zeros)($F1)
np.random.rand($int % 4)
np.random.default_rng($int % 9).$(random normal)($int % 4)
np.percentile($F1, [25, 75])
np.round($F1, $(0 1))
np.linalg.norm($F2, axis=$(0 1))
np.einsum('ij->$(i j)', $F2)
np.apply_along_axis(np.sum, 0, $F2)
np.choose([0, 1, 0], [$F1[:3], $float])
np.select([$F1 > $float], [$F1], $float)
np.divide($F1, $(2.0 $float), where=$F1 != 0, out=np.zeros_like($F1))
np.fromiter((q * 2 for q in $floats), dtype=np.float64)
np.polyval([1.0, -2.0, 0.5], $F1)
$F1[:, None][:, 0]
(lambda q: np.stack([q, -q]))($F1)[$index]
""",
    "F2": """
(lambda q: q $(+ - *) q[:1])($F2)
($F2 $(+ - * /) $(float 2 0.5 $float))
($F2 $(+ *) $F1[:1])
$F2.T
$F2[$slice]
$F2[:, $slice]
$F2[$slice, $slice]
np.$(abs sqrt tanh sign)($F2)
np.outer($F1, $F1)[:4, :4]
($F1[:, None] * $F1)[:4, :4]
(lambda q: np.stack([q, q + 1]))($F1)
(lambda q: q @ q.T)($F2)[:4, :4]
(lambda q: q.T @ q)($F2)[:4, :4]
np.where($F2 > $float, $F2, $float)
np.maximum($F2, $float)
$F2.copy()
$F2.reshape(-1, 1)
np.zeros(($int % 3, 2))
$F1[None]
(lambda q: np.concatenate([q, q], axis=$(0 1)))($F2)[:4, :4]
($F2 - $F2.mean(axis=0))
$F2.sum(axis=1, keepdims=True)
$I2.astype(np.float64)
np.cumsum($F2, axis=$(0 1))
(lambda q: np.vstack([q, q]))($F1)
np.transpose($F2)
np.$(fliplr flipud tril triu rot90)($F2)
np.$(add multiply).outer($F1, [1.0, 2.0])[:4]
np.roll($F2, 1, axis=$(0 1))
np.sort($F2, axis=$(0 1))
np.einsum('ij,kj->ik', $F2, $F2)[:4, :4]
np.atleast_2d($F1)
np.broadcast_to($F1, (2, len($F1)))
np.swapaxes($F2, 0, 1)
np.meshgrid($F1[:3], $F1[:2])[0]
np.cov($F2)[:4, :4]
np.diagflat($F1[:3])
np.expand_dims($F1, $(0 1))
np.squeeze($F2[None])
$F2 @ np.eye(3)
""",
    "f1": """
($f1 $(+ - *) $f1[:1])
($f1 $(+ - * /) $float)
($f1 $(+ *) 2)
(-$f1)
np.$(abs sqrt tanh)($f1)
np.maximum($f1, 0)
$f1[$slice]
$F1.astype(np.float32)
np.array($floats, dtype=np.float32)
np.cumsum($f1)
$f1.copy()
(lambda q: np.where(q > 0, q, -q))($f1)
""",
    "I1": """
($I1 $(+ - *) $I1[:1])
($I1 $(+ - * // % & | ^) $(2 3 7 -1))
($I1 $(+ -) $int % 100)
(-$I1)
np.abs($I1)
np.$(maximum minimum)($I1, $(0 2))
$I1[$slice]
$I1[[1, 0]]
$I2[$index]
$I2[:, $index]
$I2.sum(axis=$(0 1))
np.array([q % 100 for q in $ints], dtype=np.int64)
np.arange($int % 5)
np.arange($(0 4), $(5 -1), $(1 2 -1))
np.cumsum($I1)
np.sort($I1)
np.argsort($F1)
$B1.astype(np.int64)
np.where($B1, $(3 -1), $(0 1))
($I1 $(<< >>) 1)
np.clip($I1, 0, 3)
$I1.copy()
np.unique($I1)
np.bincount(np.abs($I1) % 4)
np.nonzero($F1)[0]
np.searchsorted([0.0, 1.0, 2.0], $F1)
np.$(gcd lcm bitwise_xor)($I1, $(4 6))
np.digitize($F1, [0.0, 1.0])
np.flatnonzero($F1)
np.setdiff1d($I1, [0, 2])
np.union1d($I1, $I1)
np.random.randint(0, 5, $int % 4)
np.sign($I1)
np.add.reduce($I2)
""",
    "I2": """
($I2 $(+ - *) $(2 -1 3))
$I2.T
$I2[$slice]
$I2[:, ::-1]
(lambda q: q @ q.T)($I2)[:4, :4]
(lambda q: np.stack([q, q]))($I1)
($I1[:, None] + $I1)[:4, :4]
$I2.copy()
$I2.reshape(1, -1)
""",
    "J1": """
($J1 $(+ - *) $(2 -1 $J1[:1]))
$J1[$slice]
$I1.astype(np.int32)
(-$J1)
""",
    "U1": """
($U1 $(+ * - ^ &) $(1 2 7 $U1[:1]))
$U1[$slice]
$U1[::-1]
np.array([q % 256 for q in $ints], dtype=np.uint8)
(~$U1)
""",
    "B1": """
($F1 $(< > <= >= == !=) $float)
($I1 $(< > == !=) $(0 1 2))
($I1 % 2 == 0)
(~$B1)
(lambda q: q $(& | ^) q[::-1])($B1)
np.isnan($F1)
np.$(isfinite isinf signbit)($F1)
np.isin($I1, [0, 2])
np.isclose($F1, $float)
np.logical_$(and or)($B1, $bool)
$B1[$slice]
np.array($bools, dtype=bool)
$B2[$index]
$B2.$(any all)(axis=$(0 1))
""",
    "B2": """
($F2 $(< > >=) $float)
($I2 $(== !=) $(0 1))
(~$B2)
$B2.T
""",
    "F0": """
$F1.$(sum mean max min prod std)()
$F1[$index]
$F2[$index, $index]
$F2.$(sum max mean)()
np.$(sum mean max)($F1)
($F0 $(+ - * /) $(F0 float 2 $F0 $float))
($float $(+ *) $F0)
(-$F0)
abs($F0)
np.$(sqrt floor tanh)($F0)
np.float64($float)
np.$(maximum minimum)($F0, $float)
(lambda q: q.dot(q))($F1)
(lambda q: np.dot(q, q[::-1]))($F1)
$I1.mean()
($I0 / 2)
np.linalg.norm($F1)
np.median($F1)
np.$(ptp var std prod nansum nanmax nanmean)($F1)
np.$(trace)($F2)
np.add.reduce($F1)
np.vdot($F1, $F1)
np.average($F1)
np.linalg.det($F2 @ $F2.T)
np.quantile($F1, 0.5)
np.random.random()
""",
    "I0": """
$I1.sum()
$I1[$index]
$I2[$index, $index]
($I0 $(+ - * // %) $(2 3 -1))
np.int64($int % 1000)
$F1.argmax()
np.argmax($F1)
$B1.sum()
np.count_nonzero($B1)
(-$I0)
""",
}
