// Draws the pictures of docs/latent.md from the bundle that `npm run demo` leaves: node tools/latent-pictures.mjs
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "vaekit";
import { root } from "./ready.mjs";

const folder = mkdtempSync(join(tmpdir(), "vaekit-latent-"));
try {
  const report = join(folder, "report");
  const command = [
    "analyze",
    join(root, "demo/model"),
    "--data",
    "mnist:test",
    "--out",
    report,
    "--name",
    "MNIST",
  ];
  process.exitCode = await runCommand([...command, "--no-tsne", "--theme", "light"]);
  if (process.exitCode === 0) {
    for (const [figure, picture] of Object.entries({
      map: "latent-map",
      traversals: "latent-traversals",
    })) {
      copyFileSync(join(report, `figures/${figure}.png`), join(root, `docs/images/${picture}.png`));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
