import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { exportBundle, writeAtomic } from "@vaekit/export";
import { concatRows, decodeTensors, encodeTensors, Vae } from "@vaekit/infer";
import { fit, mlp, openData } from "@vaekit/train";
import { root } from "./processes.mjs";

const [latent, epochs, seed] = [16, 10, 7];

/**
 * Posteriors of MNIST's 70,000 digits, the 10,000 of the test part first, by an MLP 784-512-256-16. Trained once (about two
 * minutes), then read from .cache. -> mu, logvar [70000, 16], labels [70000], and the file that holds them
 */
export async function latentCodes() {
  const file = join(root, ".cache", "bench", `mnist-codes-${latent}-${epochs}.safetensors`);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    await writeAtomic(file, encodeTensors(await makeCodes()));
  }
  const { mu, logvar, labels } = decodeTensors(new Uint8Array(readFileSync(file)), file).tensors;
  return { mu, logvar, labels: labels.data, file };
}

async function makeCodes() {
  console.log(`training an MLP with ${latent} latent dimensions on MNIST, once`);
  const train = await openData("mnist");
  const test = await openData("mnist:test");
  const run = await fit(mlp({ shape: train.shape, hidden: [512, 256], latent }), train, { epochs, seed });
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-"));
  try {
    await exportBundle(run.vae, join(folder, "bundle"));
    const vae = await Vae.load(join(folder, "bundle"));
    const codes = [await vae.encode(test.values), await vae.encode(train.values)];
    await vae.dispose();
    const { data, shape } = { data: Int32Array.from([...test.labels, ...train.labels]), shape: [70_000] };
    return {
      tensors: {
        mu: concatRows(codes.map(({ mu }) => mu)),
        logvar: concatRows(codes.map(({ logvar }) => logvar)),
        labels: { data, shape },
      },
    };
  } finally {
    run.vae.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
