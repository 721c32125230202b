import type { Command } from "commander";
import { diagnosisText } from "../diagnosis-text.js";
import { abortable } from "../interrupt.js";
import type { Io, OutputFlags } from "../io.js";
import { integerFromZero, positiveInteger } from "../options.js";
import { action, verb } from "../verb.js";

interface DiagnoseFlags extends OutputFlags {
  data?: string;
  limit?: number;
  seed?: number;
  threads?: number;
}

export function diagnoseVerb(): Command {
  return verb({
    usage: "diagnose <model>",
    summary:
      "What is wrong with a run or a bundle: whether the decoder ignores z, which dimensions are inactive, whether beta, the " +
      "learning rate, the decoder's variance or the latent's size is the likely cause, and what to change",
    example: "vaekit diagnose runs/digits --data mnist:test",
  })
    .option(
      "--data <source>",
      "a named data set (its test part), or the path of an IDX file (default: the test part of what it was trained on, else what training kept back)",
    )
    .option(
      "--limit <n>",
      "look at n examples at most, drawn at random (default: 1000)",
      positiveInteger("--limit"),
    )
    .option("--seed <n>", "decides all noise (default: 0)", integerFromZero("--seed"))
    .option("--threads <n>", "threads of the runtime (default: all)", positiveInteger("--threads"))
    .action(action<DiagnoseFlags>(async ([path], flags, io) => run(path!, flags, io)));
}

async function run(
  path: string,
  { data: source, limit, seed, threads }: DiagnoseFlags,
  io: Io,
): Promise<void> {
  const { diagnose, heldOutData, openPatient, wholeData } = await import("@vaekit/train");
  const patient = await openPatient(path, { threads, onWarning: (message) => io.note(`note: ${message}`) });
  const { model } = patient;
  try {
    const { data, indices, name } = await (source ? wholeData(source) : heldOutData(model.trained));
    const diagnosis = await abortable(
      io,
      () => {},
      (signal) => diagnose(patient, data, { limit, seed, indices, name, signal }),
    );
    io.result(diagnosis, diagnosisText(diagnosis));
  } finally {
    await model.dispose();
  }
}
