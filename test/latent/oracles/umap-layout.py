"""What UMAP computes on the way to its layout, and how good its layouts are: umap-learn."""
import warnings

import numpy as np
import sklearn
import umap
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from umap.umap_ import (
    compute_membership_strengths,
    find_ab_params,
    fuzzy_simplicial_set,
    smooth_knn_dist,
)

from common import blobs, dump, rows_of, source

warnings.filterwarnings("ignore")


def curves():
    pairs = [(0.1, 1.0), (0.0, 1.0), (0.5, 1.0), (0.99, 1.0), (0.25, 2.0), (0.05, 0.5)]
    found = []
    for least, spread in pairs:
        a, b = find_ab_params(spread, least)
        found.append({"minDistance": least, "spread": spread, "a": a, "b": b})
    return found


def neighbours_of(points, count):
    """Of each point, itself first."""
    model = NearestNeighbors(n_neighbors=count, algorithm="kd_tree").fit(points.astype(np.float64))
    distance, index = model.kneighbors(points.astype(np.float64))
    return index.astype(np.int32), distance.astype(np.float32)


def graph(points, count):
    """Edges of the fuzzy union with the lower end first, as row, column, membership."""
    index, distance = neighbours_of(points, count)
    union, _, _ = fuzzy_simplicial_set(
        points, count, np.random.RandomState(0), "euclidean", knn_indices=index, knn_dists=distance
    )
    union = union.tocoo()
    edges = sorted(
        (int(i), int(j), float(w)) for i, j, w in zip(union.row, union.col, union.data) if i < j and w > 0
    )
    return {
        "neighbours": count,
        "row": [edge[0] for edge in edges],
        "column": [edge[1] for edge in edges],
        "weight": [float(f"{edge[2]:.8g}") for edge in edges],
        "entries": int((union.data > 0).sum()),
    }


def strengths_of_new(points, new, count):
    model = NearestNeighbors(n_neighbors=count, algorithm="kd_tree").fit(points.astype(np.float64))
    distance, index = model.kneighbors(new.astype(np.float64))
    distance = distance.astype(np.float32)
    sigma, rho = smooth_knn_dist(distance, float(count), local_connectivity=0.0)
    _, _, weight, _ = compute_membership_strengths(index.astype(np.int32), distance, sigma, rho, bipartite=True)
    return {"neighbours": count, "weight": [float(f"{w:.8g}") for w in weight]}


def layout(points, labels, new, new_labels, dimensions):
    model = umap.UMAP(n_components=dimensions, random_state=0, n_jobs=1).fit(points)
    placed = model.transform(new)
    classifier = KNeighborsClassifier(5).fit(model.embedding_, labels)
    return {
        # Two digits: the layouts differ a little from machine to machine.
        "dimensions": dimensions,
        "trustworthiness": round(trustworthiness(points, model.embedding_, n_neighbors=15), 2),
        "accuracy": round(classifier.score(placed, new_labels), 2),
    }


few, _ = blobs(rows=120, columns=4, clusters=3, seed=3)
few[7] = few[3]
others, _ = blobs(rows=12, columns=4, clusters=3, seed=3)
others[5] = few[20]
# Clusters that overlap, so that the graph is in one part, and a label is no sure thing.
both, labels = blobs(rows=1000, columns=6, clusters=6, spread=1.2, seed=4)
order = np.random.default_rng(0).permutation(len(both))
both, labels = both[order], labels[order]

dump(
    {
        "source": source(umap, sklearn),
        "curves": curves(),
        "few": rows_of(few),
        "graph": graph(few, 10),
        "others": rows_of(others),
        "strengthsOfNew": strengths_of_new(few, others, 8),
        "points": rows_of(both[:700]),
        "labels": labels[:700],
        "new": rows_of(both[700:]),
        "newLabels": labels[700:],
        "layouts": [layout(both[:700], labels[:700], both[700:], labels[700:], d) for d in (2, 3)],
    }
)
