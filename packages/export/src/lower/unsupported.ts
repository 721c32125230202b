/** Sizes of a traced graph's values follow from sizes of its inputs. */
const ragged =
  "how many elements come out depends on their values; compute it outside and pass the result in as an input";
const text =
  "ONNX Runtime computes with no strings in a tensor graph; turn them into numbers outside and pass those in";

/** Kernels that ONNX cannot express, with the reason and what to use instead. */
export const unsupported: Readonly<Record<string, string>> = {
  BroadcastTo: "no op of tfjs runs it; tf.broadcastTo runs Tile, which is lowered",
  Draw: "it paints on a page; return the pixels as an output and draw them outside",
  FromPixels: "it reads a page's picture; pass its pixels in as an input",
  LogicalXor:
    "no op of tfjs runs it; tf.logicalXor runs LogicalAnd, LogicalOr and LogicalNot, which are lowered",
  LowerBound: "no op of tfjs runs it; tf.lowerBound runs SearchSorted, which is lowered",
  MatrixBandPart: "no op of tfjs runs it; tf.linalg.bandPart runs kernels that are lowered",
  Multinomial: "it draws random numbers; pass them in as an input",
  NonMaxSuppressionV3:
    "how many boxes come out depends on their values; use tf.image.nonMaxSuppressionPadded with padToMaxOutputSize",
  NonMaxSuppressionV5:
    "how many boxes come out depends on their values; use tf.image.nonMaxSuppressionPadded with padToMaxOutputSize",
  Pool: "no op of tfjs runs it; tf.pool runs MaxPool and AvgPool, which are lowered",
  RaggedGather: ragged,
  RaggedRange: ragged,
  RaggedTensorToTensor: ragged,
  SparseFillEmptyRows: ragged,
  StaticRegexReplace: text,
  StringNGrams: text,
  StringSplit: text,
  StringToHashBucketFast: text,
  Unique: ragged,
  UpperBound: "no op of tfjs runs it; tf.upperBound runs SearchSorted, which is lowered",
};
