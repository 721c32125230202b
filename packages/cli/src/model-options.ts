import type { AxisSize, LoadModelOptions, NchwOptions, NchwPorts } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import type { Command } from "commander";

type Named<T> = Record<string, T>;

/** Options of every verb that reads a saved tfjs model. */
export interface ModelOptions {
  register?: string[];
  dynamic?: readonly string[] | Named<readonly string[]>;
  shape?: Named<AxisSize[]>;
  inputsNchw?: NchwPorts;
  outputsNchw?: NchwPorts;
}

export function withModelOptions(command: Command): Command {
  return command
    .option(
      "--register <file>",
      "ES module that registers custom layers or ops (again for more)",
      (file: string, files: string[] = []) => [...files, file],
    )
    .option(
      "--dynamic <names>",
      "names for the axes after the batch that stay open: height,width, '4*height,4*width' for multiples of 4; image=height,width for one input",
      dynamicNames,
    )
    .option(
      "--shape <input=sizes>",
      "the shape of an input: image=1,224,224,3; a name leaves an axis open (again for more)",
      inputShape,
    )
    .option("--inputs-nchw [names]", "take pictures as [batch, channels, height, width] (all, or a,b)", ports)
    .option(
      "--outputs-nchw [names]",
      "give pictures as [batch, channels, height, width] (all, or a,b)",
      ports,
    );
}

export function loadOptions({ register, dynamic, shape }: ModelOptions): LoadModelOptions {
  return { register, dynamic, shapes: shape };
}

export function nchwOptions({ inputsNchw, outputsNchw }: ModelOptions): NchwOptions {
  return { inputsAsNchw: inputsNchw, outputsAsNchw: outputsNchw };
}

/** `input=value`, or null where there is no name before the sign. */
export function splitNamed(text: string): [string, string] | null {
  const at = text.lastIndexOf("=");
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : null;
}

function dynamicNames(text: string, before?: ModelOptions["dynamic"]): NonNullable<ModelOptions["dynamic"]> {
  const named = splitNamed(text);
  const names = (named?.[1] ?? text).split(",").map((name) => name.trim());
  if (names.includes("batch")) {
    throw new UsageError(
      `--dynamic names the axes after the batch: the first axis is open as it is. Leave batch out, got "${text}"`,
    );
  }
  const bad = names.find((name) => !isAxisName(name));
  if (bad !== undefined || (before && Array.isArray(before) === (named !== null))) {
    throw new UsageError(
      `--dynamic takes names of open axes such as height,width, or image=height,width once for each input; got "${text}"`,
    );
  }
  return named ? { ...(before as Named<string[]>), [named[0]]: names } : names;
}

function inputShape(text: string, before: Named<AxisSize[]> = {}): Named<AxisSize[]> {
  const named = splitNamed(text);
  const sizes = (named?.[1] ?? "").split(",").map((size) => size.trim());
  if (!named || !sizes.every((size) => isAxisName(size) || /^[1-9]\d*$/.test(size))) {
    throw new UsageError(`--shape takes an input and its sizes such as image=batch,224,224,3, got "${text}"`);
  }
  return { ...before, [named[0]]: sizes.map((size) => (isAxisName(size) ? size : Number(size))) };
}

/** `height`, or a multiple of it, `4*height`. */
function isAxisName(text: string): boolean {
  return /^([1-9]\d{0,4}\*)?[A-Za-z_]\w*$/.test(text);
}

function ports(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}
