"""t-SNE of scikit-learn: joint probabilities of a small set, and the divergence that layouts of a larger one come to."""
import numpy as np
import scipy
import sklearn
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities_nn
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from common import blobs, dump, rows_of, source


def joint(points, perplexity):
    """[i, j, p_ij] with i < j."""
    count = min(len(points) - 1, int(3 * perplexity + 1))
    graph = NearestNeighbors(n_neighbors=count).fit(points).kneighbors_graph(mode="distance")
    graph.data **= 2
    matrix = scipy.sparse.coo_array(_joint_probabilities_nn(graph, perplexity, 0))
    entries = [[int(i), int(j), float(f"{p:.9g}")] for i, j, p in zip(*matrix.coords, matrix.data) if i < j]
    return sorted(entries)


def layout(points, **options):
    model = TSNE(random_state=0, **options).fit(points)
    return {"options": options, "klDivergence": float(f"{model.kl_divergence_:.6g}")}


# One thread: sums in another order lead to another layout.
threadpool_limits(1)
small, _ = blobs(rows=60, columns=4, clusters=3, seed=7)
large, _ = blobs(rows=600, columns=8, clusters=6, spread=1.0, seed=8)
dump(
    {
        "source": source(sklearn, scipy),
        "joint": {"points": rows_of(small), "perplexity": 8, "pairs": joint(small.astype(np.float64), 8)},
        "layouts": {
            "points": rows_of(large),
            "results": [layout(large, n_components=2), layout(large, n_components=3), layout(large, perplexity=15)],
        },
    }
)
