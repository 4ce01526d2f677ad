import js from "@eslint/js";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["lib/", "build.js", "eslint.config.js"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // Prettier breaks the lines of code, and leaves comments as they are.
      "max-len": ["error", { code: 1000, comments: 100 }],
      "max-lines": ["error", 400],
      "no-nested-ternary": "error",
    },
  },
);
