/**
 * A convolutional VAE of Keras's example shape: two 3x3 convolutions with stride 2 down from [28, 28, 1], z of 2, a
 * dense layer and three transposed convolutions up again; Bernoulli likelihood from logits, standard normal prior.
 */
export const latent = 2;
export const image = [28, 28, 1];

/** Name, shape and fan-in of each weight; biases have none. */
const layers = [
  ["conv1", [3, 3, 1, 32], 9],
  ["conv2", [3, 3, 32, 64], 288],
  ["dense", [3136, 16], 3136],
  ["mu", [16, latent], 16],
  ["logvar", [16, latent], 16],
  ["up", [latent, 3136], latent],
  // tfjs has a transposed convolution's filter as [height, width, out, in]
  ["convT1", [3, 3, 64, 64], 576],
  ["convT2", [3, 3, 32, 64], 576],
  ["convT3", [3, 3, 1, 32], 288],
];
const outputs = (name, shape) => (name.startsWith("convT") ? shape[2] : shape.at(-1));

/** Shapes of all weights and biases by name, in one order. */
export const weightShapes = Object.fromEntries(
  layers.flatMap(([name, shape]) => [
    [`${name}/kernel`, shape],
    [`${name}/bias`, [outputs(name, shape)]],
  ]),
);

/** Values of one weight from standard normal ones: He's scale for kernels, small biases. */
export function scaleWeight(name, normal) {
  const [layer] = name.split("/");
  const fanIn = layers.find(([each]) => each === layer)[2];
  const scale = name.endsWith("bias") ? 0.01 : Math.sqrt(2 / fanIn);
  return normal.map((value) => value * scale);
}

/** x [batch, 28, 28, 1] in 0 to 1, eps [batch, latent], weights by name -> the loss, a scalar, in nats per example. */
export function loss(tf, { x, eps, ...weights }) {
  const kernel = (name) => weights[`${name}/kernel`];
  const bias = (name) => weights[`${name}/bias`];
  const rows = x.shape[0];
  const down = (h, name) => tf.relu(tf.add(tf.conv2d(h, kernel(name), 2, "same"), bias(name)));
  const dense = (h, name) => tf.add(tf.matMul(h, kernel(name)), bias(name));
  const up = (h, name, size, channels, stride) =>
    tf.add(tf.conv2dTranspose(h, kernel(name), [rows, size, size, channels], stride, "same"), bias(name));
  const flat = tf.reshape(down(down(x, "conv1"), "conv2"), [rows, 3136]);
  const h = tf.relu(dense(flat, "dense"));
  const [mu, logvar] = [dense(h, "mu"), dense(h, "logvar")];
  const z = tf.add(mu, tf.mul(tf.exp(tf.mul(logvar, 0.5)), eps));
  const grid = tf.reshape(tf.relu(dense(z, "up")), [rows, 7, 7, 64]);
  const wide = tf.relu(up(tf.relu(up(grid, "convT1", 14, 64, 2)), "convT2", 28, 32, 2));
  const logits = up(wide, "convT3", 28, 1, 1);
  const nll = tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, x)));
  const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(logvar, 1), tf.square(mu)), tf.exp(logvar))));
  return tf.div(tf.add(nll, kl), rows);
}

/** The loss and its gradients by every weight: inputs as for `loss`, outputs `loss` and `grad/<weight>`. */
export function gradients(tf) {
  const names = Object.keys(weightShapes);
  return ({ x, eps, ...weights }) => {
    const f = (...values) =>
      loss(tf, { x, eps, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) });
    const { value, grads } = tf.valueAndGrads(f)(names.map((name) => weights[name]));
    return { loss: value, ...Object.fromEntries(names.map((name, i) => [`grad/${name}`, grads[i]])) };
  };
}

/** Input specs for `trace`. */
export function specs(rows) {
  return {
    x: { shape: [rows, ...image] },
    eps: { shape: [rows, latent] },
    ...Object.fromEntries(Object.entries(weightShapes).map(([name, shape]) => [name, { shape }])),
  };
}

/** Feeds for `specs`, from a RandomStream's normal numbers; pixels mostly dark, as pictures of digits are. */
export function feeds(rows, stream) {
  const size = (shape) => shape.reduce((product, n) => product * n, 1);
  return Object.fromEntries(
    Object.entries(specs(rows)).map(([name, { shape }]) => {
      const normal = stream.normal(new Float32Array(size(shape)));
      const data =
        name === "x"
          ? normal.map((value) => Math.min(1, Math.max(0, value - 0.8)))
          : name === "eps"
            ? normal
            : scaleWeight(name, normal);
      return [name, { dtype: "float32", shape, data }];
    }),
  );
}
