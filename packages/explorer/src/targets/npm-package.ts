import type { BundleSource } from "@vaekit/infer";
import { encodeText } from "../site/integrity.js";
import { packageVersion } from "../site/package-version.js";
import { describeModel } from "./described.js";
import { readmeText } from "./npm-readme.js";
import { indexScript, nodeScript, webScript } from "./npm-script.js";
import { typesText } from "./npm-types.js";
import { packageName } from "./package-name.js";
import { publishedModel } from "./published.js";

export interface PackageOptions {
  /** Of the package; made one that npm takes. */
  name: string;
  /** Leave the encoder out. Default false. */
  decoderOnly?: boolean;
  /** Of the package. Default "1.0.0". */
  version?: string;
  /** Default "UNLICENSED". */
  license?: string;
  /** Names of the labels that the model is told. Default: their numbers. */
  classes?: readonly string[] | null;
}

/**
 * Files of an npm package, by their paths: the model, a loader with types for Node and pages, and a README.
 * @throws BundleError for a bundle that is damaged, UsageError for a name that cannot be made one of npm's
 */
export async function npmPackageFiles(
  source: BundleSource,
  options: PackageOptions,
): Promise<Map<string, Uint8Array>> {
  const { decoderOnly = false, version = "1.0.0", license = "UNLICENSED", classes = null } = options;
  const name = packageName(options.name);
  const { manifest, graphs, files, reason } = await publishedModel(source, decoderOnly);
  const model = describeModel(name, manifest, { classes, encoder: graphs.includes("encoder") });
  const description = `${model.encoder ? "Decoder and encoder" : "Decoder"} of ${manifest.data.name}, written by vaekit`;
  const texts = {
    "package.json": JSON.stringify(packageJson(name, { version, license, description }), null, 2),
    "index.js": indexScript(model),
    "open-node.js": nodeScript(graphs),
    "open-web.js": webScript(name, files.keys(), graphs, reason === ""),
    "index.d.ts": typesText(model),
    "README.md": readmeText(model, files, reason),
  };
  return new Map([
    ...Object.entries(texts).map(([path, text]) => [path, encodeText(`${text.trimEnd()}\n`)] as const),
    ...files,
  ]);
}

function packageJson(name: string, about: { version: string; license: string; description: string }) {
  return {
    name,
    ...about,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    files: ["*.js", "*.d.ts", "model"],
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      "./model/*": "./model/*",
      "./package.json": "./package.json",
    },
    imports: { "#open": { node: "./open-node.js", default: "./open-web.js" } },
    dependencies: { "@vaekit/infer": packageVersion() },
  };
}
