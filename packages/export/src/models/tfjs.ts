import type * as converterModule from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type * as layersModule from "@tensorflow/tfjs-layers";
import { registerChainedOps } from "../trace/chained-ops.js";

/** The one copy of each part of tfjs that models are loaded with. */
export interface Tfjs {
  tf: typeof tf;
  layers: typeof layersModule;
  converter: typeof converterModule;
}

let loading: Promise<Tfjs> | undefined;

/**
 * Loads tfjs's model loaders and tensors' methods, which the plain tracer does without, and its cpu backend where no
 * other is set up.
 */
export function loadTfjs(): Promise<Tfjs> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Tfjs> {
  // Only silences advice on standard error ("Hi, looks like you are running TensorFlow.js in Node.js ...").
  tf.env().set("PROD", true);
  if (tf.engine().backendNames().length === 0) await import("@tensorflow/tfjs-backend-cpu");
  await tf.ready();
  // A --register file may be written for all of tfjs: x.mul(y).
  registerChainedOps();
  const [layers, converter] = await Promise.all([
    import("@tensorflow/tfjs-layers"),
    import("@tensorflow/tfjs-converter"),
  ]);
  return { tf, layers, converter };
}
