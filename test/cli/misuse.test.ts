import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekit } from "./run.js";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  const train = [
    "train",
    "mnist",
    "--limit",
    "300",
    "--latent",
    "2",
    "--hidden",
    "16",
    "--epochs",
    "2",
    "--out",
    "run",
  ];
  expect(vaekit(train, folder)).toMatchObject({ code: 0 });
  expect(vaekit(["export", "run", "--out", "model"], folder)).toMatchObject({ code: 0 });
  writeFileSync(at("empty"), "");
  writeFileSync(at("text.txt"), "not pictures");
  writeFileSync(at("truncated"), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3));
  writeFileSync(at("labels"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 1));
  writeFileSync(at("options.json"), JSON.stringify({ latnet: 3 }));
  writeFileSync(at("bad.csv"), "z0,z1\n1,2\n3,x\n");
  writeFileSync(at("wide.csv"), "1,2,3\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const out = ["--out", "never"];
/** What is typed, the exit code, and what the message must say. */
const cases: [string[], number, RegExp][] = [
  [["train", "mnist", "--latent", "0", ...out], 2, /--latent takes a positive integer, got "0"/],
  [
    ["train", "mnist", "--hidden", "0,-3", ...out],
    2,
    /--hidden takes positive integers such as 512,256, got "0,-3"/,
  ],
  [["train", "mnist", "--engine", "compild", ...out], 2, /unknown engine "compild".*Did you mean compiled\?/],
  [["train", "mnist", "--activation", "rellu", ...out], 2, /unknown activation "rellu".*Did you mean relu\?/],
  [["train", "mnist", "--optimizer", "adm", ...out], 2, /unknown optimizer "adm".*Did you mean adam\?/],
  [["train", "mnist", "--latnt", "3", ...out], 2, /unknown option '--latnt'.*Did you mean --latent\?/],
  [["train", "mnist", "--lr", "fast", ...out], 2, /--lr takes a positive number, got "fast"/],
  [["train", "mnist", "--validation", "1.5", ...out], 2, /--validation takes a share below 1/],
  [
    ["train", "mnist", "--binarize", "sometimes", ...out],
    2,
    /unknown binarize "sometimes"; one of none, dynamic/,
  ],
  [["train", "mnist", "--config", "options.json", ...out], 2, /no option "latnet".*Did you mean "latent"\?/],
  [["train", "mnist", "--config", "text.txt", ...out], 3, /text\.txt: cannot be read as JSON/],
  [["train", "mnist"], 2, /say where the run goes/],
  [["train", ...out], 2, /say what to train on/],
  [["train", "mnist", "--out", "run"], 2, /run exists already.*--force.*--resume run/],
  [
    ["train", "mnist", "--out", ".", "--force"],
    2,
    /\. holds \S+, which is no part of a run, so --force does not replace it/,
  ],
  [
    ["export", "run", "--out", ".", "--force"],
    2,
    /\. holds \S+, which is no part of a bundle, so --force does not replace it/,
  ],
  [["train", "--resume", "run", "--latent", "3"], 2, /takes --epochs, --engine.*--latent/],
  [["train", "--resume", "nowhere"], 3, /nowhere: no config\.json there/],
  [["train", "mnits", ...out], 3, /mnits: neither a file nor a named data set.*Did you mean mnist\?/],
  [["train", "empty", ...out], 3, /empty: 0 bytes are too few for an IDX file/],
  [["train", "text.txt", ...out], 3, /text\.txt: not an IDX file/],
  [["train", "truncated", ...out], 3, /truncated: truncated or damaged: the header declares \[9,28,28\]/],
  [["train", "labels", ...out], 3, /labels: these are 2 labels, not pictures/],
  [
    ["train", "mnist", "--limit", "50", "--out", "text.txt/run"],
    3,
    /text\.txt\/run.*a file, not a directory/,
  ],
  [
    ["train", "mnist", "--limit", "50", "--lr", "1e30", "--batch", "10", "--out", "diverged"],
    3,
    /step \d+: .*(loss|holds).*lower learning rate/,
  ],
  [["export", "run", "--out", "model"], 2, /model exists already.*--force/],
  [["export", "nowhere", ...out], 3, /nowhere: no config\.json/],
  [["export", "run"], 2, /required option '--out <bundle>'/],
  [["export", "run", "--weights", "int4", ...out], 2, /weights "int4".*choose one of fp32, fp16, int8/],
  [["export", "run", "--weights", "int8-dynamic", ...out], 2, /depend on the rows beside it/],
  [["verify", "run"], 5, /run: no vaekit\.json there/],
  [
    ["verify", "model", "--batch", "3"],
    2,
    /--batch is for a tfjs model and its ONNX file; model is a bundle/,
  ],
  [["verify", "model", "model/decoder.onnx"], 2, /model is a bundle.*: vaekit verify model/],
  [["sample", "model", "--cuont", "3"], 2, /unknown option '--cuont' \(Did you mean --count\?\)/],
  [["sample", "model", "--count", "-1", "--out", "s.png"], 2, /--count takes a positive integer, got "-1"/],
  [["sample", "model", "--out", "s.jpg"], 2, /the ending must be one of \.npy, \.png/],
  [["sample", "model", "--out", "nowhere/s.png"], 2, /no directory nowhere; create it first/],
  [["sample", "nowhere", "--out", "s.png"], 5, /nowhere: no vaekit\.json/],
  [["decode", "model", "bad.csv", "--out", "x.npy"], 3, /bad\.csv: row 3, column 2: "x" is not a number/],
  [
    ["decode", "model", "wide.csv", "--out", "x.npy"],
    3,
    /expected \[batch, latent\] = \[batch, 2\] float32, got \[1,3\]/,
  ],
  [["decode", "model", "none.npy", "--out", "x.npy"], 3, /none\.npy: no such file/],
  [["encode", "model", "labels", "--out", "z.npy"], 3, /these are 2 labels/],
  [["trian"], 2, /unknown command 'trian'.*Did you mean train\?/],
  [["sample"], 2, /missing required argument 'bundle'|required option/],
];

describe("misuse is answered with what to do, the right exit code and no stack", () => {
  it.each(cases)("%j", (args, code, says) => {
    const ran = vaekit(args, folder);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe("");
    expect(existsSync(at("never"))).toBe(false);
  });

  it("--json gives exactly one JSON object, also for an error", () => {
    const { stdout, code } = vaekit(["verify", "run", "--json"], folder);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "BUNDLE", exitCode: code } });
  });

  it("--debug shows the stack", () => {
    expect(vaekit(["verify", "run", "--debug"], folder).stderr).toMatch(/\n\s+at /);
  });

  it("a damaged bundle exits with 5 and says which file", () => {
    cpSync(at("model"), at("damaged"), { recursive: true });
    const bytes = readFileSync(at("damaged/decoder.onnx"));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(at("damaged/decoder.onnx"), bytes);
    for (const args of [
      ["verify", "damaged"],
      ["sample", "damaged", "--out", "d.png"],
    ]) {
      expect(vaekit(args, folder)).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/decoder\.onnx: its sha256/),
      });
    }
  });

  it("a corrupt checkpoint: the one before is used, and it says so", () => {
    cpSync(at("run"), at("corrupt"), { recursive: true });
    const names = readdirSync(at("corrupt/checkpoints")).sort();
    expect(names).toHaveLength(2);
    writeFileSync(at("corrupt/checkpoints", names[1]!), "garbage");
    const { code, stderr } = vaekit(["train", "--resume", "corrupt", "--epochs", "3"], folder);
    expect(code).toBe(0);
    expect(stderr).toContain(`damaged`);
    expect(stderr).toContain(`Using the one before: ${join("corrupt/checkpoints", names[0]!)}`);
  });
});
