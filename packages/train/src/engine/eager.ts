import { DisposedError } from "@vaekit/infer";
import { tf } from "../tfjs.js";
import { evaluateFunction, stateNames, stateShapes, stepFunction, type Tensors } from "./functions.js";
import type { Batch, Engine, EngineName, Job, Noise, Schedule } from "./types.js";

/** tfjs's own execution of the same functions on one of its backends, kernel by kernel. */
export function createEagerEngine(name: EngineName, backend: string, job: Job): Engine {
  const { vae, optimizer } = job;
  const step = stepFunction(job);
  const evaluate = evaluateFunction(job);
  const shapes = stateShapes(job);
  const { weights, slots: slotNames } = stateNames(job);
  const slots: Record<string, tf.Variable> = {};
  on(backend, () => {
    for (const slot of slotNames)
      slots[slot] = tf.tidy(() => tf.variable(tf.zeros([...shapes[slot]!]), false));
  });
  const variables: Record<string, tf.Variable> = {
    ...Object.fromEntries(vae.parameters.map(({ variable }, i) => [weights[i]!, variable])),
    ...slots,
  };
  let disposed = false;
  const assertAlive = () => {
    if (disposed) throw new DisposedError("this engine was disposed; create it again");
  };
  const batchTensors = ({ rows, x }: Batch, { eps, uniform }: Noise): Tensors => ({
    x: tf.tensor(x, [rows, ...vae.data.shape], "float32"),
    eps: tf.tensor(eps, [rows, vae.latent]),
    ...(uniform && { uniform: tf.tensor(uniform, [rows, vae.features]) }),
  });

  return {
    name,
    async step(batch: Batch, noise: Noise, schedule: Schedule) {
      assertAlive();
      const scalars = { beta: schedule.beta, ...optimizer.scalars(schedule.learningRate, schedule.step) };
      const terms = on(backend, () =>
        tf.tidy(() => {
          const inputs: Tensors = { ...batchTensors(batch, noise), ...slots };
          for (const [scalar, value] of Object.entries(scalars)) inputs[scalar] = tf.scalar(value);
          const outputs = step(inputs);
          for (const [state, variable] of Object.entries(variables))
            variable.assign(outputs[`next/${state}`]!);
          return tf.stack([outputs.loss!, outputs.reconstruction!, outputs.kl!]);
        }),
      );
      const [loss, reconstruction, kl] = await terms.data();
      terms.dispose();
      return { loss: loss!, reconstruction: reconstruction!, kl: kl! };
    },
    async evaluate(batch: Batch, noise: Noise) {
      assertAlive();
      const outputs = on(backend, () => tf.tidy(() => evaluate(batchTensors(batch, noise))));
      const read = async (output: tf.Tensor) => (await output.data()) as Float32Array;
      const result = {
        logPx: await read(outputs.logPx!),
        kl: await read(outputs.kl!),
        mu: await read(outputs.mu!),
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
