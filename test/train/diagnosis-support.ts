import {
  type AnyModelConfig,
  type Dataset,
  type Diagnosis,
  diagnose,
  type FitEvent,
  type FitOptions,
  fit,
  images,
  mlp,
  patientOf,
  shapes,
} from "@vaekit/train";
import { bars } from "../support/data.ts";

/** Pictures to learn from, and others to look at. */
export interface Pictures {
  train: Dataset;
  test: Dataset;
}

export const drawn: Pictures = {
  train: shapes({ count: 512, size: 16 }),
  test: shapes({ count: 400, size: 16, seed: 5 }),
};

export const striped: Pictures = { train: bars(512), test: bars(400, 7) };

/** Bars in black and white only, with the row as the label: the label says all. */
export const told: Pictures = { train: labelled(bars(512)), test: labelled(bars(400, 7)) };

/** Every pixel by itself. */
export const noise: Pictures = { train: unrelated(bars(512), 1), test: unrelated(bars(400, 7), 2) };

function labelled(data: Dataset): Dataset {
  const values = data.values.map((value) => (value > 0 ? 255 : 0));
  const labels = Uint8Array.from({ length: data.count }, (_, i) => {
    const at = values.subarray(i * 30, (i + 1) * 30).indexOf(255);
    return Math.floor(at / 5);
  });
  return images({ name: "told", shape: data.shape, values, labels });
}

/** The pixels of many pictures, put together at random: each picture takes each pixel from another one. */
function unrelated({ values, count, shape }: Dataset, step: number): Dataset {
  const out = values.map((_, at) => {
    const [example, pixel] = [Math.floor(at / 30), at % 30];
    return values[((example * (2 * pixel + step) + pixel * 37) % count) * 30 + pixel]!;
  });
  return images({ name: "noise", shape, values: out });
}

export type ModelOptions = Partial<Parameters<typeof mlp>[0]>;

export const small = ({ train }: Pictures, options: ModelOptions = {}) =>
  mlp({ shape: train.shape, latent: 8, hidden: [64], ...options });

/** Train, look at it, and let it go. */
export async function trainAndDiagnose(
  pictures: Pictures,
  model: AnyModelConfig,
  options: FitOptions = {},
): Promise<Diagnosis & { warnings: string[] }> {
  const warnings: string[] = [];
  const onEvent = (event: FitEvent) => {
    if (event.type === "warning" && /collapse|loss/.test(event.message)) warnings.push(event.message);
  };
  const run = await fit(model, pictures.train, {
    epochs: 20,
    batch: 16,
    seed: 1,
    threads: 1,
    ...options,
    onEvent,
  });
  try {
    return { ...(await diagnose(patientOf(run, { threads: 1 }), pictures.test)), warnings };
  } finally {
    run.vae.dispose();
  }
}
