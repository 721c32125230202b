import { jasmine, options, specName } from "./environment.ts";
import "@tensorflow/tfjs-core/dist/tests.js";
import { exclusions } from "./exclusions.ts";
import { judge, type SpecResult } from "./judge.ts";
import { reportText } from "./report.ts";
import { startTrail, trail } from "./trail.ts";

const started = performance.now();
const names: string[] = [];
const results: SpecResult[] = [];
const wanted = (name: string) =>
  options.filters.length === 0 ||
  options.filters.some((part) =>
    part.startsWith("^") ? name.startsWith(part.slice(1)) : name.includes(part),
  );

const isMeant = ({ kernels }: SpecResult) =>
  options.kernels.length === 0 || options.kernels.some((kernel) => kernels.includes(kernel));

// Specs provoke warnings and print profiles.
console.warn = () => {};
console.log = () => {};

jasmine.env.configure({ random: false, specFilter: (spec) => wanted(specName(spec.getFullName())) });
jasmine.env.clearReporters();
jasmine.env.addReporter({
  specStarted: startTrail,
  specDone({ fullName, status, failedExpectations }) {
    names.push(specName(fullName));
    if (status === "excluded" || status === "pending") return;
    const { kernels, faults, runs, fixed } = trail();
    results.push({
      name: specName(fullName),
      passed: status === "passed" && faults.length === 0,
      reasons: failedExpectations.map(({ message }) => message),
      kernels: [...kernels],
      faults: faults.map(({ kind, kernel, message }) => ({ kind, kernel, message })),
      runs,
      fixed: [...fixed],
    });
  },
  jasmineDone() {
    const seconds = (performance.now() - started) / 1000;
    const verdict = judge(results.filter(isMeant), options.backend === "onnx" ? exclusions : [], names);
    const text = options.json
      ? JSON.stringify({ ...verdict, seconds })
      : reportText(verdict, { seconds, ...options });
    process.stdout.write(`${text}\n`, () => process.exit(verdict.ok ? 0 : 1));
  },
});
jasmine.env.execute();
