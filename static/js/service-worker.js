// Keeps the shell, and nothing that belongs to anybody. The server puts SHELL before this: version, root, page, assets.
const CACHE = `amends-shell-${SHELL.version}`;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/**
 * Nothing is asked for with a cookie: what is kept is what anybody would get.
 * @param {string} address
 */
const asAnybody = (address) => new Request(address, { credentials: "omit" });

async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL.page, ...SHELL.assets].map(asAnybody));
  await worker.skipWaiting();
}

async function forgetOlderShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(SHELL.page)) ?? Response.error();
  }
}

/**
 * An address with a version always leads to the same file; of an older version nobody asks any more.
 * @param {Request} request
 */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.headers.get("Cache-Control")?.includes("immutable")) {
    await cache.delete(request, { ignoreSearch: true });
    await cache.put(request, answer.clone());
  }
  return answer;
}

/** @param {URL} address */
function isAsset(address) {
  return address.pathname.startsWith(`${SHELL.root}/static/`) || address.pathname === `${SHELL.root}/logo.webp`;
}

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(forgetOlderShells()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (isAsset(address) && address.searchParams.has("v")) event.respondWith(asset(request));
});
