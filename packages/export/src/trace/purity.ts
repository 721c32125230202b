import * as tf from "@tensorflow/tfjs-core";

/** tfjs ops that draw their numbers on the host, by the name of the scope that tfjs opens around each op. */
const randomOps = [
  "dropout",
  "multinomial",
  "rand",
  "randomGamma",
  "randomNormal",
  "randomStandardNormal",
  "randomUniform",
  "randomUniformInt",
  "truncatedNormal",
];

/** The outermost random op that is running, as the user wrote it: `tf.dropout`. */
export function randomCall(): string | null {
  for (const { name } of tf.engine().state.scopeStack) {
    const op = name?.replace(/__op$/, "");
    if (op && randomOps.includes(op)) return `tf.${op}`;
  }
  return null;
}

const readers = [
  "dataSync",
  "arraySync",
  "bufferSync",
  "data",
  "array",
  "buffer",
  "bytes",
  "print",
  "toString",
] as const;
let reading: string | null = null;

/** The tensor method that is reading values, for errors. */
export function currentRead(): string {
  return reading ? `tensor.${reading}()` : "a call";
}

/** Run with tensor methods that read on the host noted by name, so that an error can say which it was. */
export function withNamedReads<T>(run: () => T): T {
  const prototype = tf.Tensor.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const originals = readers
    .filter((name) => prototype[name])
    .map((name) => [name, prototype[name]!] as const);
  for (const [name, original] of originals) {
    prototype[name] = function (this: tf.Tensor, ...args: unknown[]) {
      const outer = reading;
      reading ??= name;
      try {
        return original.apply(this, args);
      } finally {
        reading = outer;
      }
    };
  }
  try {
    return run();
  } finally {
    for (const [name, original] of originals) prototype[name] = original;
  }
}
