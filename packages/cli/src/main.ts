import { runCommand } from "./program.js";

// Whoever reads along has read enough: `vaekit train --help | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

process.exitCode = await runCommand(process.argv.slice(2));
