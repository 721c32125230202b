import { UsageError } from "@vaekit/infer";
import { oneOf } from "../../options.js";
import { numberWithSettings, parseSetting, type Settings } from "../../setting.js";
import type { Kind } from "./types.js";

/** A share or number of examples, or the name of other data. */
export function validationPart(text: string): number | string {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) return text;
  if (value >= 0 && (value < 1 || Number.isInteger(value))) return value;
  throw new UsageError(
    `--validation takes a share below 1, a whole number of examples, or data, got "${text}"`,
  );
}

export function wordList(name: string, example: string): (text: string) => string[] {
  return (text) => {
    const words = text.split(",").map((word) => word.trim());
    if (words.every(Boolean)) return words;
    throw new UsageError(`${name} takes ${example}, got "${text}"`);
  };
}

export function oneOfTrueFalse(name: string): (text: string) => boolean {
  return (text) => oneOf(name, ["true", "false"])(text) === "true";
}

export function bounds(name: string): (text: string) => { min: number; max: number } {
  return (text) => {
    const [min, max, ...rest] = text
      .split(",")
      .map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (rest.length === 0 && min! < max!) return { min: min!, max: max! };
    throw new UsageError(`${name} takes two numbers, the smaller first, such as -6,2; got "${text}"`);
  };
}

/** Epochs of a linear warm-up, or a kind of its own. */
export function warmup(text: string): Kind {
  const parsed = parseSetting(text);
  const epochs = Number(parsed?.head);
  if (parsed && Number.isFinite(epochs) && !Object.hasOwn(parsed.settings, "epochs")) {
    return { ...parsed.settings, kind: "linear", epochs };
  }
  if (parsed && ["linear", "cyclical"].includes(parsed.head))
    return { ...parsed.settings, kind: parsed.head };
  throw new UsageError(
    `--kl-warmup takes epochs, or a kind with settings: 10, linear:epochs=10,from=0.1, cyclical:cycles=4; got "${text}"`,
  );
}

export function capacity(text: string): Settings {
  const example = "25:epochs=10 (0 epochs: from the start)";
  const given = numberWithSettings("--capacity", "nats", example)(text);
  if (Object.hasOwn(given, "epochs")) return given;
  throw new UsageError(`--capacity needs the epochs that it rises over too: ${example}; got "${text}"`);
}
