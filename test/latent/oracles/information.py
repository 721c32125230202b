"""Mutual information of columns with classes and amounts: scikit-learn."""
import numpy as np
import sklearn
from common import dump, rows_of, source
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression


def agreed(estimate, *args, **options):
    """The estimate, which the seed of scikit-learn's tiny noise must not change."""
    found = [estimate(*args, discrete_features=False, random_state=seed, **options) for seed in range(3)]
    assert np.ptp(found, axis=0).max() < 1e-9
    return found[0]


def main():
    rng = np.random.default_rng(3)
    rows = 300
    base = rng.normal(size=(rows, 2))
    labels = (base[:, 0] > 0).astype(int) + 2 * (base[:, 1] > 0.5)
    labels[2] = 9  # alone; small classes are left out: scikit-learn's brute-force distances in them depend on rounding
    points = np.c_[base, base[:, 0] ** 2, 2 + 0.5 * rng.normal(size=rows), base.sum(1) + rng.normal(size=rows)]
    points = points.astype(np.float32)
    amounts = (np.sin(2 * base[:, 0]) + 0.2 * rng.normal(size=rows)).astype(np.float32)
    wide = points.astype(np.float64)
    dump(
        {
            "source": source(sklearn),
            "points": rows_of(points),
            "labels": labels,
            "amounts": rows_of(amounts[:, None]),
            "classes": {k: agreed(mutual_info_classif, wide, labels, n_neighbors=k) for k in (1, 3, 10)},
            "continuous": {
                k: agreed(mutual_info_regression, wide, amounts.astype(np.float64), n_neighbors=k) for k in (1, 3, 10)
            },
        }
    )


main()
