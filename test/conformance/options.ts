import { parseArgs } from "node:util";

export interface Options {
  backend: "onnx" | "cpu";
  /** Parts of spec names, one of which a spec must have to run; none for all specs. */
  filters: readonly string[];
  /** Report on specs only that run one of these kernels; none for all. */
  kernels: readonly string[];
  /** List every failure with its reason, not only the counts. */
  failures: boolean;
  /** Print the results as JSON. */
  json: boolean;
  opset: number;
  optimize: boolean;
}

const usage = `npm run conformance -- [options]
  --filter TEXT    only specs with TEXT in their name, as "conv2d", or with it in front: "^conv2d "; may be repeated
  --kernel NAME    only specs that run the kernel, as "Conv2DBackpropInput"; may be repeated
  --failures       list every failure with its reason
  --backend NAME   onnx (default) or cpu, tfjs's own, to see that the harness is right
  --opset N        default 17
  --optimize       send each graph through the exporter's passes first
  --json           results as JSON`;

/** What the command line asks for. Ends the process, with the usage, where that is all or it is misused. */
export function optionsOrExit(args: readonly string[]): Options {
  try {
    const options = args.includes("--help") ? null : parseOptions(args);
    if (options) return options;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    process.exit(2);
  }
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      backend: { type: "string", default: "onnx" },
      filter: { type: "string", multiple: true, default: [] },
      kernel: { type: "string", multiple: true, default: [] },
      failures: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      opset: { type: "string", default: "17" },
      optimize: { type: "boolean", default: false },
    },
  });
  const { backend, filter, kernel, failures, json, opset, optimize } = values;
  if (backend !== "onnx" && backend !== "cpu") throw new Error(`no backend ${backend}; one of onnx, cpu`);
  return { backend, filters: filter, kernels: kernel, failures, json, opset: Number(opset), optimize };
}
