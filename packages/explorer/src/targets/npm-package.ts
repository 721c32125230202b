import { type BundleSource, UsageError } from "@vaekit/infer";
import { checkClasses, checkFlag, checkNames, checkText, shown } from "../site/check.js";
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
  /** Of the package, as semver.org has it. Default "1.0.0". */
  version?: string;
  /** Default "UNLICENSED". */
  license?: string;
  /** Names of the labels that the model is told. Default: their numbers. */
  classes?: readonly string[] | null;
}

const call = "npmPackageFiles";
const optionNames = ["name", "decoderOnly", "version", "license", "classes"];
/** semver.org's own pattern. */
const versions =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-z-][\da-z-]*)(\.(0|[1-9]\d*|\d*[a-z-][\da-z-]*))*)?(\+[\da-z-]+(\.[\da-z-]+)*)?$/i;

/**
 * Files of an npm package, by their paths: the model, a loader with types for Node and pages, and a README.
 * @throws BundleError for a bundle that is damaged, UsageError for options that are none, or that npm or the model does not take
 */
export async function npmPackageFiles(
  source: BundleSource,
  options: PackageOptions,
): Promise<Map<string, Uint8Array>> {
  checkNames(call, "options", options, optionNames);
  const { version = "1.0.0" } = options;
  const name = packageName(checkText(call, "name", options.name, true));
  const decoderOnly = checkFlag(call, "decoderOnly", options.decoderOnly ?? false);
  const license = checkText(call, "license", options.license ?? "UNLICENSED");
  const classes = checkClasses(call, options.classes ?? null);
  if (typeof version !== "string" || !versions.test(version)) {
    throw new UsageError(`${call}: version must be like 1.2.0 or 1.2.0-beta.1, got ${shown(version)}`);
  }
  const { manifest, graphs, files, reason } = await publishedModel(call, source, decoderOnly);
  const model = describeModel(call, name, manifest, { classes, encoder: graphs.includes("encoder") });
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
