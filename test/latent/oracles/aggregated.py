"""What the average KL is made of, and distances between samples: scipy and numpy, in double precision of float32 draws."""
import numpy as np
import scipy
from common import dump, rows_of, source
from scipy.spatial.distance import cdist
from scipy.special import logsumexp
from scipy.stats import norm, sem, wasserstein_distance


def aggregated(mu, logvar, z):
    """Means over the draws, with their standard errors, of log densities under the mixture of all posteriors."""
    rows = len(mu)
    each = norm.logpdf(z[:, None, :], mu[None], np.exp(logvar / 2)[None])
    mixture = logsumexp(each.sum(2), axis=1) - np.log(rows)
    dimension = logsumexp(each, axis=1) - np.log(rows)
    own = norm.logpdf(z, mu, np.exp(logvar / 2)).sum(1)
    prior = norm.logpdf(z)
    terms = {
        "mutualInformation": own - mixture,
        "marginalKl": mixture - prior.sum(1),
        "averageKl": own - prior.sum(1),
        "totalCorrelation": mixture - dimension.sum(1),
        "dimensionwiseKl": (dimension - prior).sum(1),
    }
    others = each.sum(2)
    np.fill_diagonal(others, -np.inf)
    return {
        **{name: [values.mean(), sem(values)] for name, values in terms.items()},
        "mutualInformationUpper": np.mean(own - logsumexp(others, axis=1) + np.log(rows - 1)),
        "klPerDimension": (dimension - prior).mean(0),
    }


def squared_mmd(x, y, kernel):
    """Unbiased, and the standard deviation that it would have if both were draws of the same."""
    n = len(x)
    xx, yy, xy = (kernel(cdist(a, b, "sqeuclidean")) for a, b in ((x, x), (y, y), (x, y)))
    off = lambda m: (m.sum() - m.diagonal().sum()) / (n * (n - 1))
    h = xx + yy - xy - xy.T
    return [off(xx) + off(yy) - 2 * xy.mean(), np.sqrt(2 / (n * (n - 1)) * off(h**2))]


def main():
    rng = np.random.default_rng(11)
    mu = (rng.normal(size=(40, 3)) * [1.0, 0.3, 0.05]).astype(np.float32)
    logvar = (-1 + 0.7 * rng.normal(size=(40, 3))).astype(np.float32)
    z = (mu + np.exp(logvar / 2) * rng.normal(size=(40, 3))).astype(np.float32)
    x = rng.normal(size=(30, 4)).astype(np.float32)
    y = (0.5 + 1.3 * rng.normal(size=(30, 4))).astype(np.float32)
    wide = [a.astype(np.float64) for a in (mu, logvar, z)]
    samples = x.astype(np.float64), y.astype(np.float64)
    kernels = {
        "imq": lambda d: 8 / (8 + d),
        "rbf": lambda d: np.exp(-d / 8),
        "narrow": lambda d: np.exp(-d / 3),
    }
    dump(
        {
            "source": source(scipy),
            "mu": rows_of(mu),
            "logvar": rows_of(logvar),
            "z": rows_of(z),
            "variance": np.diag(np.cov(wide[0].T)),
            "terms": aggregated(*wide),
            "x": rows_of(x),
            "y": rows_of(y),
            "mmd": {name: squared_mmd(*samples, kernel) for name, kernel in kernels.items()},
            "wasserstein": [wasserstein_distance(samples[0][:, d], samples[1][:, d]) for d in range(4)],
        }
    )


main()
