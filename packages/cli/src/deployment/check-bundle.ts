import { type BundleSource, graphsOf, type Manifest, readManifest, readVerified } from "@vaekit/infer";
import { bytes } from "../units.js";
import { allows } from "./check-runtime.js";
import type { Context } from "./context.js";
import { isHtml } from "./page.js";
import { type Answer, ok, problem, type Remark, type Site, warning } from "./types.js";

/** Larger files are not downloaded to be checked. */
const mostBytes = 2 ** 30;

/** Whether each bundle is whole: manifest, sizes, sha256; and may be read by the page. */
export async function checkBundles({ site, page, bundles }: Context): Promise<Remark[]> {
  if (bundles.length === 0) {
    if (!page) return [];
    return [
      warning(
        site.show(page.answer.url),
        "no bundle found",
        "Say where it is: --bundle models/digits (relative to the page, or a whole address).",
      ),
    ];
  }
  const found = await Promise.all(
    bundles.map((url) => checkBundle(site, url, page?.answer.url.origin ?? null)),
  );
  return found.flat();
}

async function checkBundle(site: Site, folder: URL, origin: string | null): Promise<Remark[]> {
  const subject = site.show(folder);
  const answers = new Map<string, Answer>();
  const source: BundleSource = {
    name: subject.replace(/\/$/, ""),
    async read(file, limit) {
      const other = origin !== null && folder.origin !== origin;
      const url = new URL(file.split("/").map(encodeURIComponent).join("/"), folder);
      const answer = await site.get(url, { limit, ...(other && { origin }) });
      if (answer.status === null) throw new Error(answer.reason);
      if (answer.status === 404 || answer.status === 410) return null;
      if (answer.status >= 400) throw new Error(`the server answered ${answer.status}`);
      if (isHtml(answer)) throw new Error("answered with a web page, as for files that are not there");
      answers.set(file, answer);
      return answer.bytes;
    },
  };
  let manifest: Manifest;
  try {
    manifest = await readManifest(source);
  } catch (error) {
    return [unreadable(site, folder, error)];
  }
  const found = await checkFiles(source, manifest, subject);
  if (origin !== null && folder.origin !== origin && site.kind === "url") {
    const closed = [...answers].filter(([, answer]) => !allows(answer, origin)).map(([file]) => file);
    if (closed.length > 0) {
      found.push(
        problem(
          subject,
          `on another server, which does not let ${origin} read ${closed.join(", ")}`,
          `Have it send Access-Control-Allow-Origin: ${origin} (or *) with the bundle's files.`,
        ),
      );
    }
  }
  if (found.length > 0) return found;
  const size = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  const graphs = graphsOf(manifest).reduce(
    (sum, name) => sum + (manifest.files[`${name}.onnx`]?.bytes ?? 0),
    0,
  );
  const count = Object.keys(manifest.files).length;
  return [
    ok(
      subject,
      `${count} files as the manifest has them, ${bytes(size)}; a page loads ${bytes(graphs)} of graphs`,
    ),
  ];
}

async function checkFiles(source: BundleSource, manifest: Manifest, subject: string): Promise<Remark[]> {
  const found: Remark[] = [];
  const graphs = graphsOf(manifest).map((name) => `${name}.onnx`);
  for (const [file, { bytes: size }] of Object.entries(manifest.files)) {
    const where = `${subject}${file}`;
    if (size > mostBytes) {
      found.push(
        warning(
          where,
          `${bytes(size)}: too large to be checked here`,
          "Check it with `vaekit verify` where it lies.",
        ),
      );
      continue;
    }
    try {
      await readVerified(source, manifest, file);
    } catch (error) {
      const what = (error as Error).message
        .replace(`${source.name}/${file}: `, "")
        .replace(`${source.name}: `, "");
      const todo = "Deploy the bundle again, all of its files together.";
      found.push(
        graphs.includes(file)
          ? problem(
              where,
              what,
              `${todo} A page that does without this graph names those it needs: { graphs: ["decoder"] }.`,
            )
          : warning(
              where,
              what,
              `${todo} Pages run without it; \`vaekit verify\` and reference codes need it.`,
            ),
      );
    }
  }
  return found;
}

function unreadable(site: Site, folder: URL, error: unknown): Remark {
  const subject = site.show(folder);
  const what = (error as Error).message;
  if (site.kind === "folder" && folder.origin !== site.page.origin) {
    return warning(subject, what, "Check the deployed address: vaekit doctor --web https://...");
  }
  return problem(subject, what, "Copy the whole directory that `vaekit export` wrote there.");
}
