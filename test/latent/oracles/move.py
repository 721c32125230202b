"""Oracle values for the moves through latent space: quantiles of mixtures, logistic directions, shortest paths, cut normals."""
import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.special import ndtr
from scipy.stats import norm, truncnorm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from common import blobs, dump, rows_of, source

rng = np.random.default_rng(6)


def quantiles():
    mu, _ = blobs(rows=80, columns=3, seed=1)
    logvar = rng.normal(-2, 1.5, size=mu.shape).astype(np.float32)
    probabilities = [1e-6, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-6]
    values = []
    for j in range(mu.shape[1]):
        means, sigmas = mu[:, j].astype(float), np.exp(logvar[:, j].astype(float) / 2)
        values.append(
            [brentq(lambda z: norm.cdf(z, means, sigmas).mean() - p, -100, 100, xtol=1e-13) for p in probabilities]
        )
    return {"mu": rows_of(mu), "logvar": rows_of(logvar), "probabilities": probabilities, "values": values}


def distribution():
    x = np.array([-37, -20, -9, -7.1, -7, -5, -3, -1.2, -0.1, 0, 0.3, 1, 2.5, 4, 6, 7.2, 8])
    return {"x": x, "cdf": ndtr(x)}


def attributes():
    points, labels = blobs(rows=150, columns=5, clusters=3, spread=3.0, seed=2)
    points[:, 3] *= 40
    points[:, 3] += 7
    target = labels == 2
    scaler = StandardScaler().fit(points.astype(float))
    x = scaler.transform(points.astype(float))
    fits = []
    for regularization in [0.01, 1, 100]:
        model = LogisticRegression(C=1 / regularization, tol=1e-12, max_iter=10000).fit(x, target)
        weights = model.coef_[0] / scaler.scale_
        bias = model.intercept_[0] - weights @ scaler.mean_
        length = np.linalg.norm(weights)
        scores = points.astype(float) @ weights + bias
        fits.append(
            {
                "regularization": regularization,
                "direction": weights / length,
                "bias": bias / length,
                "accuracy": model.score(x, target),
                "auc": roc_auc_score(target, scores),
            }
        )
    means = points[target].astype(float).mean(0), points[~target].astype(float).mean(0)
    difference = means[0] - means[1]
    scale = np.linalg.norm(difference)
    mean = {
        "direction": difference / scale,
        "scale": scale,
        "auc": roc_auc_score(target, points.astype(float) @ difference),
    }
    return {"points": rows_of(points), "target": target.astype(int), "logistic": fits, "meanDifference": mean}


def areas():
    scores = np.round(rng.normal(size=60), 1)
    truth = (scores + rng.normal(size=60) > 0.3).astype(int)
    return {"scores": scores, "truth": truth, "auc": roc_auc_score(truth, scores)}


def paths():
    nodes, edges = 60, []
    for a in range(nodes - 5):
        for b in rng.choice(nodes - 5, size=3, replace=False):
            if a != b:
                edges.append((int(a), int(b)))
    edges = sorted({(min(a, b), max(a, b)) for a, b in edges})
    weights = np.round(rng.exponential(size=len(edges)), 3) + 0.001
    a, b = np.array(edges).T
    graph = csr_matrix((weights, (a, b)), shape=(nodes, nodes))
    lengths = dijkstra(graph, directed=False, indices=[0, 17])
    # JSON has no infinity: -1 where there is no way.
    lengths[np.isinf(lengths)] = -1
    return {"nodes": nodes, "edges": edges, "weights": weights, "from": [0, 17], "lengths": lengths}


def truncated():
    return [
        {"bound": bound, "variance": truncnorm(-bound, bound).var(), "fourth": truncnorm(-bound, bound).moment(4)}
        for bound in [0.3, 1.0, 2.0, 4.0]
    ]


dump(
    {
        "source": source(sklearn, scipy),
        "quantiles": quantiles(),
        "distribution": distribution(),
        "attributes": attributes(),
        "areas": areas(),
        "paths": paths(),
        "truncated": truncated(),
    }
)
