"""An ordinary differential equation solved with steps as long as the error allows.

The pair of orders 5 and 4 of Dormand & Prince 1980 (J. Comput. Appl. Math. 6), with the step control of Hairer, Nørsett &
Wanner, Solving Ordinary Differential Equations I, section II.4.

python -m samples.runge_kutta
"""

from collections.abc import Callable

import numpy as np

import scriptc

C = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
A = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
E = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)  # order 5 less order 4


def step(f: Callable[[float, np.ndarray], np.ndarray], t: float, y: np.ndarray, h: float, first: np.ndarray):
    """The new y, f there, and the error's estimate."""
    slopes = [first]
    new = y
    for i in range(1, 7):
        change = A[i][0] * slopes[0]
        for a, k in zip(A[i][1:], slopes[1:], strict=True):
            change = change + a * k
        new = y + h * change
        slopes.append(f(t + C[i] * h, new))
    error = E[0] * slopes[0]
    for e, k in zip(E[1:], slopes[1:], strict=True):
        error = error + e * k
    return new, slopes[6], h * error


def solve(f: Callable[[float, np.ndarray], np.ndarray], t: float, end: float, y: np.ndarray, rtol: float, atol: float):
    """Times and states from `t` to `end`, and how many steps were rejected. ValueError where the step becomes too small."""
    times, states, rejected = [t], [y], 0
    slope = f(t, y)
    h = 0.01 * (end - t)
    while t < end:
        h = min(h, end - t)
        if t + h == t:
            raise ValueError(f"the step vanishes at t = {t}")
        new, new_slope, error = step(f, t, y, h, slope)
        scale = atol + rtol * np.maximum(np.abs(y), np.abs(new))
        norm = float(np.sqrt(np.mean((error / scale) ** 2)))
        if norm <= 1.0:
            t, y, slope = t + h, new, new_slope
            times.append(t)
            states.append(y)
        else:
            rejected += 1
        h *= min(5.0, max(0.2, 0.9 * max(norm, 1e-10) ** -0.2))  # a norm that is not a number shrinks the step
    return times, states, rejected


def van_der_pol(y0: np.ndarray, end: float, mu: float = 2.0, rtol: float = 1e-6, atol: float = 1e-9) -> tuple[np.ndarray, np.ndarray, int]:
    """The oscillator y'' = mu (1 - y²) y' - y from y0 = (y, y'): times `(n,)`, states `(n, 2)`, rejected steps."""

    def f(t: float, y: np.ndarray) -> np.ndarray:
        return np.array([y[1], mu * (1 - y[0] * y[0]) * y[1] - y[0]])

    times, states, rejected = solve(f, 0.0, end, y0, rtol, atol)
    return np.array(times), np.stack(states), rejected


def make():
    return van_der_pol, [(np.array([2.0, 0.0]), 5.0), (np.array([0.5, -1.0]), 3.0, 8.0, 1e-4)]


def main() -> None:
    fn, calls = make()
    compiled = scriptc.script(fn)
    for args in calls:
        times, states, rejected = compiled(*args)
        print(f"from {args[0]}: {len(times) - 1} steps, {rejected} rejected, y({times[-1]:g}) = {states[-1]}")


if __name__ == "__main__":
    main()
