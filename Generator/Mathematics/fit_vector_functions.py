#!/usr/bin/env python3
"""Fits the polynomials of GELU and the exponential (VectorFunctionConstants.swift in Sources/Operations).

Requires Python 3.10, NumPy and SciPy. Prints coefficients in double precision: those of the
exponential are then rounded, those of GELU go to refine_gelu.c, which knows about rounding errors.

GELU. With u = |x|, GELU(x) = max(x, 0) - u * Phi(-u). The normal distribution's tail falls like a
Gaussian, which a short quotient follows badly, but its fourth root is smooth: P / Q with P of degree 2
and Q of degree 5 is enough, and the fourth power costs two products. Both polynomials are scaled so
that P's leading coefficient is one, which saves a multiply-add. (Square roots need two coefficients
more; eighth roots amplify the rounding errors of the quotient twice as much.)

The error allowed at u is what the bounds of the result leave: units of its last place from 0.5 up,
an absolute bound elsewhere. Rounding errors are largest just above 0.5, so the fit is tightest there.

Exponential. e^f on +-ln(2)/2 as 1 + f + c2 f^2 + ... + c6 f^6, least largest relative error; the two
leading coefficients are fixed, so that e^0 is 1 exactly.

Both fits are Lawson's: least squares whose weights grow where the error is largest.
"""

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from scipy.special import ndtr

NUMERATOR, DENOMINATOR, POWER = 2, 5, 4
FARTHEST = 5.6


def allowed_error(u):
    """The tolerance of the result at -u and u, up to a common factor."""
    places = [0, 0.44, 0.46, 0.68, 0.72, 1.1, 1.2, 1.9, 2.1, 3, 9]
    errors = [8e-8, 8e-8, 1.2e-8, 1.2e-8, 3.6e-8, 4.2e-8, 7.2e-8, 9.6e-8, 3e-7, 3e-7, 3e-7]
    return np.interp(u, places, errors)


def chebyshev_points(count):
    return 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, count))


def in_powers(coefficients):
    """A Chebyshev series on [0, FARTHEST] as coefficients of powers, lowest first."""
    result, base = np.zeros(1), np.ones(1)
    for coefficient in chebyshev.cheb2poly(coefficients):
        result = polynomial.polyadd(result, coefficient * base)
        base = polynomial.polymul(base, [-1, 2 / FARTHEST])
    return result


def fit_gelu(rounds=1500):
    u = FARTHEST * chebyshev_points(4001)[1:]
    root = ndtr(-u) ** (1 / POWER)
    tolerance = allowed_error(u)
    sensitivity = u * POWER * root ** (POWER - 1) / tolerance
    basis = chebyshev.chebvander(2 * u / FARTHEST - 1, DENOMINATOR)
    emphasis = np.full_like(u, 1 / len(u))
    q = np.ones_like(u)
    best = (np.inf, None, None)
    for _ in range(rounds):
        weight = np.sqrt(emphasis) * sensitivity / q
        matrix = np.hstack([basis[:, : NUMERATOR + 1], -root[:, None] * basis[:, 1:]])
        x = np.linalg.lstsq(matrix * weight[:, None], root * weight, rcond=None)[0]
        above, below = x[: NUMERATOR + 1], np.concatenate([[1.0], x[NUMERATOR + 1 :]])
        q = basis @ below
        error = np.abs(u * ((basis[:, : NUMERATOR + 1] @ above / q) ** POWER - root**POWER))
        error /= tolerance
        if error.max() < best[0] and q.min() > 0:
            best = (error.max(), in_powers(above), in_powers(below))
        q = np.clip(q, 1e-6, None)
        emphasis *= error / error.max() + 1e-12
        emphasis = np.maximum(emphasis / emphasis.sum(), 1e-10 / len(u))
    error, p, q = best
    return error, p / p[-1], q / p[-1]


def fit_exponential(degree=6, rounds=4000):
    farthest = np.log(2) / 2 * 1.0003
    f = farthest * np.cos(np.linspace(0, np.pi, 4001))
    f = f[f != 0]
    basis = np.stack([f**k for k in range(2, degree + 1)], 1) / np.exp(f)[:, None]
    target = (np.exp(f) - 1 - f) / np.exp(f)
    emphasis = np.full_like(f, 1 / len(f))
    best = (np.inf, None)
    for _ in range(rounds):
        weight = np.sqrt(emphasis)
        x = np.linalg.lstsq(basis * weight[:, None], target * weight, rcond=None)[0]
        error = np.abs(basis @ x - target)
        if error.max() < best[0]:
            best = (error.max(), x)
        emphasis *= error / error.max() + 1e-9
        emphasis /= emphasis.sum()
    return best


def main():
    error, p, q = fit_gelu()
    # In w = -u the odd coefficients change sign.
    p, q = p * [1, -1, 1], q * [1, -1, 1, -1, 1, -1]
    print(f"GELU: largest error {error:.3f} of what is allowed; p1 p0 q5 q4 q3 q2 q1 q0:")
    print(*(f"{value:.9g}" for value in [p[1], p[0], *q[::-1]]))
    error, c = fit_exponential()
    print(f"exponential: largest relative error {error:.3g}; c2 ... c6:")
    print(*(f"{value:.9g}" for value in c))


if __name__ == "__main__":
    main()
