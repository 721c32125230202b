"""KL, correlation, distances to the prior, intrinsic dimension and outliers: scikit-learn, scipy and numpy."""
import numpy as np
import scipy
import sklearn
from common import blobs, dump, rows_of, source
from scipy import integrate, linalg, stats
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors


def make_codes():
    """120 posteriors of 4 dimensions: two correlated ones, one with a wide sigma, one that is all but collapsed."""
    rng = np.random.default_rng(5)
    base = rng.normal(size=(120, 2))
    mu = np.c_[base[:, 0], 0.7 * base[:, 0] + 0.6 * base[:, 1] + 0.3, 0.5 * rng.normal(size=120), 0.01 * rng.normal(size=120)]
    logvar = np.c_[rng.normal(-2, 0.5, (120, 2)), rng.normal(-0.5, 0.3, 120), rng.normal(0, 0.01, 120)]
    return mu.astype(np.float32), logvar.astype(np.float32)


def kl_by_integral(mu, logvar):
    """Mean KL per dimension, by Simpson's rule over q ln(q / p)."""
    std = np.exp(logvar / 2)
    z = mu + std * np.linspace(-12, 12, 2001)[:, None, None]
    term = stats.norm.pdf(z, mu, std) * (stats.norm.logpdf(z, mu, std) - stats.norm.logpdf(z))
    return integrate.simpson(term, x=z, axis=0).mean(0)


def gaussian_fit(mu, logvar):
    """Of the aggregated posterior's moments: total correlation, KL and 2-Wasserstein distance to N(0, I)."""
    mean = mu.mean(0)
    covariance = np.cov(mu.T, bias=True) + np.diag(np.exp(logvar).mean(0))
    sign, logdet = np.linalg.slogdet(covariance)
    total = 0.5 * (np.log(np.diag(covariance)).sum() - logdet)
    kl = 0.5 * (np.trace(covariance) + mean @ mean - len(mean) - logdet)
    root = linalg.sqrtm(covariance).real
    w2 = np.sqrt(mean @ mean + np.trace(covariance + np.eye(len(mean)) - 2 * root))
    return {"mean": mean, "std": np.sqrt(np.diag(covariance)), "totalCorrelation": total, "kl": kl, "wasserstein2": w2}


def squared_mmd(mu, logvar):
    """Gaussian kernel of variance d: E k(x, y) of two Gaussians is a Gaussian density at the difference of their means."""
    rows, d = mu.shape
    unit = (2 * np.pi * d) ** (d / 2)
    kernel = lambda off, spread: unit * np.exp(stats.norm.logpdf(off, 0, np.sqrt(d + spread)).sum(-1))
    var = np.exp(logvar)
    prior = kernel(np.zeros(d), 2 * np.ones(d))
    cross = kernel(mu, var + 1).mean()
    pairs = kernel(mu[:, None] - mu[None], var[:, None] + var[None]).mean()
    return prior - 2 * cross + pairs


def by_grid(mu, logvar):
    """KL(q || p), I(x; z) and the total correlation of 2-D codes, by summing densities on a fine grid."""
    axis = np.linspace(-9, 9, 1801)
    step = axis[1] - axis[0]
    each = stats.norm.pdf(axis[None, :, None], mu[:, None, :], np.exp(logvar / 2)[:, None, :])
    q = np.einsum("ia,ib->ab", each[:, :, 0], each[:, :, 1]) / len(mu)
    p = stats.norm.pdf(axis)[:, None] * stats.norm.pdf(axis)[None]
    qa, qb = q.sum(1) * step, q.sum(0) * step
    seen = q > 1e-300
    entropy = -(q[seen] * np.log(q[seen])).sum() * step**2
    cross = (q[seen] * np.log(p[seen])).sum() * step**2
    marginals = sum((m[m > 0] * np.log(m[m > 0])).sum() * step for m in (qa, qb))
    within = (0.5 * (1 + np.log(2 * np.pi) + logvar)).sum(1).mean()
    return {"aggregateKl": -entropy - cross, "mutualInformation": entropy - within, "totalCorrelation": -entropy - marginals}


def dimensions(points, k):
    """TwoNN without its largest tenth; the maximum likelihood estimate with averaged inverses; the participation ratio."""
    rows = len(points)
    distance = NearestNeighbors(n_neighbors=k).fit(points).kneighbors()[0]
    ratio = np.sort(np.log(distance[:, 1] / distance[:, 0]))
    kept = int(rows * 0.9)
    empirical = -np.log(1 - np.arange(1, rows + 1)[:kept] / rows)
    two = np.linalg.lstsq(ratio[:kept, None], empirical, rcond=None)[0][0]
    mle = 1 / np.log(distance[:, -1:] / distance[:, :-1]).mean()
    values = np.linalg.eigvalsh(np.cov(points.T))
    return {"twoNn": two, "mle": mle, "participationRatio": values.sum() ** 2 / (values**2).sum()}


def main():
    mu, logvar = make_codes()
    wide = mu.astype(np.float64), logvar.astype(np.float64)
    plane = tuple(a[:12, :2].astype(np.float64) for a in (mu, logvar))
    points, _ = blobs(rows=200, columns=4, seed=7)
    factors = {}
    for k in (5, 20):
        model = LocalOutlierFactor(n_neighbors=k).fit(points.astype(np.float64))
        factors[k] = {"lof": -model.negative_outlier_factor_, "distance": model._distances_fit_X_.mean(1)}
    rng = np.random.default_rng(11)
    sheet = (rng.uniform(size=(250, 2)) @ rng.normal(size=(2, 8))).astype(np.float32)
    dump(
        {
            "source": source(sklearn, scipy),
            "mu": rows_of(mu),
            "logvar": rows_of(logvar),
            "kl": kl_by_integral(*wide),
            "variance": wide[0].var(0, ddof=1),
            "correlation": np.corrcoef(wide[0].T).ravel(),
            "gaussian": gaussian_fit(*wide),
            "squaredMmd": squared_mmd(*wide),
            "grid": {"rows": 12, "columns": 2, **by_grid(*plane)},
            "outliers": {"points": rows_of(points), **factors},
            "dimension": {"points": rows_of(sheet), "neighbours": 15, **dimensions(sheet.astype(np.float64), 15)},
        }
    )


main()
