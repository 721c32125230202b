import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BundleSource, manifestName, Vae, VaekitError } from "@vaekit/infer";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const runs = 100;

describe("vaekit.json", () => {
  let manifest: Uint8Array;
  beforeAll(() => {
    manifest = new Uint8Array(readFileSync(join(bundle.directory, manifestName)));
  });

  /** The bundle with another manifest, in memory. */
  const withManifest = (bytes: Uint8Array): BundleSource => ({
    name: "mutated",
    read: async (file, limit) =>
      file === manifestName
        ? bytes
        : new Uint8Array(readFileSync(join(bundle.directory, file)).subarray(0, limit)),
  });

  /** "works" when it loads and runs; "refused" when a VaekitError says why; any other error is thrown. */
  async function outcome(bytes: Uint8Array): Promise<"works" | "refused"> {
    let vae: Vae;
    try {
      vae = await Vae.load(withManifest(bytes));
    } catch (error) {
      if (!(error instanceof VaekitError)) throw error;
      return "refused";
    }
    try {
      const { mu } = await vae.encode(bundle.data.values.subarray(0, 30));
      await vae.decode(mu);
      await vae.score(bundle.data.values.subarray(0, 30));
    } finally {
      await vae.dispose();
    }
    return "works";
  }

  it("loads or is refused with a VaekitError, whichever byte is another", async () => {
    const seen = { works: 0, refused: 0 };
    // Any byte, and those more often that leave it JSON.
    const byte = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(...new TextEncoder().encode('0123456789-.ex",:[]{} ')),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: manifest.length - 1 }), byte, async (at, value) => {
        const bytes = manifest.slice();
        bytes[at] = value;
        seen[await outcome(bytes)] += 1;
      }),
      { numRuns: runs, seed: 1 },
    );
    expect(Math.min(seen.refused, seen.works)).toBeGreaterThan(0);
  });

  it("is refused with a VaekitError wherever it is cut off", async () => {
    // The last byte is a line end, without which it is still whole.
    const cut = fc.nat({ max: manifest.length - 2 });
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        expect(await outcome(manifest.slice(0, length))).toBe("refused");
      }),
      { numRuns: runs, seed: 2 },
    );
  });

  it("loads with fields added, as later minor versions may do", async () => {
    const extended = { ...JSON.parse(new TextDecoder().decode(manifest)), later: { more: true } };
    expect(await outcome(new TextEncoder().encode(JSON.stringify(extended)))).toBe("works");
  });
});
