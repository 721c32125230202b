// Keeps the site for visits without a network. self.deployed stands above: what was deployed, and its files' digests.
const { revision, files } = self.deployed;
const scope = self.registration.scope;
const mine = `vaekit-site ${scope} `;
const cacheName = mine + revision;
/** Headers that say what a body is, and what its page may do. */
const kept = [
  "content-type",
  "content-security-policy",
  "cross-origin-opener-policy",
  "cross-origin-embedder-policy",
  "cross-origin-resource-policy",
];
/** Stands for a page where there is none yet: the worker before must not clear the copy away. */
const installing = "installing";
/** Whether there is no copy of an earlier deployment any more. */
let alone = false;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path === null || (alone && !(path in files))) return;
  event.respondWith(answer(event, path));
  event.waitUntil(tidy(event.resultingClientId));
});

/** All files or none: a copy that is not whole must not stand in for the site. */
async function install() {
  const answers = await Promise.all(
    Object.entries(files).map(async ([path, integrity]) => [path, await download(path, integrity)]),
  );
  const cache = await caches.open(cacheName);
  await note(cache, installing);
  try {
    await Promise.all(answers.map(([path, response]) => cache.put(new URL(path, scope), response)));
  } catch (error) {
    await caches.delete(cacheName);
    throw error;
  }
  await self.skipWaiting();
}

async function download(path, integrity) {
  const response = await fetch(new URL(path, scope), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (`sha256-${btoa(String.fromCharCode(...digest))}` !== integrity) {
    throw new Error(`${path} is not the file that was deployed`);
  }
  const headers = kept.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return new Response(bytes, { headers });
}

/** Pages that no worker served yet came from the server together with this one. */
async function activate() {
  await self.clients.claim();
  const others = await earlier();
  const cache = await caches.open(cacheName);
  for (const id of await openPages()) {
    const known = await Promise.all(others.map((other) => other.match(noteOf(id))));
    if (!known.some(Boolean)) await note(cache, id);
  }
  await cache.delete(noteOf(installing));
  await tidy();
}

/** The site's file that a request means, "" for the page; null for anything else, which goes its own way. */
function pathOf({ method, url }) {
  if (method !== "GET" || !url.startsWith(scope)) return null;
  const path = url.slice(scope.length).replace(/[?#].*$/, "");
  return path === "index.html" ? "" : path;
}

/** A page that is opened gets this deployment; one that was open before gets the rest of its own. */
async function answer({ request, clientId, resultingClientId }, path) {
  const cache = await caches.open(cacheName);
  const url = new URL(path, scope);
  if (request.mode === "navigate") {
    const page = await cache.match(url);
    if (page && resultingClientId) await note(cache, resultingClientId);
    return page ?? fetch(request);
  }
  const others = alone ? [] : await earlier();
  for (const other of others) {
    if (clientId && (await other.match(noteOf(clientId)))) return (await other.match(url)) ?? fetch(request);
  }
  // A page's workers have ids of their own, but ask for names that only their deployment has.
  for (const each of [cache, ...others]) {
    const found = await each.match(url);
    if (found) return found;
  }
  return fetch(request);
}

/** Copies of earlier deployments. */
async function earlier() {
  const names = (await caches.keys()).filter((name) => name.startsWith(mine) && name !== cacheName);
  alone = names.length === 0;
  return Promise.all(names.map((name) => caches.open(name)));
}

async function openPages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(scope)).map(({ id }) => id);
}

/** An entry in a copy that says: this open page is of this deployment. */
const noteOf = (id) => new URL(`?page=${id}`, scope);
const note = (cache, id) => cache.put(noteOf(id), new Response());

/** Copies of earlier deployments go with the last page that shows them. opening: a page that is not open yet */
async function tidy(opening) {
  if (alone) return;
  const open = new Set([...(await openPages()), installing]);
  if (opening) open.add(opening);
  for (const name of await caches.keys()) {
    if (!name.startsWith(mine)) continue;
    const cache = await caches.open(name);
    const notes = (await cache.keys()).filter(({ url }) => url.startsWith(`${new URL("?page=", scope)}`));
    const gone = notes.filter(({ url }) => !open.has(new URL(url).searchParams.get("page")));
    if (name !== cacheName && gone.length === notes.length) await caches.delete(name);
    else await Promise.all(gone.map((request) => cache.delete(request)));
  }
  await earlier();
}
