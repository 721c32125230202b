"""scikit-learn's HDBSCAN: labels and probabilities; GLOSH by its definition, from scikit-learn's condensed tree."""
import numpy as np
import sklearn
import sklearn.cluster._hdbscan._tree as tree_module
import sklearn.cluster._hdbscan.hdbscan as module
from common import blobs, dump, rows_of, source
from sklearn.cluster import HDBSCAN
from sklearn.cluster._hdbscan._linkage import make_single_linkage
from sklearn.cluster._hdbscan._tree import _condense_tree
from sklearn.datasets import make_moons


def process_mst(tree):
    """Edges of equal length in Prim's order. scikit-learn leaves their order to numpy's unstable sort, which differs by processor."""
    return make_single_linkage(tree[np.argsort(tree["distance"], kind="stable")])


module._process_mst = process_mst


class OneNumber(np.ndarray):
    """Arrays of one element are numbers, as they were before numpy 2.4: scikit-learn 1.9.1's search for epsilon asks for that."""

    def __int__(self):
        return int(self.item())

    __index__ = __int__

    def __float__(self):
        return float(self.item())

    def min(self, *values, **options):
        return np.asarray(self).min(*values, **options)


class Numpy:
    """numpy for scikit-learn's tree module, whose trees are OneNumber."""

    def __getattr__(self, name):
        return getattr(np, name)

    def array(self, *values, **options):
        return np.array(*values, **options).view(OneNumber)


tree_module.np = Numpy()


def glosh(tree, rows):
    """1 - eps_max(C) / eps(x) = 1 - lambda(x) / max lambda of the rows at or below C, C the cluster that x leaves (Campello 2015)."""
    entries = [(int(e["parent"]), int(e["child"]), float(e["value"])) for e in tree]
    below = {}
    for parent, child, value in entries:
        below.setdefault(parent, []).append((child, value))

    def deepest(cluster):
        return max(deepest(child) if child >= rows else value for child, value in below[cluster])

    known = {cluster: deepest(cluster) for cluster in below}
    scores = np.zeros(rows)
    for parent, child, value in entries:
        if child < rows:
            scores[child] = 0 if np.isinf(value) else 1 - value / known[parent]
    return scores


def fit(points, min_cluster_size, **options):
    points = points.astype(np.float64)
    model = HDBSCAN(min_cluster_size=min_cluster_size, copy=True, algorithm="kd_tree", **options).fit(points)
    tree = _condense_tree(model._single_linkage_tree_, min_cluster_size)
    return {
        "minClusterSize": min_cluster_size,
        "options": options,
        "labels": model.labels_,
        "probabilities": model.probabilities_.round(7),
        "outlierScores": glosh(tree, len(points)).round(7),
        "entries": len(tree),
    }


rng = np.random.default_rng(2)
clusters, _ = blobs(rows=210, columns=3, clusters=5, spread=0.45, seed=6)
noise = rng.uniform(-5, 5, size=(50, 3))
noisy = np.concatenate([clusters, noise]).astype(np.float32)
noisy = noisy[rng.permutation(len(noisy))]
moons = make_moons(200, noise=0.07, random_state=4)[0].astype(np.float32)
column = np.concatenate([rng.normal(-3, 0.4, 70), rng.normal(0, 0.9, 90), rng.normal(4, 0.3, 40)])
column = column.astype(np.float32)[:, None]
single = rng.normal(size=(150, 2)).astype(np.float32)
wide, _ = blobs(rows=200, columns=7, clusters=4, spread=0.7, seed=12)
# Many rows are equal to others, and many distances to each other.
lattice = rng.integers(0, 7, size=(160, 2)).astype(np.float32) + np.repeat([[0], [30]], 80, axis=0)
lattice = lattice.astype(np.float32)

dump(
    {
        "source": source(sklearn),
        "data": {
            "noisy": {
                "points": rows_of(noisy),
                "fits": [
                    fit(noisy, 5),
                    fit(noisy, 12),
                    fit(noisy, 10, min_samples=3),
                    fit(noisy, 5, min_samples=15),
                    fit(noisy, 5, min_samples=1),
                    fit(noisy, 6, cluster_selection_method="leaf"),
                    fit(noisy, 4, cluster_selection_epsilon=0.9),
                    fit(noisy, 4, cluster_selection_method="leaf", cluster_selection_epsilon=0.8),
                    fit(noisy, 4, cluster_selection_epsilon=50.0),
                    fit(noisy, 4, cluster_selection_epsilon=50.0, allow_single_cluster=True),
                    fit(noisy, 8, allow_single_cluster=True),
                ],
            },
            "moons": {
                "points": rows_of(moons),
                "fits": [fit(moons, 5), fit(moons, 15), fit(moons, 5, cluster_selection_method="leaf")],
            },
            "one column": {
                "points": rows_of(column),
                "fits": [fit(column, 8), fit(column, 8, min_samples=2, cluster_selection_epsilon=0.2)],
            },
            "single": {
                "points": rows_of(single),
                "fits": [
                    fit(single, 20),
                    fit(single, 20, allow_single_cluster=True),
                    fit(single, 20, allow_single_cluster=True, cluster_selection_epsilon=0.6),
                    fit(single, 80, cluster_selection_method="leaf"),
                    fit(single, 80, cluster_selection_method="leaf", allow_single_cluster=True),
                ],
            },
            "wide": {"points": rows_of(wide), "fits": [fit(wide, 5), fit(wide, 10, min_samples=4)]},
            "lattice": {"points": rows_of(lattice), "fits": [fit(lattice, 10), fit(lattice, 10, min_samples=2)]},
        },
    }
)
