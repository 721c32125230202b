/** A model of one layer each, as a module: its default export builds it. options: { activation } */
export default function build({ features, outputs, latent, layers, options }) {
  const dense = (name, units, from, activation) =>
    layers.layers.dense({ name, units, activation }).apply(from);
  const x = layers.input({ shape: [features] });
  const seen = dense("hidden", 7, x, options.activation);
  const z = layers.input({ shape: [latent] });
  return {
    encoder: layers.model({ inputs: x, outputs: [dense("mu", latent, seen), dense("logvar", latent, seen)] }),
    decoder: layers.model({ inputs: z, outputs: dense("x", outputs, z) }),
  };
}
