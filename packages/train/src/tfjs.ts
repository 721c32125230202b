// The one place that imports tfjs for the whole package. tfjs-layers registers all gradients, which tfjs-core's
// Node build alone does not.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";

// Only silences advice on standard error ("Hi, looks like you are running TensorFlow.js in Node.js ...").
tf.env().set("PROD", true);

export { layers, tf };
