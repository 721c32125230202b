import { Command } from "commander";
import { createIo, type Io, type OutputFlags } from "./io.js";

export interface VerbSpec {
  /** Name and arguments, as commander writes them: `encode <bundle> <data>`. */
  usage: string;
  summary: string;
  /** Shown at the end of --help. */
  example: string;
}

/** A verb with what all verbs have: --json, --debug, an example in its help. */
export function verb({ usage, summary, example }: VerbSpec): Command {
  const [name, ...parameters] = usage.split(" ");
  const command = new Command(name);
  for (const parameter of parameters) command.argument(parameter);
  return command
    .description(summary)
    .option("--json", "print one JSON object on standard output; progress goes to standard error")
    .option("--debug", "show the stack of an error")
    .addHelpText("after", `\nExample:\n  ${example}`);
}

/** The action of a verb: its arguments, options, and where to write. */
export function action<O extends OutputFlags>(
  run: (args: string[], options: O, io: Io) => Promise<void>,
): (...args: unknown[]) => Promise<void> {
  return async (...all) => {
    const command = all.pop() as Command;
    const options = command.opts<O>();
    await run(command.processedArgs as string[], options, createIo(options));
  };
}
