import * as tf from "@tensorflow/tfjs-core";

/**
 * Run a function and put every variable back as it was: an assignment inside a trace swaps a variable's
 * data for a recorded value. Variables that the function creates are disposed of.
 */
export function keepingVariables<T>(run: () => T): T {
  const { registeredVariables } = tf.engine();
  const before = Object.values(registeredVariables).map((variable) => ({
    variable,
    dataId: variable.dataId,
    copy: tf.keep(tf.clone(variable)),
  }));
  try {
    return run();
  } finally {
    const known = new Set(before.map(({ variable }) => variable));
    for (const variable of Object.values(registeredVariables)) if (!known.has(variable)) variable.dispose();
    for (const { variable, dataId, copy } of before) {
      if (variable.dataId !== dataId) variable.assign(copy);
      copy.dispose();
    }
  }
}
