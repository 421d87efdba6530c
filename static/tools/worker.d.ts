// What the server puts before the service worker.
declare const SHELL: { version: string; root: string; page: string; assets: string[] };
