"""What scikit-learn and umap-learn take for the codes of a file: latent.py <file> <rows> <work>. Prints one JSON object."""
import json
import resource
import struct
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def codes(path, rows):
    """mu of a safetensors file."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        begin, end = header["mu"]["data_offsets"]
        file.seek(8 + length + begin)
        values = np.frombuffer(file.read(end - begin), dtype="<f4")
    return np.ascontiguousarray(values.reshape(header["mu"]["shape"])[:rows])


def pca(x):
    from sklearn.decomposition import PCA

    model = PCA(3)
    model.fit_transform(x[:1000])
    return lambda: model.fit_transform(x), lambda _: float(model.explained_variance_ratio_.sum())


def kmeans(x):
    from sklearn.cluster import KMeans

    KMeans(10, n_init=1, max_iter=2).fit(x[:1000])
    return lambda: KMeans(10, n_init=10, random_state=0).fit(x), lambda model: float(model.inertia_)


def gmm(x):
    from sklearn.mixture import GaussianMixture

    GaussianMixture(2, max_iter=2).fit(x[:1000])
    return lambda: GaussianMixture(10, random_state=0).fit(x), lambda model: float(model.score(x))


def hdbscan(x):
    from sklearn.cluster import HDBSCAN

    return lambda: HDBSCAN(min_cluster_size=50, min_samples=5).fit(x), lambda model: int((model.labels_ >= 0).sum())


def tsne(x):
    from sklearn.manifold import TSNE

    def run():
        model = TSNE(2, random_state=0)
        model.fit_transform(x)
        return model

    return run, lambda model: float(model.kl_divergence_)


def umap(x):
    from sklearn.manifold import trustworthiness
    from umap import UMAP

    # The first call compiles.
    UMAP(random_state=0, n_epochs=2).fit_transform(x[:500])

    def quality(layout):
        some = np.arange(0, len(x), max(1, len(x) // 3000))
        return float(trustworthiness(x[some], layout[some], n_neighbors=15))

    # Without a seed it uses all threads.
    return lambda: UMAP(n_neighbors=15).fit_transform(x), quality


work = {"pca": pca, "kmeans": kmeans, "gmm": gmm, "hdbscan": hdbscan, "tsne": tsne, "umap": umap}


def main():
    path, rows, name, repeats = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    run, quality = work[name](codes(path, rows))
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        result = run()
        times.append((time.perf_counter() - began) * 1000)
    print(
        json.dumps(
            {
                "ms": sorted(times)[len(times) // 2],
                "quality": quality(result),
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main()
