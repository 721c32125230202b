import { Vae } from "@vaekit/infer";
import type { LoadModel, Model } from "@vaekit/serve";

/** A bundle whose decoder waits until it is let go, and counts what it is asked. */
export function gatedModel() {
  const runs: number[] = [];
  let waiting: (() => void)[] = [];
  let open = true;
  const load: LoadModel = async (directory) => {
    const vae = await Vae.load(directory);
    const model: Model = {
      manifest: vae.manifest,
      encode: (...given) => vae.encode(...given),
      async decode(z, ...rest) {
        const outputs = await vae.decode(z, ...rest);
        runs.push(outputs.x_mean.length);
        if (!open) await new Promise<void>((go) => waiting.push(go));
        return outputs;
      },
      sample: (...given) => vae.sample(...given),
      score: (...given) => vae.score(...given),
      dispose: () => vae.dispose(),
    };
    return model;
  };
  return {
    load,
    /** Rows of each run of the decoder. */
    runs,
    close(): void {
      open = false;
    },
    open(): void {
      open = true;
      for (const go of waiting) go();
      waiting = [];
    },
  };
}
