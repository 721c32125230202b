import {
  activations,
  configOf,
  conv,
  engines,
  gatedMlp,
  klConfigOf,
  likelihoods,
  mlp,
  modelKinds,
  objectives,
  optimizers,
  presets,
  priors,
  rates,
  resnet,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";
import { settingsByOption } from "../../packages/cli/src/verbs/train/help.ts";
import { type OptionName, optionGroups } from "../../packages/cli/src/verbs/train/options.ts";

const specs = Object.assign({}, ...Object.values(optionGroups));
const about = (name: OptionName): string => specs[name].about;
const words = (text: string) => text.split(/[^\w-]+/);

describe("train --help", () => {
  it.each([
    ["preset", presets],
    ["model", modelKinds],
    ["likelihood", likelihoods],
    ["prior", priors],
    ["activation", activations],
    ["objective", objectives],
    ["optimizer", optimizers],
    ["rate", rates],
    ["engine", engines],
  ] as const)("names every %s that the library has", (option, table) => {
    expect(words(about(option))).toEqual(expect.arrayContaining(Object.keys(table)));
  });

  it.each([
    ["--likelihood", likelihoods],
    ["--prior", priors],
    ["--objective", objectives],
    ["--optimizer", optimizers],
    ["--rate", rates],
  ] as const)("shows the settings of every %s with their defaults", (option, table) => {
    const expected = Object.keys(table).map((kind) => {
      if (kind === "step") return "step:every=N,factor=0.1 or step:milestones=N,N,factor=0.1";
      const { kind: _, ...settings } = configOf<{ kind: string }>(table as never, kind, option);
      return written(kind, settings);
    });
    expect(settingsByOption[option]).toEqual(expected);
  });

  it("and of the other schedules", () => {
    const { factor } = configOf<{ kind: string; factor?: number }>(rates as never, "step", "rate");
    expect(factor).toBe(0.1);
    const cyclical = klConfigOf({ warmup: { kind: "cyclical" } }).warmup!;
    const linear = klConfigOf({ warmup: { kind: "linear", epochs: 3 } }).warmup!;
    expect(settingsByOption["--kl-warmup"]).toEqual([
      written("linear", { ...linear, epochs: "N" }),
      written("cyclical", { ...cyclical }),
    ]);
  });

  it("says the defaults that each model has", () => {
    const base = { shape: [28, 28, 1], latent: 2 };
    const [dense, gated, convolutional, residual] = [mlp(base), gatedMlp(base), conv(base), resnet(base)];
    expect(about("hidden")).toContain(`(mlp: ${dense.hidden}; gated-mlp: ${gated.hidden})`);
    expect(about("filters")).toContain(`(conv: ${convolutional.filters})`);
    expect(about("kernel")).toContain(`(conv: ${convolutional.kernel})`);
    expect(about("dense")).toContain(`(conv: ${convolutional.dense})`);
    expect(about("channels")).toContain(`(resnet: ${residual.channels})`);
    expect(about("blocks")).toContain(`(resnet: ${residual.blocks})`);
    expect(about("norm")).toContain(`(resnet: ${residual.norm})`);
    expect(about("groups")).toContain(`(resnet: ${residual.groups})`);
    expect(convolutional.activation).toBe(dense.activation);
    expect(about("activation")).toContain(`(mlp, conv: ${dense.activation}; resnet: ${residual.activation})`);
    expect([dense, convolutional].map(({ batchNorm, dropout }) => ({ batchNorm, dropout }))).toEqual([
      { batchNorm: false, dropout: 0 },
      { batchNorm: false, dropout: 0 },
    ]);
    expect(about("logvar")).toContain(`(gated-mlp: ${gated.logvar!.min},${gated.logvar!.max}; others: none)`);
    expect([dense, convolutional, residual].map(({ logvar }) => logvar)).toEqual([null, null, null]);
  });

  it("groups options, with what every verb has at the end", () => {
    const train = createProgram().commands.find((command) => command.name() === "train")!;
    const help = train.helpInformation();
    const headings = Array.from(help.matchAll(/^(\S.*):$/gm), ([, heading]) => heading);
    expect(headings).toEqual([
      ...Object.keys(optionGroups).map((heading) => heading.slice(0, -1)),
      "As with every verb",
    ]);
    const shown = Array.from(help.matchAll(/^ {2}(--[\w-]+)/gm), ([, flag]) => flag);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).not.toContain("--no-batch-norm");
  });
});

function written(kind: string, { kind: _, ...settings }: Record<string, unknown>): string {
  const list = Object.entries(settings).map(([name, value]) => `${name}=${value ?? "all"}`);
  return list.length > 0 ? `${kind}:${list.join(",")}` : kind;
}
