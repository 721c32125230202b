import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tf } from "@vaekit/train";

/** A saved model's artifacts, put together by tfjs itself: the other way to read the same files. */
export function readSaved(directory: string): { load: () => Promise<unknown> } {
  const json = JSON.parse(readFileSync(join(directory, "model.json"), "utf8"));
  return {
    load: () =>
      tf.io.getModelArtifactsForJSON(json, async (manifest) => {
        const paths = manifest.flatMap((group) => group.paths);
        const bytes = Buffer.concat(paths.map((path) => readFileSync(join(directory, path))));
        const specs = manifest.flatMap((group) => group.weights);
        return [specs, new Uint8Array(bytes).buffer];
      }),
  };
}
