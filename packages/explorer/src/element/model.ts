import { NdArray, Vae } from "@vaekit/infer/tiny";
import type { BundleSource, Manifest } from "@vaekit/infer/web";

/** What was decoded: z [latent], pixels [height, width, channels] from 0 to 255. */
export interface Decoding {
  z: Float32Array;
  pixels: Uint8Array;
  shape: readonly [height: number, width: number, channels: number];
}

/** A decoder; a condition is one row, or null for models that are told nothing. */
export interface Decoder {
  readonly manifest: Manifest;
  decode(z: Float32Array, condition: Float32Array | null): Promise<Decoding>;
  sample(seed: number, temperature: number, condition: Float32Array | null): Promise<Decoding>;
}

const decoders = new Map<string, Promise<Decoder>>();

/** The decoder of the bundle in this folder, downloaded once for the whole page. @throws Error that says what is wrong */
export function decoderAt(folder: string): Promise<Decoder> {
  const { href } = new URL(folder.replace(/\/?(vaekit\.json)?$/, "/"), document.baseURI);
  let decoder = decoders.get(href);
  if (!decoder) {
    decoder = loadDecoder(href);
    decoders.set(href, decoder);
    // The next element that asks tries again.
    decoder.catch(() => decoders.delete(href));
  }
  return decoder;
}

async function loadDecoder(folder: string): Promise<Decoder> {
  const vae = await Vae.load(folderSource(folder));
  const { manifest } = vae;
  const { latent, data, condition: kind, prior } = manifest;
  const told = (condition: Float32Array | null) => (kind && condition ? { c: condition } : {});
  return {
    manifest,
    async decode(z, condition) {
      const { x_mean } = await vae.decode(new NdArray(z, [1, latent]), told(condition));
      return { z: z.slice(), pixels: x_mean.toUint8().data, shape: data.shape };
    },
    async sample(seed, temperature, condition) {
      const warm = prior.name === "codebook" ? {} : { temperature };
      const { z, x_mean } = await vae.sample(1, { seed, ...warm, ...told(condition) });
      return { z: z.data, pixels: x_mean.toUint8().data, shape: data.shape };
    },
  };
}

/** Files of a folder; a copy that the browser kept is asked for again, since their names do not change with their content. */
function folderSource(folder: string): BundleSource {
  return {
    name: new URL(folder).pathname.slice(0, -1),
    async read(file) {
      const url = new URL(file, folder);
      const response = await fetch(url, { cache: "no-cache" }).catch((cause: Error) => {
        throw new Error(`${url.pathname} cannot be reached: ${cause.message}`, { cause });
      });
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`${url.pathname}: the server answered ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
