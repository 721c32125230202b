import { createRequire } from "node:module";
import { exitCodes, VaekitError } from "@vaekit/infer";
import { Command, CommanderError } from "commander";
import { type OutputFlags, reportError } from "./io.js";
import { analyzeVerb } from "./verbs/analyze.js";
import { convertVerb } from "./verbs/convert.js";
import { decodeVerb } from "./verbs/decode.js";
import { deployVerb } from "./verbs/deploy.js";
import { diagnoseVerb } from "./verbs/diagnose.js";
import { doctorVerb } from "./verbs/doctor.js";
import { encodeVerb } from "./verbs/encode.js";
import { evaluateVerb } from "./verbs/evaluate.js";
import { exportVerb } from "./verbs/export.js";
import { inspectVerb } from "./verbs/inspect.js";
import { packVerb } from "./verbs/pack.js";
import { previewVerb } from "./verbs/preview.js";
import { reconstructVerb } from "./verbs/reconstruct.js";
import { sampleVerb } from "./verbs/sample.js";
import { serveVerb } from "./verbs/serve.js";
import { trainVerb } from "./verbs/train.js";
import { verifyVerb } from "./verbs/verify.js";

const verbs = [
  trainVerb,
  exportVerb,
  convertVerb,
  verifyVerb,
  inspectVerb,
  packVerb,
  evaluateVerb,
  diagnoseVerb,
  analyzeVerb,
  encodeVerb,
  decodeVerb,
  reconstructVerb,
  sampleVerb,
  serveVerb,
  deployVerb,
  previewVerb,
  doctorVerb,
];

export function createProgram(): Command {
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
  const program = new Command("vaekit")
    .description("Train variational autoencoders, turn them into ONNX, and run them")
    .version(version)
    .addHelpText(
      "after",
      "\nExit codes: 0 fine, 1 a bug, 2 usage, 3 data, 4 verification, 5 bundle, 130 stopped by Ctrl-C\n" +
        "Each verb explains itself: vaekit train --help",
    );
  for (const make of verbs) program.addCommand(make());
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .showSuggestionAfterError();
  }
  return program;
}

/** Run a command line (without node and script). Returns the exit code. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const flags: OutputFlags = { json: argv.includes("--json"), debug: argv.includes("--debug") };
  const program = createProgram();
  if (argv.length === 0) {
    process.stdout.write(program.helpInformation());
    return exitCodes.ok;
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return reportUsage(error, argv, flags);
    return reportError(error, flags);
  }
}

class CommandLineError extends VaekitError {
  override readonly name: string = "CommandLineError";
  override readonly code = "USAGE";
  override readonly exitCode = exitCodes.usage;
}

function reportUsage(error: CommanderError, argv: readonly string[], flags: OutputFlags): number {
  if (error.exitCode === 0) return exitCodes.ok;
  const verb = argv.find((argument) => !argument.startsWith("-"));
  const known = verb && createProgram().commands.some((command) => command.name() === verb);
  const told =
    (known && error.code === "commander.missingMandatoryOptionValue" && strayOption(argv)) || error;
  const message = told.message.replace(/^error: /, "").replace("\n(", " (");
  const hint = error.code === "commander.missingArgument" ? swallowed(argv) : "";
  return reportError(
    new CommandLineError(`${message}${hint}\nSee: vaekit ${known ? `${verb} ` : ""}--help`),
    flags,
  );
}

/** What commander says of an unknown option, which it looks for only once no required one is missing. */
function strayOption(argv: readonly string[]): CommanderError | null {
  const program = createProgram();
  for (const command of program.commands) {
    for (const option of command.options) option.mandatory = false;
    command.action(() => {});
  }
  try {
    program.parse([...argv], { from: "user" });
    return null;
  } catch (error) {
    return error instanceof CommanderError && error.code === "commander.unknownOption" ? error : null;
  }
}

/** `--inputs-nchw model`: an option that may have names takes the model for one. */
function swallowed(argv: readonly string[]): string {
  const at = argv.findIndex(
    (word, i) => /^--(in|out)puts-nchw$/.test(word) && !(argv[i + 1] ?? "-").startsWith("-"),
  );
  if (at < 0) return "";
  return `: ${argv[at]} took ${argv[at + 1]} for a name; put ${argv[at]} behind the arguments`;
}
