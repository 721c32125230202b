/** One element for each element of one input, by its value alone. */
export const unary: ReadonlySet<string> = new Set([
  ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cast", "Ceil", "Celu", "Cos", "Cosh", "Elu"],
  ...[
    "Erf",
    "Exp",
    "Floor",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "IsInf",
    "IsNaN",
    "LeakyRelu",
    "Log",
  ],
  ...[
    "Mish",
    "Neg",
    "Not",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softplus",
  ],
  ...["Softsign", "Sqrt", "Tan", "Tanh", "ThresholdedRelu"],
]);

/** One element for each pair (or more), with broadcasting. */
export const broadcasting: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Mod", "PRelu", "Sum", "Mean", "Where"],
  ...["And", "Or", "Xor", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"],
]);
