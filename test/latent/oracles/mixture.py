"""Gaussian mixtures of scikit-learn from given starts, and their densities of other rows."""
import numpy as np
import sklearn
from common import blobs, dump, rows_of, source
from sklearn.metrics import pairwise_distances_argmin
from sklearn.mixture import GaussianMixture

names = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}
points, truth = blobs(rows=320, columns=3, clusters=4, spread=1.0, seed=5)
x = points.astype(np.float64)
others = (blobs(rows=20, columns=3, clusters=4, spread=2.0, seed=6)[0]).astype(np.float32)
init = np.stack([points[truth == k].mean(axis=0) for k in range(4)]) + 0.3
init = init.astype(np.float32)


def start(covariance):
    """Weights, and inverse covariances, of the rows nearest to each starting mean."""
    labels = pairwise_distances_argmin(x, init.astype(np.float64))
    resp = np.eye(4)[labels]
    nk = resp.sum(axis=0)
    means = resp.T @ x / nk[:, None]
    full = np.stack([((x - m).T * r) @ (x - m) / r.sum() for m, r in zip(means, resp.T)])
    reg = 1e-6 * np.eye(3)
    precisions = {
        "full": lambda: np.linalg.inv(full + reg),
        "tied": lambda: np.linalg.inv((full * nk[:, None, None]).sum(axis=0) / nk.sum() + reg),
        "diagonal": lambda: 1 / (np.diagonal(full, axis1=1, axis2=2) + 1e-6),
        "spherical": lambda: 1 / (np.diagonal(full, axis1=1, axis2=2).mean(axis=1) + 1e-6),
    }[covariance]()
    return dict(weights_init=nk / nk.sum(), means_init=init.astype(np.float64), precisions_init=precisions)


def fit(covariance, **options):
    model = GaussianMixture(4, covariance_type=names[covariance], **start(covariance), **options).fit(x)
    return {
        "weights": model.weights_,
        "means": model.means_,
        "covariances": model.covariances_,
        "iterations": model.n_iter_,
        "converged": model.converged_,
        "logLikelihood": model.score(x),
        "bic": model.bic(x),
        "aic": model.aic(x),
        "labels": model.predict(x),
        "densities": model.score_samples(others.astype(np.float64)),
        "responsibilities": model.predict_proba(others.astype(np.float64)),
    }


dump(
    {
        "source": source(sklearn),
        "points": rows_of(points),
        "others": rows_of(others),
        "init": rows_of(init),
        "fits": {name: fit(name) for name in names},
        "long": {name: fit(name, tol=1e-7, max_iter=500) for name in names},
        "best": {
            name: GaussianMixture(4, covariance_type=names[name], n_init=20, tol=1e-6, max_iter=1000, random_state=0)
            .fit(x)
            .score(x)
            for name in names
        },
    }
)
