import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomStream } from "@vaekit/infer";
import { type Dataset, images } from "@vaekit/train";
import { onTestFinished } from "vitest";

/** A temporary directory that goes when the test does. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "vaekit-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Small pictures with structure: a bright bar at a random place. [count, 6, 5, 1], uint8 */
export function bars(count: number, seed = 1): Dataset {
  const [height, width] = [6, 5];
  const stream = new RandomStream(seed, "sample");
  const values = new Uint8Array(count * height * width);
  for (let n = 0; n < count; n++) {
    const row = stream.below(height);
    for (let column = 0; column < width; column++)
      values[(n * height + row) * width + column] = 155 + stream.below(101);
  }
  return images({ name: "bars", shape: [height, width, 1], values });
}
