// A page that is just large enough for scripts to be loaded without a browser: its language and its words.
process.env.TZ = "UTC";

/** Makes a page; scripts are imported after that. */
export function openPage({ lang = "en", words = null } = {}) {
  const catalogue = { textContent: JSON.stringify(words) };
  globalThis.document = {
    documentElement: { lang, dataset: { icons: "/icons.svg" } },
    getElementById: (id) => (id === "words" && words ? catalogue : null),
    addEventListener: () => {}, // Nothing happens on it.
  };
  Object.defineProperty(globalThis, "navigator", { value: { languages: [lang] }, configurable: true });
}

/** Imports a script of static/js. */
export const script = (path) => import(`../../../static/js/${path}`);

/** Returns an alert as the server tells it, with what a test says of it. */
export const alert = (changes = {}) => ({
  is_test: false,
  incident_id: 1, camera_id: 1, camera: "Bar", emotion: "angry", state: "new", level: "high", peak_score: 0.9,
  opened_at: "2026-11-28T10:00:00Z", acknowledged_by: null, again: null, reminders: 0, escalated_at: null, ...changes,
});
