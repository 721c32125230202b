"""k-means of scikit-learn: from given centers (labels, centers, inertia, iterations), weighted, with an empty cluster, and at its best."""
import numpy as np
import sklearn
from common import blobs, dump, rows_of, source
from sklearn.cluster import KMeans

# Lloyd in float64, so that what is compared is the algorithm.
points, _ = blobs(rows=300, columns=5, clusters=6, spread=1.2, seed=3)
rng = np.random.default_rng(0)
weights = rng.uniform(0, 3, size=len(points)).astype(np.float32)
weights[::7] = 0


def run(init, **options):
    weight = options.pop("weights", None)
    model = KMeans(len(init), init=init.astype(np.float64), n_init=1, **options)
    model.fit(points.astype(np.float64), sample_weight=weight)
    return {
        "init": rows_of(init),
        "centers": model.cluster_centers_,
        "labels": model.labels_,
        "inertia": model.inertia_,
        "iterations": model.n_iter_,
    }


# The last starting center is far from all rows: its cluster is empty at once.
far = points[:3].copy()
far[2:] += np.float32(100)

dump(
    {
        "source": source(sklearn),
        "points": rows_of(points),
        "weights": [float(str(w)) for w in weights],
        "fixed": {
            "plain": run(points[[0, 50, 100, 150, 200, 250]]),
            "near": run(points[:7]),
            "strict": run(points[10:14], tol=0),
            "short": run(points[:6], max_iter=3),
            "weighted": run(points[[3, 50, 100, 150, 200, 250]], weights=weights),
            "empty": run(far),
            "refilled": run(far, max_iter=1),
        },
        "best": {
            k: KMeans(k, n_init=50, random_state=0).fit(points.astype(np.float64)).inertia_
            for k in (2, 4, 6, 9)
        },
    }
)
