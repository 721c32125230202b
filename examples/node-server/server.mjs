// node server.mjs <bundle> [port]; http://localhost:8080/?seed=7 is a picture that never existed.
import { createServer } from "node:http";
import { toPng, Vae } from "@vaekit/infer/node";

const [bundle = "model", given = "8080"] = process.argv.slice(2);
const port = Number(given);
if (!(Number.isInteger(port) && port >= 0 && port < 65536)) {
  fail({ message: `The port must be a whole number from 0 to 65535; got ${given}` });
}
const vae = await Vae.load(bundle).catch(fail);

const server = createServer(async (request, response) => {
  try {
    const seed = Number(new URL(request.url, "http://localhost").searchParams.get("seed") ?? 0);
    if (!Number.isSafeInteger(seed) || seed < 0) {
      response.writeHead(400).end("seed must be a whole number\n");
      return;
    }
    const { x_mean } = await vae.sample(1, { seed });
    response.writeHead(200, { "content-type": "image/png" }).end(toPng(x_mean));
  } catch (error) {
    response.writeHead(500).end(`${error.message}\n`);
  }
});
server.on("error", fail);
server.listen(port, "127.0.0.1", () => console.log(`http://localhost:${server.address().port}/?seed=7`));

function fail({ message }) {
  console.error(message);
  process.exit(1);
}
