import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  // Workers in parts, as the page is: else all that one may need is in its one file.
  worker: { format: "es" },
});
