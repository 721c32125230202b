import { createRequire } from "node:module";
import { exitCodes, VaekitError } from "@vaekit/infer";
import { Command, CommanderError } from "commander";
import { type OutputFlags, reportError } from "./io.js";
import { convertVerb } from "./verbs/convert.js";
import { decodeVerb } from "./verbs/decode.js";
import { doctorVerb } from "./verbs/doctor.js";
import { encodeVerb } from "./verbs/encode.js";
import { exportVerb } from "./verbs/export.js";
import { inspectVerb } from "./verbs/inspect.js";
import { reconstructVerb } from "./verbs/reconstruct.js";
import { sampleVerb } from "./verbs/sample.js";
import { trainVerb } from "./verbs/train.js";
import { verifyVerb } from "./verbs/verify.js";

const verbs = [
  trainVerb,
  exportVerb,
  convertVerb,
  verifyVerb,
  inspectVerb,
  encodeVerb,
  decodeVerb,
  reconstructVerb,
  sampleVerb,
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
  override readonly code = "USAGE";
  override readonly exitCode = exitCodes.usage;
}

function reportUsage(error: CommanderError, argv: readonly string[], flags: OutputFlags): number {
  if (error.exitCode === 0) return exitCodes.ok;
  const verb = argv.find((argument) => !argument.startsWith("-"));
  const known = verb && createProgram().commands.some((command) => command.name() === verb);
  const message = error.message.replace(/^error: /, "").replace("\n(", " (");
  return reportError(new CommandLineError(`${message}\nSee: vaekit ${known ? `${verb} ` : ""}--help`), flags);
}
