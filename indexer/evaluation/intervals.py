"""95 % intervals of shares and means."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
SEED = 1
_Z = 1.959964

Json = dict[str, Any]


def with_intervals(columns: dict[str, Any]) -> Json:
    """Means of columns that have a value a query. Those of yes and no get Wilson's interval, which says something of
    0 of 400, too; others one by resampling the queries."""
    names = list(columns)
    values = np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in names])
    count = len(values)
    if not count:
        return {"n": 0, **dict.fromkeys(names), "interval": {}}
    means = {name: float(values[:, at].mean()) for at, name in enumerate(names)}
    intervals = {name: _interval(values[:, at]) for at, name in enumerate(names)}
    return {"n": count, **{name: number(mean) for name, mean in means.items()}, "interval": intervals}


def _interval(values: Floats) -> list[float]:
    if np.isin(values, (0.0, 1.0)).all():
        return wilson(int(values.sum()), len(values))
    # How often each query was drawn, so that the means of all resamples are one product.
    count = len(values)
    weights = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return interval_of(weights @ values / count)


def wilson(yes: int, count: int) -> list[float]:
    share, spread = yes / count, _Z**2 / count
    half = _Z * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    low, high = ((share + spread / 2 + sign * half) / (1 + spread) for sign in (-1, 1))
    return [number(max(0.0, low)), number(min(1.0, high))]


def interval_of(samples: Floats) -> list[float]:
    low, high = np.quantile(samples, [0.025, 0.975])
    return [number(low), number(high)]


def around(estimate: float, samples: Floats) -> list[float]:
    """The interval of a measure that comes out too high in resamples, as errors do: moved back to the estimate."""
    low, high = interval_of(samples - (samples.mean() - estimate))
    return [max(0.0, low), high]


def number(value: Any) -> float:
    return round(float(value), 6)
