"""Trustworthiness and continuity (trustworthiness with the roles exchanged) of scikit-learn, on two embeddings of the same points."""
import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from common import blobs, dump, rows_of, source

points, _ = blobs(rows=240, columns=6, clusters=5, spread=0.8, seed=11)
wide = points.astype(np.float64)
embeddings = {
    "pca": PCA(2).fit_transform(wide).astype(np.float32),
    "shuffled": np.random.default_rng(3).normal(size=(240, 3)).astype(np.float32),
}
dump(
    {
        "source": source(sklearn),
        "points": rows_of(points),
        "cases": [
            {
                "name": name,
                "embedding": rows_of(embedding),
                "scores": [
                    {
                        "neighbours": count,
                        "trustworthiness": trustworthiness(wide, embedding.astype(np.float64), n_neighbors=count),
                        "continuity": trustworthiness(embedding.astype(np.float64), wide, n_neighbors=count),
                    }
                    for count in (1, 5, 12, 60)
                ],
            }
            for name, embedding in embeddings.items()
        ],
    }
)
