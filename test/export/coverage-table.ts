import {
  complexKernels,
  defaultOpset,
  type InputSpecs,
  lowerings,
  opsets,
  type SupportedKernel,
  trace,
  unsupported,
} from "@vaekit/export";
import { tf } from "@vaekit/train";
import { type Case, feedsOf, forwardOf } from "./lower/case.ts";
import { cases } from "./lower/cases.ts";
import { type NamedFunction, specsOf } from "./support.ts";

interface Use {
  fn: NamedFunction;
  specs: InputSpecs;
}

/** A complex number comes from real ones and goes back to them. */
const complexUse: Use = {
  fn: ({ re, im }) => {
    const spectrum = tf.spectral.ifft(tf.spectral.fft(tf.complex(re!, im!)));
    return { real: tf.real(spectrum), imag: tf.imag(spectrum), abs: tf.abs(spectrum) };
  },
  specs: { re: { shape: [2, 4] }, im: { shape: [2, 4] } },
};

function usesOf(kernel: string): Use[] {
  const rows = cases[kernel as SupportedKernel] as readonly Case<SupportedKernel>[] | undefined;
  return rows?.map((row) => ({ fn: forwardOf(row), specs: specsOf(feedsOf(row)) })) ?? [complexUse];
}

/** The operators that a kernel becomes in its test cases, in the order in which they first appear. */
function operatorsOf(kernel: string, uses: readonly Use[], opset: number): string[] {
  const graphs = uses.map(({ fn, specs }) => trace(fn, specs, { opset }));
  const nodes = graphs.flatMap(({ nodes }) => nodes).filter((node) => node.kernel === kernel);
  return [...new Set(nodes.map(({ op }) => op))];
}

/** The oldest operator set that all of a kernel's cases can be written for. */
function oldestOpset(uses: readonly Use[]): number {
  for (let opset: number = opsets.oldest; opset < opsets.newest; opset++) {
    try {
      for (const { fn, specs } of uses) trace(fn, specs, { opset });
      return opset;
    } catch {
      // A later one may do.
    }
  }
  return opsets.newest;
}

function loweredRow(kernel: string): string {
  const uses = usesOf(kernel);
  const since = oldestOpset(uses);
  const operators = operatorsOf(kernel, uses, Math.max(since, defaultOpset));
  const form = operators.join(", ") || "none: the value itself, or its parts";
  const from = since > opsets.oldest ? ` (from opset ${since})` : "";
  return `| ${kernel} | ${form}${from} | ${tf.getGradient(kernel) ? "yes" : ""} |`;
}

/** COVERAGE.md: what becomes of each of tfjs's kernels. */
export function coverageText(): string {
  const lowered = [...Object.keys(lowerings), ...complexKernels].toSorted();
  const missing = Object.entries(unsupported).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `# Coverage

What vaekit makes of the ${lowered.length + missing.length} kernels that tfjs-core ${tf.version_core} names: ${lowered.length} become ONNX, ${missing.length} cannot.
This file is written by \`npm run coverage\`, from the tables of lowerings and their test cases.

## Lowered

The operators are those of opset ${defaultOpset} that the kernel's test cases need, all of them together. Every kernel can be written for
opset ${opsets.oldest} and later, unless another one is named. "Gradient": tfjs knows the kernel's gradient, so that a training step
may use it; it runs other kernels of this table. The gradients of fused kernels are in tfjs's ops, tf.fused.

| kernel | ONNX operators | gradient |
| --- | --- | --- |
${lowered.map(loweredRow).join("\n")}

## Not lowered

| kernel | why, and what to do instead |
| --- | --- |
${missing.map(([kernel, reason]) => `| ${kernel} | ${reason} |`).join("\n")}
`;
}
