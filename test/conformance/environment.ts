// Imported before the specs: they are declared for each test environment while their modules load.
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import "@tensorflow/tfjs-backend-cpu/dist/index.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import Jasmine from "jasmine";
import { registerLazyBackend } from "./lazy-backend.ts";
import { optionsOrExit } from "./options.ts";
import { settle } from "./trail.ts";

export const options = optionsOrExit(process.argv.slice(2));

/** Its constructor also makes `describe`, `it` and the others global. */
export const jasmine = new Jasmine();

/** Stands in each suite's name; taken out again in reports, so that a spec has one name on every backend. */
const mark = "@";
export const specName = (fullName: string): string => fullName.replaceAll(` ${mark} {}`, "");

jasmine.env.afterEach(settle);
registerLazyBackend("onnx", options);
setTestEnvs([{ name: mark, backendName: options.backend, isDataSync: true }]);
