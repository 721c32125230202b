"""Exact nearest neighbours of clustered points: scikit-learn's NearestNeighbors."""
import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors

from common import blobs, dump, rows_of, source

points, _ = blobs(rows=150, columns=5, clusters=4, seed=1)
queries, _ = blobs(rows=20, columns=5, clusters=4, seed=2)


def found(count, queries=None):
    model = NearestNeighbors(n_neighbors=count, algorithm="brute", metric="euclidean")
    model.fit(points.astype(np.float64))
    wanted = None if queries is None else queries.astype(np.float64)
    distance, index = model.kneighbors(wanted)
    # The brute-force search expands the square, which costs digits: the distances are taken again.
    rows = points if queries is None else queries
    gaps = rows[:, None, :].astype(np.float64) - points[index].astype(np.float64)
    return {"count": count, "index": index, "distance": np.round(np.sqrt((gaps**2).sum(axis=2)), 9)}


dump(
    {
        "source": source(sklearn),
        "points": rows_of(points),
        "queries": rows_of(queries),
        "own": found(7),
        "ofQueries": found(9, queries),
    }
)
