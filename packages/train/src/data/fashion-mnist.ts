import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeAtomic, writeError } from "@vaekit/export";
import { DataError } from "@vaekit/infer";
import { readIdxImages } from "./idx-images.js";
import { idxNames, type NamedSource, type Split } from "./named.js";

/** Where Debian's package dataset-fashion-mnist puts it. */
const debianFolder = "/usr/share/datasets/fashion-mnist";
/** The authors' download (Xiao, Rasul & Vollgraf 2017); VAEKIT_FASHION_MNIST_URL names a mirror. */
const home = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com";

/** Of the unpacked contents, because mirrors compress differently. */
const sha256: Readonly<Record<string, { digest: string; bytes: number }>> = {
  "train-images-idx3-ubyte": {
    digest: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    bytes: 47040016,
  },
  "train-labels-idx1-ubyte": {
    digest: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    bytes: 60008,
  },
  "t10k-images-idx3-ubyte": {
    digest: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    bytes: 7840016,
  },
  "t10k-labels-idx1-ubyte": {
    digest: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    bytes: 10008,
  },
};

/** Zalando's pictures of clothes, in MNIST's format: 60,000 to train, 10,000 to test. */
export const fashionMnist: NamedSource = {
  describe: () => (existsSync(debianFolder) ? debianFolder : `${cacheFolder()} (downloaded when first used)`),
  async open(split: Split) {
    const { images, labels } = idxNames[split];
    return readIdxImages(await locate(images), { name: "fashion-mnist", labels: await locate(labels) });
  },
};

async function locate(name: string): Promise<string> {
  const installed = join(debianFolder, `${name}.gz`);
  if (existsSync(installed)) return installed;
  const cached = join(cacheFolder(), name);
  if (!existsSync(cached)) await download(name, cached);
  return cached;
}

/** $XDG_CACHE_HOME/vaekit/fashion-mnist, by default below ~/.cache. */
function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "vaekit", "fashion-mnist");
}

async function download(name: string, target: string): Promise<void> {
  const url = `${process.env.VAEKIT_FASHION_MNIST_URL ?? home}/${name}.gz`;
  const advice = "Install Debian's dataset-fashion-mnist, or set VAEKIT_FASHION_MNIST_URL to a mirror.";
  const { digest, bytes } = sha256[name]!;
  let packed: Uint8Array;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    packed = await readBounded(response, bytes);
  } catch (cause) {
    throw new DataError(`fashion-mnist: ${name} could not be downloaded (${reason(cause)}). ${advice}`, {
      cause,
    });
  }
  let unpacked: Uint8Array;
  try {
    unpacked = gunzipSync(packed, { maxOutputLength: bytes });
  } catch (cause) {
    throw new DataError(`fashion-mnist: ${name} came damaged (${reason(cause)}). Try again. ${advice}`, {
      cause,
    });
  }
  if (createHash("sha256").update(unpacked).digest("hex") !== digest) {
    throw new DataError(`fashion-mnist: ${name} is not what was published (sha256). Try again. ${advice}`);
  }
  await mkdir(cacheFolder(), { recursive: true }).catch((cause) => {
    throw writeError(cacheFolder(), cause);
  });
  await writeAtomic(target, unpacked);
}

async function readBounded(response: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > limit) throw new Error(`more than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function reason(cause: unknown): string {
  const error = cause as Error & { cause?: Error };
  return error.cause?.message || error.message;
}
