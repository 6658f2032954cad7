import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { hant } from "./hant.ts";
import { markdownPages } from "./markdown.js";

// The window's content security policy allows nothing from outside and nothing inline, so every
// script and style is a file of the bundle.
export default defineConfig(({ mode }) => ({
  plugins: [markdownPages(), svelte(), hant()],
  // The guide and its pictures lie beside this folder.
  server: { fs: { allow: [".."] } },
  build: {
    // The till's window, and the customer's.
    rollupOptions: { input: ["index.html", "customer.html"] },
    target: "safari16",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // Only the tests need the browser's half of Svelte named to them: they run in node.
  ...(mode === "test" ? { resolve: { conditions: ["browser"] } } : {}),
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    // A whole window in a simulated browser: on a machine that also builds, a test may take its time.
    testTimeout: 30_000,
  },
}));
