import { GraphError } from "../../errors.js";
import { elementType } from "../element.js";
import { broadcast, sameDType } from "./dims.js";
import type { Operator, Operators, Rule, TypeInfo } from "./types.js";

const like: Rule = ([x]) => [{ dtype: x!.dtype, shape: x!.shape }];
const broadcasting: Rule = ([a, b]) => [{ dtype: sameDType(a!, b!), shape: broadcast(a!.shape, b!.shape) }];
const comparing: Rule = ([a, b]): TypeInfo[] => {
  sameDType(a!, b!);
  return [{ dtype: "bool", shape: broadcast(a!.shape, b!.shape) }];
};

const ofFloat = (attributes?: Operator["attributes"]): Operator => ({
  infer: like,
  inputs: 1,
  takes: "float",
  attributes,
});
const ofNumber: Operator = { infer: like, inputs: 1, takes: "number" };
const binary: Operator = { infer: broadcasting, inputs: 2, takes: "number" };
const logical: Operator = { infer: broadcasting, inputs: 2 };
const order: Operator = { infer: comparing, inputs: 2, takes: "number" };
const test: Operator = { infer: ([x]) => [{ dtype: "bool", shape: x!.shape }], inputs: 1, takes: "float" };

/** One result for each element, with broadcasting where there are two inputs. */
export const elementwise: Operators = {
  Abs: ofNumber,
  Acos: ofFloat(),
  Acosh: ofFloat(),
  Asin: ofFloat(),
  Asinh: ofFloat(),
  Atan: ofFloat(),
  Atanh: ofFloat(),
  Ceil: ofFloat(),
  Clip: { infer: like, inputs: [1, 3], takes: "number" },
  Cos: ofFloat(),
  Cosh: ofFloat(),
  Elu: ofFloat({ alpha: "float" }),
  Erf: ofFloat(),
  Exp: ofFloat(),
  Floor: ofFloat(),
  Gelu: { ...ofFloat({ approximate: "string" }), since: 20 },
  HardSigmoid: ofFloat({ alpha: "float", beta: "float" }),
  Identity: { infer: like, inputs: 1 },
  LayerNormalization: {
    infer: like,
    inputs: [2, 3],
    takes: "float",
    attributes: { axis: "int", epsilon: "float" },
    since: 17,
  },
  LeakyRelu: ofFloat({ alpha: "float" }),
  Log: ofFloat(),
  LogSoftmax: ofFloat({ axis: "int" }),
  Neg: ofNumber,
  Not: { infer: like, inputs: 1 },
  Reciprocal: ofFloat(),
  Relu: ofNumber,
  Round: ofFloat(),
  Selu: ofFloat({ alpha: "float", gamma: "float" }),
  Sigmoid: ofFloat(),
  Sign: ofNumber,
  Sin: ofFloat(),
  Sinh: ofFloat(),
  Softmax: ofFloat({ axis: "int" }),
  Softplus: ofFloat(),
  Sqrt: ofFloat(),
  Tan: ofFloat(),
  Tanh: ofFloat(),
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Pow: binary,
  Max: binary,
  Min: binary,
  Mod: { ...binary, attributes: { fmod: "int" } },
  PRelu: binary,
  And: logical,
  Or: logical,
  Xor: logical,
  BitwiseAnd: { ...binary, since: 18 },
  Equal: { infer: comparing, inputs: 2 },
  Greater: order,
  GreaterOrEqual: order,
  Less: order,
  LessOrEqual: order,
  IsNaN: test,
  Sum: {
    infer: (inputs) => [
      { dtype: inputs[0]!.dtype, shape: inputs.map((input) => input.shape).reduce(broadcast) },
    ],
    inputs: [1, Number.POSITIVE_INFINITY],
    takes: "float",
  },
  Where: {
    infer: ([condition, a, b]) => [
      { dtype: sameDType(a!, b!), shape: broadcast(condition!.shape, broadcast(a!.shape, b!.shape)) },
    ],
    inputs: 3,
  },
  Cast: {
    infer: ([x], { to }) => {
      const dtype = elementType(to as number);
      if (!dtype) throw new GraphError(`unknown element type ${to}`);
      return [{ dtype, shape: x!.shape }];
    },
    inputs: 1,
    attributes: { to: "int!" },
  },
};
