"""scikit-learn's scores of clusterings: against labels, and of points."""
import numpy as np
import sklearn
from common import blobs, dump, rows_of, source
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix


def against(truth, clusters):
    truth, clusters = np.asarray(truth), np.asarray(clusters)
    table = contingency_matrix(truth, clusters)
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(truth, clusters)
    return {
        "truth": truth,
        "clusters": clusters,
        "ari": metrics.adjusted_rand_score(truth, clusters),
        "nmi": metrics.normalized_mutual_info_score(truth, clusters),
        "ami": metrics.adjusted_mutual_info_score(truth, clusters),
        "homogeneity": homogeneity,
        "completeness": completeness,
        "vMeasure": v_measure,
        "purity": table.max(axis=0).sum() / table.sum(),
        "table": table,
    }


def of_points(points, labels):
    return {
        "points": rows_of(points),
        "labels": labels,
        "samples": metrics.silhouette_samples(points.astype(np.float64), labels),
        "silhouette": metrics.silhouette_score(points.astype(np.float64), labels),
        "daviesBouldin": metrics.davies_bouldin_score(points.astype(np.float64), labels),
        "calinskiHarabasz": metrics.calinski_harabasz_score(points.astype(np.float64), labels),
    }


rng = np.random.default_rng(5)
truth = rng.integers(0, 10, 400)
near = np.where(rng.random(400) < 0.7, truth, rng.integers(-1, 12, 400))
points, labels = blobs(rows=250, columns=5, clusters=4, spread=1.5, seed=3)
# A cluster of one row has the silhouette 0.
lonely = labels.copy()
lonely[7] = 9
column, of_column = blobs(rows=80, columns=1, clusters=3, seed=8)
# Two clusters with one mean: they have no separation, Davies-Bouldin leaves the pair out.
cross = np.array([[1, 0], [-1, 0], [0, 2], [0, -2], [5, 5], [6, 5]], dtype=np.float32)

dump(
    {
        "source": source(sklearn),
        "against": {
            "near": against(truth, near),
            "independent": against(truth, rng.integers(0, 4, 400)),
            "same": against(truth, (truth * 7) % 10),
            "one cluster": against(truth[:50], np.zeros(50, dtype=int)),
            "one and one": against(np.ones(20, dtype=int), np.zeros(20, dtype=int)),
            "each its own": against(truth[:50], np.arange(50)),
            "all but two apart": against(np.arange(40), np.r_[0, np.arange(39)]),
            "opposed": against([0, 0, 1, 1], [0, 1, 0, 1]),
        },
        "points": {
            "blobs": of_points(points, labels),
            "a cluster of one": of_points(points[:120], lonely[:120]),
            "one column": of_points(column, of_column),
            "one mean": of_points(cross, np.array([0, 0, 1, 1, 2, 2])),
            "equal in each cluster": of_points(np.repeat(cross[:3], 4, axis=0), np.repeat([0, 1, 2], 4)),
        },
    }
)
