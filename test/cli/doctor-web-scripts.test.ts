import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import webpack, { type Configuration } from "webpack";
import { smallBundle } from "../infer/small-bundle.ts";
import { temporaryDirectory } from "../support/data.ts";
import { body, check, healthySite, notOk, runtimeFolder, serve, wasmName } from "./deployment-site.ts";

// How scripts are found: import maps, webpack's parts, files that lie in a folder; and what is said when they are not.
const runtime = readFileSync(join(runtimeFolder, "ort.wasm.bundle.min.mjs"), "utf8");
const wasm = readFileSync(join(runtimeFolder, wasmName));

function folder(files: Record<string, string | Uint8Array>): string {
  const place = temporaryDirectory();
  for (const [name, body] of Object.entries(files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), body);
  }
  return place;
}

async function said(target: string, check_: "page" | "runtime") {
  const { findings } = await check(target);
  return findings.filter(({ check }) => check === check_).map(({ level, what }) => `${level}: ${what}`);
}

const bundle = smallBundle();
const page = (more: string) => `<!doctype html><title>digits</title>${more}`;

describe("an import map", () => {
  const map = '{ "imports": { "ort/wasm": "./node_modules/ort/run.mjs", "lib/": "./node_modules/lib/" } }';
  const files = {
    "index.html": page(
      `<script type="importmap">${map}</script><script type="module" src="main.js"></script>`,
    ),
    "main.js": '// the page\nimport { a } from "lib/a.js";\nconst { load } = await import("ort/wasm");\n',
    "node_modules/lib/a.js": "export const a = 1;",
    "node_modules/ort/run.mjs": runtime,
    [`node_modules/ort/${wasmName}`]: wasm,
  };

  it("leads to the runtime, and its .wasm is asked for", async () => {
    const place = folder(files);
    expect(await said(place, "page")).toEqual(["ok: a page with 3 scripts, all there"]);
    expect((await said(place, "runtime"))[0]).toMatch(/^ok: there, 14\.\d MB/);
    rmSync(join(place, "node_modules/ort", wasmName));
    expect((await said(place, "runtime"))[0]).toMatch(/^problem: the \.wasm of onnxruntime-web is not where/);
  });

  it("names scripts that must be there", async () => {
    const place = folder(files);
    rmSync(join(place, "node_modules/lib/a.js"));
    expect(await said(place, "page")).toEqual(["problem: a script that main.js asks for answered 404"]);
  });

  it("does not have a name that is imported", async () => {
    const place = folder({ ...files, "main.js": 'import { b } from "other";' });
    expect((await said(place, "page"))[0]).toMatch(/^problem: asks for "other".*import map has no such name/);
  });

  it("has scopes, the narrower first", async () => {
    const scoped = {
      imports: { a: "./a.js" },
      scopes: { "./in/": { b: "./b.js" }, "./in/deep/": { b: "./gone.js" } },
    };
    const place = folder({
      "index.html": page(
        `<script type="importmap">${JSON.stringify(scoped)}</script><script type="module">import "a";</script>`,
      ),
      "a.js": 'import "./in/x.js"; import "./in/deep/y.js";',
      "in/x.js": 'import "b";',
      "in/deep/y.js": 'import "b";',
      "b.js": "1;",
    });
    expect((await check(place)).findings.filter(({ level }) => level === "problem")).toMatchObject([
      { check: "page", subject: "gone.js" },
    ]);
  });
});

describe("a page that is not built", () => {
  it.each([
    [
      'import { Vae } from "@vaekit/infer/web";',
      /asks for "@vaekit\/infer\/web", which browsers do not find: not built\?/,
    ],
    [
      '/* x */ "use strict";\nimport a, * as b from "one";import"two";export * from "three";',
      /"one", "two", "three"/,
    ],
  ])("%s", async (script, what) => {
    const place = folder({
      "index.html": page('<script type="module" src="/main.js"></script>'),
      "main.js": script,
    });
    const [found] = await said(place, "page");
    expect(found).toMatch(/^problem: /);
    expect(found).toMatch(what);
    expect((await said(place, "runtime"))[0]).toMatch(/^warning: could not be checked/);
  });

  it("is not taken for one by texts, data or what only Node.js imports", async () => {
    const place = folder({
      "index.html": page('<script type="module" src="main.js"></script>'),
      "main.js": `import data from "./data.json" with { type: "json" };
        const text = \`\nimport { Vae } from "@vaekit/infer";\n\`; if (text === data) await import("node:fs");`,
    });
    expect(await said(place, "page")).toEqual(["ok: a page with 1 script, all there"]);
  });
});

describe("webpack's parts", () => {
  const main = (u: string) =>
    `(()=>{var n={};${u},n.l=(e)=>{},n.f.j=(t)=>n.l(n.p+n.u(t));self.webpackChunkx=[];n.e(511).then(()=>n(511));
     Promise.all([n.e(7),n.e(8)]).then(n.bind(n,7))})();`;
  const part = `self.webpackChunkx.push([[511],{1(e,t,r){e.exports=r.p+"abc.wasm"}}]);\n${runtime}`;
  const site = (u: string, name: (id: number) => string) => ({
    "index.html": page('<script src="dist/main.js"></script>'),
    "dist/main.js": main(u),
    [`dist/${name(511)}`]: part,
    [`dist/${name(7)}`]: "1",
    [`dist/${name(8)}`]: "1",
    "dist/abc.wasm": wasm,
  });

  it.each([
    ['n.u=e=>e+".js"', (id: number) => `${id}.js`],
    ['n.u=function(e){return ""+e+".js"}', (id: number) => `${id}.js`],
    [
      'n.u=e=>"js/"+({511:"ort"}[e]||e)+"."+{7:"aa",8:"bb",511:"cc"}[e]+".chunk.js"',
      (id: number) => `js/${id === 511 ? "ort" : id}.${{ 7: "aa", 8: "bb" }[id] ?? "cc"}.chunk.js`,
    ],
  ])("%s: found, and missed when one is gone", async (u, name) => {
    const files = site(u, name);
    if (u.includes("js/")) {
      files["dist/main.js"] = files["dist/main.js"]!.replace("n.l=", 'n.p="dist/",n.l=');
      files["dist/js/abc.wasm"] = wasm;
    }
    const place = folder(files);
    expect(await said(place, "page")).toEqual(["ok: a page with 4 scripts, all there"]);
    expect((await said(place, "runtime"))[0]).toMatch(/^ok: there, 14\.\d MB/);
    rmSync(join(place, "dist", name(8)));
    expect(await said(place, "page")).toEqual(["problem: a script that dist/main.js asks for answered 404"]);
  });

  it("may be beside a copy of the runtime for threads, which asks for no .wasm of its own", async () => {
    const files = site('n.u=e=>e+".js"', (id) => `${id}.js`);
    const place = folder({
      ...files,
      "dist/511.js": `${part}\nnew URL("copy.mjs", location)`,
      "dist/copy.mjs": runtime,
    });
    expect(await said(place, "runtime")).toEqual([
      expect.stringMatching(/^ok: there.*511\.js asks for it$/),
      expect.stringMatching(/^ok: onnxruntime-web 1/),
    ]);
    rmSync(join(place, "dist/abc.wasm"));
    expect(await said(place, "runtime")).toEqual([expect.stringMatching(/^problem: .*511\.js looks for it/)]);
  });

  it("have names that are not understood: a warning, never ok", async () => {
    const files = site('n.u=e=>f(e)+".js"', (id) => `${id}.js`);
    const place = folder(files);
    expect(await said(place, "page")).toEqual([
      "warning: computes the names of its parts: whether they are there could not be checked",
    ]);
    // They lie in the folder, and so the .wasm is looked for all the same.
    expect((await said(place, "runtime"))[0]).toMatch(/^ok: there/);
    rmSync(join(place, "dist/abc.wasm"));
    expect((await said(place, "runtime"))[0]).toMatch(/^problem: the \.wasm/);
    const served = healthySite(bundle.directory, files["dist/main.js"] as string);
    expect((await said(await serve(served), "runtime"))[0]).toMatch(/^warning: could not be checked/);
  });
});

describe("what webpack itself writes", () => {
  it.each(["production", "development"] as const)("in %s: each part is known", async (mode) => {
    const place = folder({
      "index.html": page('<script src="dist/main.js"></script>'),
      "main.js": 'import("./a.js").then(() => Promise.all([import("./b.js"), import("./c.js")]));',
      "a.js": "export const a = 1;",
      "b.js": 'export { a } from "./a.js"; export const b = 2;',
      "c.js": "export const c = 3;",
    });
    const names = await webpacked({
      mode,
      context: place,
      entry: "./main.js",
      devtool: false,
      output: {
        path: join(place, "dist"),
        ...(mode === "production" && { chunkFilename: "[id].[contenthash].js" }),
      },
    });
    expect(names.length).toBeGreaterThan(3);
    expect(await said(place, "page")).toEqual([`ok: a page with ${names.length} scripts, all there`]);
    for (const name of names.filter((name) => name !== "main.js")) {
      const path = join(place, "dist", name);
      const text = readFileSync(path);
      rmSync(path);
      expect(await said(place, "page"), name).toEqual([
        "problem: a script that dist/main.js asks for answered 404",
      ]);
      writeFileSync(path, text);
    }
  });
});

/** The names of what was built. */
function webpacked(config: Configuration): Promise<string[]> {
  return new Promise((resolve, reject) => {
    webpack(config, (error, stats) => {
      if (error || !stats || stats.hasErrors()) reject(error ?? new Error(stats?.toString()));
      else resolve(Object.keys(stats.compilation.assets));
    });
  });
}

describe("a page whose runtime is not recognised", () => {
  it("is no page without faults", async () => {
    const files = healthySite(bundle.directory, 'console.log("nothing here")');
    const found = notOk(await check(await serve(files), ["models/digits"]));
    expect(found).toMatchObject([{ check: "runtime", level: "warning" }]);
    body("/app.js", () => 'throw Error("tiny runtime: damaged model")')(files);
    expect(notOk(await check(await serve(files), ["models/digits"]))).toEqual([]);
  });
});

describe("a folder without its page", () => {
  it("says where one is, and nothing else", async () => {
    const place = folder({ "index.html": page(""), "dist/main.js": runtime });
    const { findings } = await check(join(place, "dist"));
    expect(findings).toMatchObject([{ check: "page", level: "problem", subject: "index.html" }]);
    expect(findings[0]!.todo).toBe("Give the folder that the host serves; there is one in its parent.");
    const project = folder({ "dist/index.html": page(""), "main.js": "1" });
    expect((await check(project)).findings.map(({ todo }) => todo)).toEqual([
      `Give the folder that the host serves; there is ${join("dist", "index.html")} in it.`,
    ]);
  });
});
