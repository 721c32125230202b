import { DisposedError } from "@vaekit/infer";
import { tf } from "../tfjs.js";
import {
  evaluateFunction,
  scalarsOf,
  stateNames,
  stateShapes,
  stepFunction,
  type Tensors,
  termNames,
} from "./functions.js";
import { noiseSpecs } from "./noise.js";
import type { Batch, Engine, EngineName, Job, Noise, Schedule, StepTerms } from "./types.js";

/** tfjs's own execution of the same functions on one of its backends, kernel by kernel. */
export function createEagerEngine(name: EngineName, backend: string, job: Job): Engine {
  const { vae, ema } = job;
  const step = stepFunction(job);
  const evaluate = evaluateFunction(job);
  const terms = termNames(job);
  const shapes = stateShapes(job);
  const slots: Record<string, tf.Variable> = {};
  on(backend, () => {
    for (const slot of stateNames(job).slots)
      slots[slot] = tf.tidy(() => tf.variable(tf.zeros([...shapes[slot]!]), false));
  });
  const variables: Record<string, tf.Variable> = {
    ...Object.fromEntries(vae.variables().map(({ name, variable }) => [`weights/${name}`, variable])),
    ...slots,
  };
  let disposed = false;
  const assertAlive = () => {
    if (disposed) throw new DisposedError("this engine was disposed; create it again");
  };
  const batchTensors = ({ rows, x, c }: Batch, noise: Noise, training: boolean): Tensors => ({
    x: tf.tensor(x, [rows, ...vae.data.shape], "float32"),
    ...(c && { c: tf.tensor(c, [rows, vae.conditions]) }),
    ...Object.fromEntries(
      Object.entries(noiseSpecs(job, rows, training)).map(([input, { shape }]) => [
        input,
        tf.tensor(noise[input]!, [...shape]),
      ]),
    ),
  });
  /** Run with the moving averages in the weights' places, where there are some. */
  const averaged = <T>(run: () => T): T => {
    if (ema === null) return run();
    const own = vae.parameters.map(({ name, variable }) => {
      const copy = tf.keep(tf.clone(variable));
      variable.assign(tf.clone(slots[`ema/${name}`]!));
      return { variable, copy };
    });
    try {
      return run();
    } finally {
      for (const { variable, copy } of own) {
        variable.assign(copy);
        copy.dispose();
      }
    }
  };

  return {
    name,
    async step(batch: Batch, noise: Noise, schedule: Schedule) {
      assertAlive();
      const computed = on(backend, () =>
        tf.tidy(() => {
          const inputs: Tensors = { ...batchTensors(batch, noise, true), ...slots };
          for (const [scalar, value] of Object.entries(scalarsOf(job, schedule)))
            inputs[scalar] = tf.scalar(value);
          const outputs = step(inputs);
          for (const [state, variable] of Object.entries(variables))
            variable.assign(outputs[`next/${state}`]!);
          return tf.stack(terms.map((term) => outputs[term]!));
        }),
      );
      const values = await computed.data();
      computed.dispose();
      return Object.fromEntries(terms.map((term, i) => [term, values[i]!])) as StepTerms;
    },
    async evaluate(batch: Batch, noise: Noise) {
      assertAlive();
      const outputs = on(backend, () =>
        tf.tidy(() => averaged(() => evaluate(batchTensors(batch, noise, false)))),
      );
      const read = async (output: tf.Tensor) => (await output.data()) as Float32Array;
      const result = {
        logPx: await read(outputs.logPx!),
        kl: await read(outputs.kl!),
        mu: await read(outputs.mu!),
        logvar: await read(outputs.logvar!),
      };
      tf.dispose(outputs);
      return result;
    },
    async readState() {
      assertAlive();
      const entries = Object.entries(variables).map(async ([state, variable]) => {
        return [state, ((await variable.data()) as Float32Array).slice()] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    async writeState(state) {
      assertAlive();
      on(backend, () =>
        tf.tidy(() => {
          for (const [entry, variable] of Object.entries(variables)) {
            variable.assign(tf.tensor(state[entry]!.slice(), variable.shape));
          }
        }),
      );
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      tf.dispose(Object.values(slots));
    },
  };
}

/** Run synchronous tfjs work on a backend that is already initialised, and switch back. */
function on<T>(backend: string, run: () => T): T {
  const previous = tf.getBackend();
  void tf.setBackend(backend);
  try {
    return run();
  } finally {
    void tf.setBackend(previous);
  }
}
