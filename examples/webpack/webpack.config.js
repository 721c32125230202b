export default {
  mode: "production",
  entry: "./main.js",
  // onnxruntime's .wasm is 14 MB; it is fetched when the model is loaded, beside it.
  performance: { assetFilter: (file) => !file.endsWith(".wasm") },
};
