import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekitHere } from "./in-process.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  writeFileSync(join(folder, "no-function.mjs"), "export const build = 1;");
  const config = (name: string, options: object) =>
    writeFileSync(join(folder, name), JSON.stringify(options));
  config("object.json", { latent: { size: 3 } });
  config("nested.json", { objective: { kind: "iwae", sampels: 3 } });
  config("warmup.json", { klWarmup: { kind: "linear", epochs: -1 } });
  config("run.json", { format: "vaekit-run", version: 1, model: { kind: "mlp" } });
  writeFileSync(
    join(folder, "throws.mjs"),
    "export default () => { throw new TypeError('no such layer'); };",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is typed behind `train`, and what the message must say. There are no such data: nothing has read any by then. */
const withoutData: [string, RegExp][] = [
  ["--model resnt", /unknown model "resnt"; one of mlp, .*Did you mean resnet\?/],
  ["--preset exemplr", /unknown preset "exemplr"; one of keras-dense, .*Did you mean exemplar\?/],
  ["--preset exemplar --model conv", /--model conv: the preset is a gated-mlp/],
  [
    "--model conv --hidden 3 --blocks 2",
    /--hidden, --blocks: model conv has no such option\. It has .*--filters/,
  ],
  ["--preset keras-dense --filters 3", /--filters: model mlp has no such option/],
  ["--model custom", /say which module builds it: --module/],
  ["--module none.mjs", /the module \S+none\.mjs cannot be loaded: there is no such file$/m],
  [
    "--module no-function.mjs",
    /no-function\.mjs must export its build function as the default.*exports build/,
  ],
  ["--model resnet --channels 12", /groups must divide all channels, got 8 groups and 12 channels/],
  ["--model resnet --norm grup", /unknown norm "grup".*Did you mean group\?/],
  ["--dropout 1", /--dropout takes a share from 0, below 1, got "1"/],
  ["--logvar 2,-6", /--logvar takes two numbers, the smaller first, such as -6,2; got "2,-6"/],
  ["--likelihood gausian", /unknown likelihood "gausian".*Did you mean gaussian\?/],
  ["--likelihood gaussian:sigma", /--likelihood takes a name, with settings as in gaussian:sigma=0\.1/],
  ["--likelihood gaussian:sigm=1", /likelihood gaussian: there is no option "sigm"\. Did you mean sigma\?/],
  ["--prior mixture:components=0", /prior mixture: components: must be at least 1, got 0/],
  ["--prior vamp --condition labels", /prior vamp encodes pseudo-inputs/],
  ["--condition labels,,scale", /--condition takes labels or scale,rotation/],
  ["--prior codebook", /prior codebook is learned by objective vq, got objective elbo/],
  ["--objective vq --prior mixture", /objective vq learns a codebook, got prior mixture/],
  ["--objective vq --latent 9", /latent must be a multiple of dimension, got latent 9 and dimension 8/],
  ["--objective iwae:sample=3", /objective iwae: there is no option "sample"\. Did you mean samples\?/],
  ["--objective iwae:samples=0", /objective iwae: samples: must be at least 1, got 0/],
  ["--objective beta-tc --batch 1", /beta-tc compares the examples of a batch: it needs 2 or more/],
  ["--objective infovae:lambda=0", /alpha \+ lambda - 1 must not be negative/],
  ["--objective elbo:beta=2", /no option "beta".*On the command line, beta is --beta\./],
  ["--objective ae --beta 2", /objective ae: beta 2 means nothing to it/],
  [
    "--objective iwae --free-bits 0.5",
    /freeBits means nothing to it.*On the command line, freeBits is --free-bits\./,
  ],
  ["--optimizer sgd:nesterov=true", /optimizer sgd: nesterov: needs a momentum above 0/],
  ["--optimizer adamm", /unknown optimizer "adamm".*Did you mean adam\?/],
  ["--rate cosin", /unknown rate "cosin".*Did you mean cosine\?/],
  ["--rate cosine:epochs=20", /it reaches its minimum after 20 epochs, but the run has 10/],
  ["--rate step:milestones=12", /it would change after epoch 12, but the run has 10/],
  ["--rate plateau --validation 0", /plateau: it follows the validation loss, and no examples are kept back/],
  [
    "--kl-warmup 20",
    /warmup: it takes 20 epochs, but the run has 10.*On the command line, warmup is --kl-warmup\./,
  ],
  ["--kl-warmup 20:epochs=3", /--kl-warmup takes epochs, or a kind with settings/],
  ["--kl-warmup cyclic", /--kl-warmup takes epochs, or a kind with settings: 10, .*got "cyclic"/],
  ["--kl-warmup 2 --capacity 5:epochs=3", /capacity 5 is itself a schedule of the KL/],
  ["--capacity 5", /--capacity needs the epochs that it rises over too: 25:epochs=10/],
  ["--capacity 5:epochs=3 --free-bits 1", /Use one of the two/],
  ["--free-bits 1:group=3", /groups of 3 do not divide 16 latent dimensions/],
  ["--kl-unit batch", /--kl-unit takes step, epoch; got "batch"/],
  ["--clip 0", /--clip takes a positive number, got "0"/],
  ["--ema 2", /ema must be a decay between 0 and 1, such as 0\.999, got 2/],
  ["--patience 20", /early stopping: with patience 20.*the run has 10/],
  ["--patience 3 --validation 0", /early stopping: it follows the validation loss/],
  [
    "--preset exemplar --epochs 3",
    /takes 100 epochs, but the run has 3 .*Preset exemplar brings --kl-warmup 100 and --patience 50: .*--kl-warmup none --patience none/,
  ],
  [
    "--preset exemplar --epochs 30 --kl-warmup none",
    /early stopping: with patience 50.*Preset exemplar brings --patience 50: .*--patience none takes/,
  ],
  [
    "--preset exemplar --clip 2 --beta 0 --kl-warmup 5",
    /^vaekit: a linear warmup needs a beta above 0[^P]*$/,
  ],
  ["--config run.json", /run\.json: that is what a run keeps of itself, not options.*--resume \./],
  ["--config object.json", /object\.json: latent takes no object, got \{"size":3\}/],
  ["--config nested.json", /objective iwae: there is no option "sampels"\. Did you mean samples\?/],
  ["--config warmup.json", /warmup\.epochs: must be above 0, got -1/],
];

/** What only the data decide. */
const withData: [string, RegExp][] = [
  ["mnist --limit 50 --module throws.mjs", /custom: the module \S+throws\.mjs failed: no such layer$/m],
  ["mnist --limit 50 --condition scale", /--condition scale: mnist has labels only: --condition labels/],
  ["shapes --limit 50 --condition scal", /no column "scal" to condition on; .*Did you mean scale\?/],
  ["mnist --limit 50 --batch 46", /batch is 46, but there are 45 examples to train on/],
];

describe("train refuses before it reads data", () => {
  it.each(withoutData)("%s", async (typed, says) => {
    const ran = await vaekitHere(["train", "no-such-data", ...typed.split(" "), "--out", "never"], folder);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});

it("--config of a file that is not there", async () => {
  const ran = await vaekitHere(["train", "mnist", "--config", "nope.json", "--out", "never"], folder);
  expect(ran).toMatchObject({
    code: 3,
    stderr: "vaekit: --config nope.json: no such file. Give a JSON file of options.\n",
  });
});

describe("and before it trains", () => {
  it.each(withData)("%s", async (typed, says) => {
    const ran = await vaekitHere(["train", ...typed.split(" "), "--out", "never"], folder);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});
