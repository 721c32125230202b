import { UsageError, VaekitError } from "@vaekit/infer";
import type { EvaluateOptions, EvaluationReport } from "@vaekit/train";
import type { Command } from "commander";
import { evaluationText } from "../evaluation-text.js";
import { abortable, interruptedCode } from "../interrupt.js";
import type { Io, OutputFlags } from "../io.js";
import { integerFromZero, oneOf, positiveInteger, positiveIntegers } from "../options.js";
import { formatSeconds } from "../progress.js";
import { action, verb } from "../verb.js";

interface EvaluateFlags extends OutputFlags {
  data?: string;
  limit?: number;
  seed?: number;
  importance?: number[] | false;
  importanceExamples?: number | "all";
  repeats?: number;
  binarize?: "none" | "dynamic";
  checkpoint?: string;
  threads?: number;
}

export function evaluateVerb(): Command {
  return verb({
    usage: "evaluate <model>",
    summary:
      "How good a run or a bundle is: ELBO and importance-weighted bounds with their intervals, reconstruction error, what " +
      "the latent space holds; each with the protocol it was measured by",
    example: "vaekit evaluate models/digits --data mnist:test --importance 1,100",
  })
    .option(
      "--data <source>",
      "a named data set (its test part), or the path of an IDX file (default: the test part of what it was trained on, else what training kept back)",
    )
    .option("--limit <n>", "use the first n examples only", positiveInteger("--limit"))
    .option("--seed <n>", "decides all noise (default: 0)", integerFromZero("--seed"))
    .option(
      "--importance <list>",
      "samples K of the bounds on ln p(x) (default: 1,100,5000)",
      numbersOfSamples,
    )
    .option("--no-importance", "no such bounds: the ELBO alone")
    .option(
      "--importance-examples <n>",
      'examples that bounds with K above 100 are taken on, drawn at random, or "all" (default: 250)',
      allOrSome,
    )
    .option(
      "--repeats <n>",
      "fewest draws of z per example that the ELBO is averaged over (default: 10)",
      positiveInteger("--repeats"),
    )
    .option(
      "--binarize <how>",
      "none, or dynamic: each picture drawn black and white once (default: as it was trained)",
      oneOf("--binarize", ["none", "dynamic"]),
    )
    .option("--checkpoint <file>", "keep what is done in this file, and go on from it after a stop")
    .option("--threads <n>", "threads of the runtime (default: all)", positiveInteger("--threads"))
    .action(action<EvaluateFlags>(async ([path], flags, io) => run(path!, flags, io)));
}

async function run(path: string, flags: EvaluateFlags, io: Io): Promise<void> {
  const { data: source, threads, checkpoint, importance, json: _, debug: __, ...options } = flags;
  const { evaluate, heldOutData, openEvaluated, wholeData } = await import("@vaekit/train");
  const model = await openEvaluated(path, { threads, onWarning: (message) => io.note(`note: ${message}`) });
  try {
    const { data, indices, name } = await (source ? wholeData(source) : heldOutData(model.trained));
    if (!source) io.note(`evaluating on ${name}`);
    const report = await stoppable(io, checkpoint, (signal) =>
      evaluate(model, data, {
        ...options,
        importance: importance === false ? [] : importance,
        indices,
        name,
        resumeFile: checkpoint,
        signal,
        onProgress: progressOn(process.stderr),
      }),
    );
    io.result(report, evaluationText(report));
  } finally {
    await model.dispose();
  }
}

/** Ctrl-C ended an evaluation whose checkpoint goes on. */
class StoppedError extends VaekitError {
  override readonly name: string = "StoppedError";
  override readonly code = "INTERRUPTED";
  override readonly exitCode = interruptedCode;
}

function stoppable(
  io: Io,
  checkpoint: string | undefined,
  work: (signal: AbortSignal) => Promise<EvaluationReport>,
): Promise<EvaluationReport> {
  return abortable(
    io,
    () => {},
    (signal) =>
      work(signal).catch((error) => {
        if (!checkpoint || error !== signal.reason) throw error;
        throw new StoppedError(
          `stopped; ${checkpoint} keeps what is done, and the same command goes on from there`,
        );
      }),
  );
}

/** One line that changes on a terminal, nothing elsewhere. */
function progressOn(stream: NodeJS.WriteStream): EvaluateOptions["onProgress"] {
  if (stream.isTTY !== true) return undefined;
  let last = 0;
  return ({ done, total, secondsLeft }) => {
    const now = performance.now();
    if (now - last < 200 && done < total) return;
    last = now;
    const share = ((100 * done) / total).toFixed(1);
    stream.write(
      done < total
        ? `\r\x1b[2K${share} % of ${total} draws, ${formatSeconds(secondsLeft)} left`
        : "\r\x1b[2K",
    );
  };
}

function numbersOfSamples(text: string): number[] {
  const samples = positiveIntegers("--importance", "1,100,5000")(text);
  if (samples.length > 0) return samples;
  throw new UsageError(`--importance takes positive integers such as 1,100,5000, got "${text}"`);
}

function allOrSome(text: string): number | "all" {
  return text === "all" ? text : positiveInteger("--importance-examples")(text);
}
