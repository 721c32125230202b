"""Principal components of scikit-learn, in float64: tall, wide and rank-deficient points."""
import numpy as np
import sklearn
from sklearn.decomposition import PCA

from common import blobs, dump, rows_of, source


def deficient():
    """Eight columns of rank 3, one of them constant, far from the origin."""
    rng = np.random.default_rng(5)
    # Small integers, so that float32 holds the products exactly and the rank stays 3.
    points = rng.integers(-8, 9, size=(120, 3)) @ rng.integers(-3, 4, size=(3, 7))
    return np.hstack([points + 100, np.full((120, 1), 7)]).astype(np.float32)


def case(name, points, components, rank):
    wide = points.astype(np.float64)
    model = PCA(components, svd_solver="full").fit(wide)
    white = PCA(rank, svd_solver="full", whiten=True).fit(wide)
    embedded = model.transform(wide[:10])
    return {
        "name": name,
        "points": rows_of(points),
        "rank": rank,
        "mean": model.mean_,
        "components": model.components_[:rank],
        "explainedVariance": model.explained_variance_,
        "explainedVarianceRatio": model.explained_variance_ratio_,
        "singularValues": model.singular_values_,
        "transform": embedded[:, :rank],
        "inverse": model.inverse_transform(embedded),
        "whitened": white.transform(wide[:10]),
        "whitenedInverse": white.inverse_transform(white.transform(wide[:10])),
    }


tall, _ = blobs(rows=300, columns=5, clusters=4, seed=1)
wide, _ = blobs(rows=12, columns=30, clusters=3, seed=2)
dump(
    {
        "source": source(sklearn),
        "cases": [
            case("tall", tall, 5, 5),
            case("tall, three kept", tall + np.float32(50), 3, 3),
            case("wide", wide, 12, 11),
            case("rank-deficient", deficient(), 8, 3),
        ],
    }
)
