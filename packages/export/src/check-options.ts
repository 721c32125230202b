import { UsageError } from "@vaekit/infer";

/** What an option must be, `a whole number`, where a value is something else; null where it fits. */
export type Check = (value: unknown) => string | null;

/** A check for each option that there is: one without does not compile. */
export type OptionTable<T> = { readonly [K in keyof Required<T>]: Check };

const must =
  (what: string, fits: (value: unknown) => boolean): Check =>
  (value) =>
    fits(value) ? null : what;

export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isSizes = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isSize);
const everyValue = (fits: (value: unknown) => boolean) => (value: unknown) =>
  isRecord(value) && Object.values(value).every(fits);
const isAxes = (value: unknown) =>
  Array.isArray(value) && value.every((size) => typeof size === "number" || isText(size));

export const checks = {
  text: must("text", isText),
  yesNo: must("true or false", (value) => typeof value === "boolean"),
  whole: must("a whole number", Number.isSafeInteger),
  positive: must("a number above 0, such as 1e-4", (value) => typeof value === "number" && value > 0),
  call: must("a function", (value) => typeof value === "function"),
  files: must('a list of files: ["layers.mjs"]', isTexts),
  ports: must('true or a list of names: ["image"]', (value) => value === true || isTexts(value)),
  names: must(
    'a list of names for open axes: ["height", "width"], or one for each input by name',
    (value) => isTexts(value) || everyValue(isTexts)(value),
  ),
  shapes: must('a shape for each input by name: { image: ["batch", 28, 28, 1] }', everyValue(isAxes)),
  renames: must('names by name: { input: "input_1:0" }', everyValue(isText)),
  sizes: must("a list of whole numbers from 1: [1, 7, 64]", isSizes),
  sizesByName: must("sizes for each name: { height: [16, 33] }", everyValue(isSizes)),
  bounds: must("a whole number from 1 for each input: { words: 5000 }", everyValue(isSize)),
  samples: must("a typed array with values for each input: { image: new Float32Array(...) }", (value) =>
    everyValue((data) => ArrayBuffer.isView(data) && data.byteLength > 0)(value),
  ),
  runtimes: must('a list of runtimes: [await loadRuntime("node")]', (value) => {
    return Array.isArray(value) && value.length > 0 && value.every((each) => isText(each?.name));
  }),
  signal: must("an AbortSignal", (value) => value instanceof AbortSignal),
  oneOf: (values: readonly string[]): Check =>
    must(`one of ${values.join(", ")}`, (value) => values.includes(value as string)),
};

/**
 * Options that the caller may have misspelt or mistaken; undefined is one that is not given.
 * where: the function, and for options within an option that one: `exportOnnx: verifyOn.`
 * @throws UsageError that says what an option must be, or which ones there are
 */
export function checkOptions<T extends object>(where: string, options: unknown, table: OptionTable<T>): void {
  const [call, inside = ""] = where.split(/: /) as [string, string?];
  if (!isRecord(options)) {
    throw new UsageError(
      `${call}: ${inside.replace(/\.$/, "") || "the options"} must be an object such as { ${Object.keys(table)[0]}: ... }, ` +
        `got ${shown(options)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(table, name)) {
      throw new UsageError(
        `${call}: there is no option ${inside}${name}. There are ${Object.keys(table).join(", ")}`,
      );
    }
    const wanted = value === undefined ? null : (table[name as keyof T] as Check)(value);
    if (wanted !== null)
      throw new UsageError(`${call}: ${inside}${name} must be ${wanted}; got ${shown(value)}`);
  }
}

/** A value as an error shows it, short. */
export function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (typeof value === "function") return "a function";
  if (value instanceof Promise) return "a promise (await it)";
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (Array.isArray(value)) {
    const items: string[] = value.slice(0, 6).map((item) => (isRecord(item) ? "{...}" : shown(item)));
    return `[${items.join(", ")}${value.length > 6 ? ", ..." : ""}]`;
  }
  if (isRecord(value)) return `{ ${Object.keys(value).slice(0, 6).join(", ")} }`;
  return String(value);
}
