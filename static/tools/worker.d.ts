// What the server puts before the service worker.
declare const SHELL: { version: string; page: string; assets: string[] };
