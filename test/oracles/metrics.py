"""Expected values for test/train/metrics-*.test.ts, from scikit-learn, SciPy and Astropy.

Run: python test/oracles/metrics.py   (needs astropy, scikit-learn, scipy; not part of the tests, which store what it prints)
"""

import astropy
import numpy as np
import scipy
import scipy.optimize
import sklearn
from astropy.stats import jackknife_stats
from scipy.special import logsumexp
from scipy.stats import entropy, t
from sklearn.linear_model import Lasso, LinearRegression
from sklearn.metrics import mutual_info_score, r2_score
from sklearn.svm import LinearSVC


def uniform(seed, count):
    """The generator of test/train/metrics-draws.ts: Numerical Recipes' congruential one, 32 bits."""
    out = np.empty(count)
    state = seed
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = state / 2**32
    return out


def normal(seed, count):
    u = uniform(seed, 2 * count).reshape(count, 2)
    return np.sqrt(-2 * np.log(u[:, 0] + 2.0**-33)) * np.cos(2 * np.pi * u[:, 1])


def show(name, values):
    print(name, np.array2string(np.asarray(values, dtype=float).ravel(), precision=17, separator=", ", max_line_width=110))


print("scikit-learn", sklearn.__version__, "scipy", scipy.__version__, "astropy", astropy.__version__)

show("student", t.ppf(0.975, [1, 5, 20, 21, 30, 100, 5000]))
sample = normal(3, 7)
show("interval", [sample.mean(), scipy.stats.sem(sample), *t.interval(0.95, 6, sample.mean(), scipy.stats.sem(sample))])

weights = -90 + 6 * normal(1, 5 * 12).reshape(5, 12)
for k in (1, 4, 5, 12):
    groups = 12 // k
    cut = weights[:, : groups * k].reshape(5, groups, k)
    bounds = logsumexp(cut, axis=2) - np.log(k)
    show(f"bound {k}", bounds.mean(axis=1))
    show(f"bound {k} mean, sem", [bounds.mean(), scipy.stats.sem(bounds.mean(axis=1))])
    if groups > 1:
        show(f"bound {k} noise", [np.sqrt((bounds.var(axis=1, ddof=1) / groups).sum()) / 5])

def jackknife(rows, blocks):
    """Standard error of ln mean w, deleting a block of weights at a time."""
    mean_of = lambda parts: logsumexp(parts) - np.log(parts.size)
    parts = np.arange(blocks)
    errors = [
        jackknife_stats(parts, lambda kept, row=row: mean_of(row.reshape(blocks, -1)[kept.astype(int)]), 0.95)[2] for row in rows
    ]
    return np.sqrt(np.sum(np.square(errors))) / len(rows)


show("bound 12 noise", [jackknife(weights, 12)])
show("bound 60 noise", [jackknife(weights.reshape(1, 60), 20)])

a = normal(31, 500)
b = 0.6 * a + 0.8 * normal(32, 500)
digitized = [np.digitize(v, np.histogram(v, 20)[1][:-1]) for v in (a, b)]
show("bin counts", np.bincount(digitized[0], minlength=21)[1:])
show("information, entropies", [mutual_info_score(*digitized), mutual_info_score(digitized[0], digitized[0])])
show("entropy", [entropy(np.bincount(digitized[1]))])

def polish(x, sign, cost, line):
    """LinearSVC stops at seven digits or so: go on to where the gradient of its loss is zero."""

    def gradient(at):
        slack = cost * np.maximum(0, 1 - sign * (at[0] * x + at[1]))
        return at - 2 * np.array([np.sum(slack * sign * x), np.sum(slack * sign)])

    solution = scipy.optimize.root(gradient, line, tol=1e-15).x
    assert np.allclose(solution, line, atol=1e-6), (solution, line)
    return solution


codes = normal(41, 300 * 4).reshape(300, 4)
codes[:, 2] = 0.7 * codes[:, 0] + 0.3 * codes[:, 2]
continuous = 2 * codes[:, 0] - 0.5 * codes[:, 3] + 0.3 * normal(42, 300)
discrete = np.digitize(codes[:, 1] + 0.4 * normal(43, 300), [-0.5, 0.4])
factors = np.stack([continuous, discrete], 1)
binned = [np.digitize(c, np.histogram(c, 20)[1][:-1]) for c in codes.T]
known = [np.digitize(continuous, np.histogram(continuous, 20)[1][:-1]), discrete]
m = np.array([[mutual_info_score(v, c) for v in known] for c in binned])
show("mig information", m)
top = np.sort(m, axis=0)
gap = [(top[-1, j] - top[-2, j]) / mutual_info_score(v, v) for j, v in enumerate(known)]
show("mig", [*gap, np.mean(gap)])
show(
    "sap r2",
    [r2_score(continuous, LinearRegression().fit(codes[:, [i]], continuous).predict(codes[:, [i]])) for i in range(4)],
)
for name, labels in {"three": discrete, "two": (discrete > 0).astype(int)}.items():
    for column in (1, 3):
        machine = LinearSVC(C=0.01, class_weight="balanced", dual=False, tol=1e-14, max_iter=10000)
        machine.fit(codes[:, [column]], labels)
        lines = np.stack([machine.coef_.ravel(), machine.intercept_], 1)
        balance = 300 / ((labels.max() + 1) * np.bincount(labels))
        for own, line in enumerate(lines):
            two = len(lines) == 1
            sign = np.where(labels == (1 if two else own), 1, -1)
            cost = 0.01 * np.where(sign > 0, balance[1 if two else own], balance[0] if two else 1)
            lines[own] = polish(codes[:, column], sign, cost, line)
        show(f"svc {name} {column}", lines.T)
        show(f"svc {name} {column} accuracy", [machine.score(codes[:, [column]], labels)])

centred = codes - codes.mean(0)
for alpha in (0.01, 0.1, 0.5):
    fit = Lasso(alpha=alpha, tol=1e-15, max_iter=100000).fit(centred, continuous - continuous.mean())
    show(f"lasso {alpha}", fit.coef_)

importance = uniform(51, 12).reshape(4, 3)
importance[2] = [0, 0.8, 0]
show("importance", importance)
share = importance.sum(1) / importance.sum()
show("disentanglement", [np.sum(share * (1 - entropy(importance.T, base=3)))])
share = importance.sum(0) / importance.sum()
show("completeness", [np.sum(share * (1 - entropy(importance, base=4)))])
