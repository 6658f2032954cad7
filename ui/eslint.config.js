import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import typescript from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const onlyHostNamesTauri = {
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        {
          group: ["@tauri-apps/*"],
          message: "Only src/lib/host may name Tauri: the views run in a browser too.",
        },
      ],
    },
  ],
};

export default typescript.config(
  { ignores: ["dist", "node_modules", "src/lib/host/generated.ts"] },
  js.configs.recommended,
  typescript.configs.strict,
  svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: { "no-undef": "off", eqeqeq: "error", ...onlyHostNamesTauri },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } },
  },
  { files: ["src/lib/host/**"], rules: { "no-restricted-imports": "off" } },
  { files: ["tests/**", "*.js", "*.ts"], languageOptions: { globals: { ...globals.node } } },
);
