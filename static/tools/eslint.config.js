// What `make check` asks of the scripts in ../js and of their tests.
import js from "@eslint/js";
import globals from "globals";

// Who may use whom: the pages at the top use all, each area only what stands beside or after it here.
const AREAS = {
  dashboard: ["alerts", "cameras", "lib"],
  welcome: ["alerts", "cameras", "lib"],
  alerts: ["cameras", "lib"],
  cameras: ["lib"],
  account: ["lib"],
  admin: ["lib"],
  insights: ["lib"],
  kiosk: ["lib"],
  zones: ["lib"],
  lib: [],
};

const walls = Object.entries(AREAS).map(([area, used]) => ({
  files: [`static/js/${area}/**`],
  rules: {
    "no-restricted-imports": ["error", {
      patterns: [{
        regex: `^\\.\\./(?!${[...used, "\\.\\./vendor"].join("/|")}/)`,
        message: `${area} may use: ${[...used, "vendor"].join(", ")}.`,
      }],
    }],
  },
}));

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    rules: {
      "array-callback-return": "error",
      "complexity": ["error", 10],
      "eqeqeq": "error",
      "max-depth": ["error", 3],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "max-params": ["error", 4],
      "no-else-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-syntax": ["error", {
        selector: "AssignmentExpression > MemberExpression.left[property.name=/^(innerHTML|outerHTML)$/]",
        message: "Set textContent: text from elsewhere must not become markup.",
      }],
      "no-shadow": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  { files: ["static/js/**"], languageOptions: { globals: globals.browser } },
  {
    files: ["static/js/service-worker.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.serviceworker, SHELL: "readonly" } },
  },
  { files: ["static/js/theme.js"], languageOptions: { sourceType: "script" } },
  { files: ["static/vendor.mjs", "static/tools/**", "tests/**"], languageOptions: { globals: globals.node } },
  ...walls,
];
