import { defineConfig } from "vite";

// WebAssembly's threads need a cross-origin isolated page: the production server must send these too.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // A page that is served from any folder.
  base: "./",
  server: { headers },
  preview: { headers },
});
