import { basename, resolve } from "node:path";
import type { SiteManifest, SiteOptions } from "@vaekit/explorer";
import {
  type BundleSource,
  checkDirectory,
  type Manifest,
  UsageError,
  writeAtomic,
  writeDirectory,
} from "@vaekit/infer";
import type { Command } from "commander";
import type { Run } from "../analysis-input.js";
import { analysisProgress } from "../analysis-text.js";
import { examplesOfData } from "../deploy-examples.js";
import { type DeployTarget, folders, targets } from "../deploy-targets.js";
import { previewLine, runtimeLine, sizeLine, sizesOf } from "../deploy-text.js";
import { checkOutput } from "../files.js";
import { abortable } from "../interrupt.js";
import type { Io, OutputFlags } from "../io.js";
import { integerFromZero, oneOf } from "../options.js";
import { quote } from "../quote.js";
import { action, verb } from "../verb.js";

interface DeployFlags extends OutputFlags {
  out: string;
  to: DeployTarget;
  name?: string;
  description?: string;
  data?: string;
  rows?: number | "all";
  classNames?: string[];
  labelName?: string;
  decoderOnly?: boolean;
  singleFile?: boolean;
  runtime?: NonNullable<SiteOptions["runtime"]>;
  offline: boolean;
  force?: boolean;
  seed?: number;
}

interface Given {
  bundle: string;
  source: BundleSource;
  manifest: Manifest;
  name: string;
  flags: DeployFlags;
}

const defaultRows = 1000;
const runtimes = ["auto", "tiny", "wasm", "webgpu"] as const;

export function deployVerb(): Command {
  return verb({
    usage: "deploy <bundle>",
    summary:
      "Make of a bundle a page to play with, a folder of files for any static host: a map of its codes, sliders, morphs, drawing, " +
      "grids and arithmetic, decoded live in the browser; or a package or an element for a page of your own",
    example: "vaekit deploy models/digits --out site && vaekit preview site",
  })
    .requiredOption("--out <folder>", "where it is written; with --single-file a file such as page.html")
    .option(
      "--to <target>",
      `${targets.join(", ")}: a page; the model with a typed loader; <vae-decoder> for any page`,
      oneOf("--to", targets),
      "site",
    )
    .option("--name <text>", "the page's title, or the package's name (default: the bundle's folder)")
    .option("--description <text>", "a sentence under the title")
    .option(
      "--data <source>",
      "examples that the map shows, such as mnist:test (default: those that the bundle keeps, else draws from its prior)",
    )
    .option(
      "--rows <n>",
      `how many of --data, drawn at random, or "all" (default: ${defaultRows}; a map shows up to 5000)`,
      rowsOrAll,
    )
    .option("--class-names <list>", "what the labels are, label 0 first: cat,dog,bird", nameList)
    .option("--label-name <word>", 'what a label is, such as digit (default: "label")')
    .option("--decoder-only", "leave the encoder out: half the size, and no drawing or uploading")
    .option("--single-file", "one HTML file that opens from a folder, for small models")
    .option(
      "--runtime <name>",
      `${runtimes.join(", ")}: what runs the model in the page (default: auto, tiny where it can)`,
      oneOf("--runtime", runtimes),
    )
    .option("--no-offline", "no service worker, which keeps the site for visits without a network")
    .option("--seed <n>", "decides all that is random (default: 0)", integerFromZero("--seed"))
    .option("--force", "replace what is at --out")
    .action(action<DeployFlags>(async ([bundle], flags, io) => run(bundle!, flags, io)));
}

async function run(bundle: string, flags: DeployFlags, io: Io): Promise<void> {
  const { out, to, force = false, singleFile: single = false } = flags;
  checkFlags(flags);
  if (single) checkOutput(out, { force, endings: [".html", ".htm"] });
  else await checkDirectory(out, folders[to], force);
  const { openBundle, readManifest } = await import("@vaekit/infer");
  const source = await openBundle(bundle);
  const manifest = await readManifest(source);
  const name = flags.name ?? basename(resolve(bundle)).replace(/\.zip$/i, "");
  const given = { bundle, source, manifest, name, flags };
  if (to !== "site") return deployPart(given, to, io);
  const progress = analysisProgress(process.stderr);
  const { files, site } = await abortable(
    io,
    () => {},
    async (signal) => {
      const made = await siteOf(given, { signal, onProgress: progress.show });
      if (single) await writeAtomic(out, made.files.get(out)!);
      else await write(out, made.files);
      return made;
    },
  ).finally(progress.end);
  const sizes = sizesOf(files);
  const { runtime, reason, encoder } = site.model;
  const { rows, of } = site.reference;
  io.result(
    { out, to, ...sizes, runtime, reason, encoder, rows, of, next: `vaekit preview ${quote(out)}` },
    [
      sizeLine(out, sizes),
      runtimeLine(runtime, reason),
      `the map has ${rows.toLocaleString("en")} ${of === "examples" ? "examples" : "draws from the prior: give --data to show examples"}`,
      ...(single ? ["it opens from a folder, without a server"] : []),
      previewLine(out),
    ].join("\n"),
  );
}

type Summary = Pick<SiteManifest, "model"> & { reference: Pick<SiteManifest["reference"], "rows" | "of"> };

async function siteOf(
  { bundle, source, manifest, name, flags }: Given,
  run: Run,
): Promise<{ files: Map<string, Uint8Array>; site: Summary }> {
  const { siteFiles, singleFile } = await import("@vaekit/explorer");
  const { out, description, classNames, labelName, decoderOnly, runtime, offline, seed, data } = flags;
  const { rows = defaultRows } = flags;
  const examples =
    data === undefined ? null : await examplesOfData(bundle, source, manifest, { data, rows, seed }, run);
  const options = {
    ...{ name, description, decoderOnly, runtime, seed, examples, labelName },
    ...{ classes: classNames ?? null, ...run },
  };
  if (flags.singleFile) {
    const { html, site } = await singleFile(source, options);
    return { files: new Map([[out, new TextEncoder().encode(html)]]), site };
  }
  const files = await siteFiles(source, { ...options, offline });
  return { files, site: JSON.parse(new TextDecoder().decode(files.get("site.json"))) };
}

/** A package, or an element, for a page of one's own. */
async function deployPart({ source, name, flags }: Given, to: DeployTarget, io: Io): Promise<void> {
  const { npmPackageFiles, htmlSnippetFiles } = await import("@vaekit/explorer");
  const { out, decoderOnly = false, classNames, labelName } = flags;
  const classes = classNames ?? null;
  const files =
    to === "npm-package"
      ? await npmPackageFiles(source, { name, decoderOnly, classes })
      : await htmlSnippetFiles(source, { name, classes, ...(labelName !== undefined && { labelName }) });
  await write(out, files);
  const sizes = sizesOf(files);
  const next =
    to === "npm-package"
      ? `npm install --install-links ${quote(resolve(out))}`
      : `vaekit preview ${quote(out)}`;
  io.result(
    { out, to, ...sizes, next },
    [
      sizeLine(out, sizes),
      ...(to === "npm-package" ? [`use it:  ${next}`] : [previewLine(out)]),
      "its README.md says how it is used",
    ].join("\n"),
  );
}

const write = (out: string, files: ReadonlyMap<string, Uint8Array>) =>
  writeDirectory(out, Object.fromEntries([...files].map(([path, bytes]) => [path, [bytes]])));

/** @throws UsageError for options that do not go together */
function checkFlags(flags: DeployFlags): void {
  const { to, singleFile, offline, data, rows, runtime, out } = flags;
  if (!singleFile && /\.html?$/i.test(out)) {
    throw new UsageError(
      `--out ${out} names a file, and a folder is written. Add --single-file, or give a folder`,
    );
  }
  if (singleFile && runtime !== undefined && runtime !== "auto" && runtime !== "tiny") {
    throw new UsageError(
      `--single-file has no room for onnxruntime: leave --runtime ${runtime} out, or deploy a folder`,
    );
  }
  if (rows !== undefined && data === undefined) {
    throw new UsageError("--rows says how many of --data are shown; give --data, or leave it out");
  }
  if (to === "site") return;
  const stray = Object.entries({
    "--single-file": singleFile,
    "--data": data,
    "--description": flags.description,
    "--runtime": flags.runtime,
    "--no-offline": !offline,
    "--seed": flags.seed !== undefined,
    "--decoder-only": to === "html-snippet" && flags.decoderOnly,
    "--label-name": to === "npm-package" && flags.labelName,
  }).find(([, given]) => given)?.[0];
  if (stray === undefined) return;
  const why =
    stray === "--decoder-only" ? ", which has no encoder anyway" : ": that is an option of --to site";
  throw new UsageError(`${stray} does not go with --to ${to}${why}. Leave one of them out`);
}

function rowsOrAll(text: string): number | "all" {
  const rows = Number(text);
  if (text === "all") return text;
  if (text.trim() !== "" && Number.isSafeInteger(rows) && rows >= 2) return rows;
  throw new UsageError(`--rows takes an integer of at least 2, or "all"; got "${text}"`);
}

function nameList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new UsageError(`--class-names takes names with commas, such as cat,dog,bird; got "${text}"`);
}
