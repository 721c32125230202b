import type { CallName, LatentCalls } from "./calls.js";
import type { Channel } from "./channel.js";

/**
 * The library's long calls, made in a thread of its own: same arguments, same results, while the calling thread stays free.
 *
 * Calls are made one after another. What they are given is copied when the call is made, and may be changed afterwards; results
 * are moved, not copied. `onProgress` is told as in the library; a signal ends the computation itself; pca has none,
 * since it does not rest. Errors are of the same classes. In Node, the process does not wait for an idle worker.
 */
export class BaseLatentWorker implements LatentCalls {
  readonly nearestNeighbours = this.method("nearestNeighbours");
  readonly neighbourPath = this.method("neighbourPath");
  readonly pca = this.method("pca");
  readonly umap = this.method("umap");
  readonly umapTransform = this.method("umapTransform");
  readonly tsne = this.method("tsne");
  readonly trustworthiness = this.method("trustworthiness");
  readonly continuity = this.method("continuity");
  readonly kmeans = this.method("kmeans");
  readonly gaussianMixture = this.method("gaussianMixture");
  readonly posteriorMixture = this.method("posteriorMixture");
  readonly hdbscan = this.method("hdbscan");
  readonly chooseClusters = this.method("chooseClusters");
  readonly clusterStability = this.method("clusterStability");
  readonly silhouette = this.method("silhouette");
  readonly aggregatedPosterior = this.method("aggregatedPosterior");
  readonly totalCorrelation = this.method("totalCorrelation");
  readonly distanceToPrior = this.method("distanceToPrior");
  readonly squaredMmd = this.method("squaredMmd");
  readonly intrinsicDimension = this.method("intrinsicDimension");
  readonly mutualInformation = this.method("mutualInformation");
  readonly outliers = this.method("outliers");
  readonly holes = this.method("holes");

  protected constructor(private readonly channel: Channel) {}

  /** End the thread at once; calls that it has not answered reject with DisposedError. Safe to call twice. */
  dispose(): Promise<void> {
    return this.channel.close();
  }

  private method<K extends CallName>(name: K): LatentCalls[K] {
    const call = (...args: unknown[]): Promise<unknown> => this.channel.call(name, args);
    return call as LatentCalls[K];
  }
}
