import type { DirectoryKind } from "@vaekit/infer";

/** What a bundle is deployed as: a page, or a part of somebody else's page or program. */
export const targets = ["site", "npm-package", "html-snippet"] as const;
export type DeployTarget = (typeof targets)[number];

/** What each writes at the top of its folder. */
export const folders: { readonly [K in DeployTarget]: DirectoryKind } = {
  site: {
    what: "a site",
    names: new Set([
      ...["index.html", "site.json", "sw.js", "vae-decoder.js", "assets", "map", "model"],
      ...["_headers", "vercel.json", ".nojekyll"],
    ]),
    mark: "site.json",
  },
  "npm-package": {
    what: "an npm package that vaekit wrote",
    names: new Set([
      ...["package.json", "index.js", "open-node.js", "open-web.js", "index.d.ts", "README.md", "model"],
    ]),
    mark: "open-node.js",
  },
  "html-snippet": {
    what: "an HTML snippet that vaekit wrote",
    names: new Set(["vae-decoder.js", "snippet.html", "README.md", "model"]),
    mark: "snippet.html",
  },
};
