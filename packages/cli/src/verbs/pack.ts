import { writeAtomic } from "@vaekit/export";
import {
  BundleError,
  type Manifest,
  manifestName,
  openBundle,
  readManifest,
  readVerified,
  UsageError,
} from "@vaekit/infer";
import type { Command } from "commander";
import { type Zippable, zipSync } from "fflate";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { bytes } from "../units.js";
import { action, verb } from "../verb.js";

interface PackOptions extends OutputFlags {
  out: string;
  graphs?: string;
  force?: boolean;
}

/** For people, and so not among the files that the manifest lists. */
const card = "README.md";
const cardLimit = 16 * 2 ** 20;
/** What readers of archives take. */
const limit = 2 ** 31;

export function packVerb(): Command {
  return verb({
    usage: "pack <bundle>",
    summary: "A bundle as one .zip file, each file's sha256 checked, for Vae.load by path, URL or File",
    example: "vaekit pack models/digits --out digits.zip",
  })
    .requiredOption("--out <file>", "digits.zip")
    .option("--graphs <names>", "only these graphs, for pages that load no others: decoder or decoder,prior")
    .option("--force", "replace --out")
    .action(
      action<PackOptions>(async ([path], { out, graphs, force }, io) => {
        checkOutput(out, { force, endings: [".zip"] });
        const source = await openBundle(path!);
        const manifest = await readManifest(source);
        const names = chosenFiles(manifest, graphs, source.name);
        const contents: [string, Uint8Array][] = [];
        const raw = await source.read(manifestName, cardLimit);
        contents.push([manifestName, raw!]);
        for (const name of names) contents.push([name, await readVerified(source, manifest, name)]);
        const text = graphs === undefined ? await source.read(card, cardLimit) : null;
        if (text) contents.push([card, text]);
        const zip = zipped(contents);
        await writeAtomic(out, zip);
        const unpacked = contents.reduce((sum, [, { length }]) => sum + length, 0);
        io.result(
          { out, bytes: zip.length, unpacked, files: contents.map(([name]) => name) },
          `${out}: ${contents.length} files, ${bytes(zip.length)} (${bytes(unpacked)} unpacked)`,
        );
      }),
    );
}

function chosenFiles({ files }: Manifest, graphs: string | undefined, where: string): string[] {
  const names = Object.keys(files).sort();
  const total = names.reduce((sum, name) => sum + files[name]!.bytes, 0);
  if (total > limit) {
    throw new BundleError(`${where}: ${bytes(total)} of files; an archive holds up to ${bytes(limit)}.`);
  }
  if (graphs === undefined) return names;
  const there = names.filter((name) => name.endsWith(".onnx")).map((name) => name.slice(0, -".onnx".length));
  const wanted = graphs.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !there.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--graphs takes some of ${there.join(", ")}, with commas; got "${graphs}"`);
  }
  return names.filter((name) => wanted.some((graph) => name === `${graph}.onnx`));
}

/** The same bytes for the same files, wherever and whenever: zip's times are local ones, so this is one too. */
function zipped(contents: readonly [string, Uint8Array][]): Uint8Array {
  const entries: Zippable = Object.fromEntries(contents);
  return zipSync(entries, { mtime: new Date(1980, 0, 1) });
}
