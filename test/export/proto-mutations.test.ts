import { decodeModel, encodeModel, inspectModel, ModelError } from "@vaekit/export";
import { RandomStream } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { decodeProto, encodeProto } from "../../packages/export/src/proto/message.js";
import { everythingModel } from "./everything-model.ts";
import { richGraph } from "./rich-graph.ts";

const nightly = Boolean(process.env.VAEKIT_NIGHTLY);
const files = nightly ? 100_000 : 2000;

const withoutTypes = () => {
  const model = onnx.ModelProto.decode(encodeModel(richGraph()));
  model.graph!.value_info = [];
  return onnx.ModelProto.encode(model).finish();
};
const seeds = [encodeModel(richGraph()), withoutTypes(), encodeProto(everythingModel())].map(
  (bytes) => new Uint8Array(bytes),
);

/** Lengths and numbers that a reader might believe: 2^31 - 1, 2^32 - 1, 2^63 - 1, -1, one too long to be any. */
const varints = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [...new Array(8).fill(0xff), 0x7f],
  [...new Array(9).fill(0xff), 0x01],
  new Array(12).fill(0xff),
];

type Mutation = (bytes: Uint8Array, stream: RandomStream) => Uint8Array;
const part = (bytes: Uint8Array, stream: RandomStream, most: number) => {
  const start = stream.below(bytes.length);
  return bytes.subarray(start, start + 1 + stream.below(most));
};
const replace = (bytes: Uint8Array, at: number, length: number, by: ArrayLike<number>) =>
  Uint8Array.from([...bytes.subarray(0, at), ...Array.from(by), ...bytes.subarray(at + length)]);

const mutations: Record<string, Mutation> = {
  "flipped bits": (bytes, stream) => {
    const out = bytes.slice();
    for (let n = 1 + stream.below(8); n > 0; n--) out[stream.below(out.length)]! ^= 1 << stream.below(8);
    return out;
  },
  "other bytes": (bytes, stream) => {
    const out = bytes.slice();
    for (let n = 1 + stream.below(4); n > 0; n--) out[stream.below(out.length)] = stream.below(256);
    return out;
  },
  "cut off": (bytes, stream) => bytes.slice(0, stream.below(bytes.length)),
  "a part left out": (bytes, stream) => replace(bytes, stream.below(bytes.length), 1 + stream.below(40), []),
  "a part of a model spliced in": (bytes, stream) =>
    replace(
      bytes,
      stream.below(bytes.length),
      stream.below(20),
      part(seeds[stream.below(seeds.length)]!, stream, 300),
    ),
  "a huge number": (bytes, stream) =>
    replace(bytes, stream.below(bytes.length), 1 + stream.below(2), varints[stream.below(varints.length)]!),
  "a field many times": (bytes, stream) => {
    const field = part(bytes, stream, 30);
    return replace(
      bytes,
      stream.below(bytes.length),
      0,
      Array.from({ length: 200 }, () => [...field]).flat(),
    );
  },
  "fields with other values": (bytes, stream) => {
    const model = decodeProto(bytes);
    const places = placesIn(model);
    for (let n = 1 + stream.below(3); n > 0; n--) {
      const { message, field } = places[stream.below(places.length)]!;
      message[field] = otherValue(message[field], stream);
    }
    return encodeProto(model);
  },
  "deep nesting": (bytes, stream) => {
    // A graph in an attribute of a node in a graph in an attribute ...
    let inner: number[] = [...part(bytes, stream, 20)];
    for (let depth = stream.below(400); depth > 0; depth--)
      for (const tag of [0x32, 0x2a, 0x0a]) inner = [tag, ...lengthOf(inner.length), ...inner];
    return Uint8Array.from([0x3a, ...lengthOf(inner.length), ...inner]);
  },
};

type Message = Record<string, unknown>;

/** Every field that is set anywhere in a message. */
function placesIn(message: object): { message: Message; field: string }[] {
  return Object.entries(message).flatMap(([field, value]) => [
    { message: message as Message, field },
    ...(typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !("low" in value)
      ? placesIn(value)
      : []),
  ]);
}

/** Another value that the same field can have, of the kind that programs do not expect. */
function otherValue(value: unknown, stream: RandomStream): unknown {
  const one = <T>(values: readonly T[]) => values[stream.below(values.length)]!;
  if (typeof value === "string") return one(["", "x", "h", "\0<&\n\u202e", "y".repeat(5000), value]);
  if (ArrayBuffer.isView(value)) return one([new Uint8Array(), new Uint8Array(999), Uint8Array.of(0xff)]);
  if (Array.isArray(value)) {
    const element = value[0] ?? undefined;
    return one([
      [],
      value.slice(1),
      [...value, ...value],
      element === undefined ? [] : new Array(300).fill(element),
    ]);
  }
  if (typeof value === "object" && value !== null && !("low" in value)) return {};
  return one([0, 1, -1, 2, 7, 8, 22, 99, 1 << 30, -(2 ** 31)]);
}

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...lengthOf(length >>> 7)];
}

describe(`damaged files${nightly ? "" : ` (${files} of them; VAEKIT_NIGHTLY=1 tries 100,000)`}`, () => {
  it.each(seeds.map((bytes, i) => [i, bytes] as const))(
    "model %i is whole before it is damaged",
    async (_, bytes) => {
      const { report, text, svg } = await inspectModel(bytes);
      expect(report.nodes).toBeGreaterThan(5);
      expect(text().length + svg().length).toBeGreaterThan(1000);
    },
  );

  it(
    `${files} of them decode, or are a ModelError; none hangs, none takes memory that its size does not explain`,
    async () => {
      const stream = new RandomStream(31, "sample");
      const kinds = [...Object.values(mutations), mutations["fields with other values"]!];
      const outcomes = { decoded: 0, inspected: 0, refused: 0 };
      const startRss = process.resourceUsage().maxRSS;
      let slowest = 0;
      for (let n = 0; n < files; n++) {
        let bytes = kinds[n % kinds.length]!(seeds[stream.below(seeds.length)]!, stream);
        if (stream.below(4) === 0 && bytes.length > 0) bytes = kinds[stream.below(3)]!(bytes, stream);
        const began = performance.now();
        try {
          decodeModel(bytes);
          outcomes.decoded++;
        } catch (error) {
          if (!(error instanceof ModelError)) throw failure(error, bytes);
          outcomes.refused++;
        }
        try {
          const { text, svg } = await inspectModel(bytes);
          text();
          svg();
          outcomes.inspected++;
        } catch (error) {
          if (!(error instanceof ModelError)) throw failure(error, bytes);
        }
        slowest = Math.max(slowest, performance.now() - began);
      }
      expect(slowest).toBeLessThan(5000);
      // Kibibytes; the files have 20 kB at most.
      expect(process.resourceUsage().maxRSS - startRss).toBeLessThan(700 * 1024);
      expect(outcomes.decoded).toBeGreaterThan(files / 400);
      expect(outcomes.inspected).toBeGreaterThan(files / 10);
      expect(outcomes.refused).toBeGreaterThan(files / 4);
      if (nightly) console.log(`${files} damaged files:`, outcomes, `slowest ${slowest.toFixed(0)} ms`);
    },
    nightly ? 1_800_000 : 60_000,
  );
});

/** The bytes that found a bug, to be tried again. */
function failure(cause: unknown, bytes: Uint8Array): Error {
  return new Error(`${(cause as Error).stack}\nof ${Buffer.from(bytes).toString("base64")}`, { cause });
}
