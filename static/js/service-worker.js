// Keeps the shell, and nothing that belongs to anybody; shows what is pushed to this device. The server puts SHELL before this: version, root, page, assets.
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

/**
 * @typedef {{ id: string, title: string, text: string, tag: string, path: string, at_ms: number, is_urgent: boolean, language: string }} Pushed
 */

/**
 * Browsers take it amiss when nothing is shown: what cannot be read is said to be news all the same.
 * @param {PushMessageData | null} sent
 * @returns {Pushed}
 */
function readPushed(sent) {
  const unknown = { id: "", title: "Amends", text: "", tag: "", path: "/", at_ms: Date.now(), is_urgent: false, language: "" };
  try {
    return { ...unknown, ...sent?.json() };
  } catch {
    return unknown;
  }
}

/**
 * A newer message takes the place of the one before about the same, with a sound; the very same one again, in silence.
 * @param {Pushed} pushed
 */
async function showPushed({ id, title, text, tag, path, at_ms: timestamp, is_urgent: requireInteraction, language: lang }) {
  const before = tag ? await worker.registration.getNotifications({ tag }) : [];
  const isAgain = before.some(({ data }) => data?.id === id);
  await worker.registration.showNotification(title, /** @type {NotificationOptions} */ ({
    body: text,
    tag,
    renotify: Boolean(tag) && !isAgain,
    silent: isAgain,
    requireInteraction,
    timestamp,
    lang,
    data: { id, path },
    icon: `${SHELL.root}/static/img/icon-192.png`,
  }));
  const pages = await worker.clients.matchAll({ type: "window" });
  for (const one of pages) one.postMessage({ pushed: tag });
}

/**
 * Opens a page of ours, and nobody else's; who is not logged in gets there after the log-in.
 * @param {unknown} path
 */
async function openPage(path) {
  const address = new URL(`${SHELL.root}${path}`, location.origin);
  if (address.origin !== location.origin) return;
  const pages = await worker.clients.matchAll({ type: "window" });
  const there = pages.find(({ url }) => url === address.href);
  await (there ? there.focus() : worker.clients.openWindow(address.href));
}

/**
 * The browser has another address from now on; where nobody is logged in, the page of the devices says so.
 * @param {PushSubscription | null} before
 */
async function subscribeAnew(before) {
  const asked = await fetch(`${SHELL.root}/account/devices/key`, { headers: { Accept: "application/json" } });
  if (!asked.ok) return;
  const { public_key: applicationServerKey, csrf_token: token } = await asked.json();
  const subscription = await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  const body = JSON.stringify({ subscription, replaces: before?.endpoint ?? "" });
  await fetch(`${SHELL.root}/account/devices`, { method: "POST", headers, body });
}

worker.addEventListener("push", (event) => event.waitUntil(showPushed(readPushed(event.data))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data?.path ?? "/"));
});
worker.addEventListener("pushsubscriptionchange", (event) => {
  const { oldSubscription: before } = /** @type {PushSubscriptionChangeEvent} */ (event);
  /** @type {ExtendableEvent} */ (event).waitUntil(subscribeAnew(before));
});
