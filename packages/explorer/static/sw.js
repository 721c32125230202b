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

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request);
  if (path !== null) event.respondWith(answer(request, path));
});

/** All files or none: a copy that is not whole must not stand in for the site. */
async function install() {
  const answers = await Promise.all(
    Object.entries(files).map(async ([path, integrity]) => [path, await download(path, integrity)]),
  );
  const cache = await caches.open(cacheName);
  await Promise.all(answers.map(([path, response]) => cache.put(new URL(path, scope), response)));
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

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(mine) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The site's file that a request means, "" for the page; null for anything else, which goes its own way. */
function pathOf({ method, url }) {
  if (method !== "GET" || !url.startsWith(scope)) return null;
  const path = url.slice(scope.length).replace(/[?#].*$/, "");
  const page = path === "index.html" ? "" : path;
  return page in files ? page : null;
}

async function answer(request, path) {
  const cache = await caches.open(cacheName);
  return (await cache.match(new URL(path, scope))) ?? fetch(request);
}
