import { Vae } from "@vaekit/infer";
import { VaePool } from "@vaekit/infer/worker";

/** What runs a bundle: a Vae in this thread, or a pool of them in workers. */
export type Model = Pick<Vae, "manifest" | "encode" | "decode" | "sample" | "score" | "dispose">;

export interface ModelOptions {
  /** Threads inside one operator. */
  threads: number;
  /** Workers that run the graphs; 0 runs them in the server's own thread. */
  workers: number;
}

export type LoadModel = (directory: string, options: ModelOptions) => Promise<Model>;

/** Every file that is loaded was checked against the manifest's sha256. @throws BundleError */
export const loadModel: LoadModel = (directory, { threads, workers }) =>
  workers > 0 ? VaePool.load(directory, { threads, workers }) : Vae.load(directory, { threads });
