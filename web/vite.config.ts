/** Builds the control room into the Python package, which serves it under a strict policy. */
import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.CURTILAGE ?? "http://127.0.0.1:8960";

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: { $lib: here("./src") },
    // Components under test run in a browser's stead: without this Vitest takes the server's half.
    conditions: process.env.VITEST ? ["browser"] : undefined,
  },
  build: {
    outDir: process.env.CURTILAGE_PAGES ?? here("../src/curtilage/web/pages"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the policy allows no script or style in the page
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: "licences.txt" }, // the notices that go with what is bundled
  },
  server: {
    proxy: {
      // The server refuses changes that come from another origin than its own.
      "/api": {
        target: server,
        ws: true,
        changeOrigin: true,
        rewriteWsOrigin: true,
        headers: { origin: server },
      },
    },
  },
});
