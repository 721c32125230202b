"""What the oracle scripts share: their data, and how they print."""
import json
import sys

import numpy as np


def blobs(rows=200, columns=4, clusters=4, spread=0.6, seed=0):
    """Gaussian clusters of unequal size and shape, rounded to float32; and the cluster of each row."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(clusters, columns)) * 2
    shapes = np.exp(rng.normal(size=(clusters, columns)) * 0.4) * spread
    share = np.arange(1, clusters + 1) / np.arange(1, clusters + 1).sum()
    labels = np.sort(rng.choice(clusters, size=rows, p=share))
    points = centers[labels] + rng.normal(size=(rows, columns)) * shapes[labels]
    return points.astype(np.float32), labels


def rows_of(points):
    """A matrix as the tests read it. float32 values print shortest and exactly."""
    points = np.asarray(points, dtype=np.float32)
    return {"shape": list(points.shape), "data": [float(str(value)) for value in points.ravel()]}


def source(*libraries):
    """The libraries and their versions: source(sklearn, scipy)."""
    return ", ".join(f"{library.__name__} {library.__version__}" for library in (*libraries, np))


def plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value)} is nothing for JSON")


def dump(value):
    json.dump(value, sys.stdout, default=plain)
    sys.stdout.write("\n")
