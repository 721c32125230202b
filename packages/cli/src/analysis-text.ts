import { join } from "node:path";
import type { Progress } from "@vaekit/latent";
import type { Analysis } from "@vaekit/latent/report";

/** What `vaekit analyze` prints: an object for programs, and a text for people. */
export function analysisResult(
  out: string,
  { input, clusters, dimensions }: Analysis,
  sentences: Readonly<Record<string, readonly string[]>>,
): [object, string] {
  const { name, rows, latent } = input;
  const scored = clusters.clusterings.map(({ name: clustering, clusters: count, silhouette, scores }) => ({
    clustering,
    clusters: count,
    silhouette,
    ari: scores?.ari ?? null,
    ami: scores?.ami ?? null,
    nmi: scores?.nmi ?? null,
  }));
  const page = join(out, "index.html");
  const result = {
    out,
    page,
    rows,
    latent,
    active: dimensions.active.filter(Boolean).length,
    clusterings: scored,
    sentences,
  };
  const width = Math.max(...scored.map(({ clustering }) => clustering.length));
  const lines = scored.map(({ clustering, clusters: count, ari, ami, nmi }) => {
    const agreement =
      ari === null ? "" : `  ARI ${ari.toFixed(3)}  AMI ${ami!.toFixed(3)}  NMI ${nmi!.toFixed(3)}`;
    return `  ${clustering.padEnd(width)}  ${`${count}`.padStart(3)} ${count === 1 ? "cluster " : "clusters"}${agreement}`;
  });
  const said = Object.values(sentences).flat();
  const text = [
    `${name}: ${rows} rows, ${latent} latent ${latent === 1 ? "dimension" : "dimensions"}`,
    "",
    ...said,
    "",
    ...lines,
    "",
    page,
  ];
  return [result, text.join("\n")];
}

export interface AnalysisProgress {
  show(progress: Progress): void;
  /** Clears the line. */
  end(): void;
}

const clear = "\r\x1b[2K";

/** One line that changes on a terminal; elsewhere a line for each thing that is begun. */
export function analysisProgress(stream: NodeJS.WriteStream): AnalysisProgress {
  const live = stream.isTTY === true;
  let last = "";
  return {
    show({ stage, done, total }) {
      if (!live) {
        if (stage !== last) stream.write(`${stage}\n`);
        last = stage;
        return;
      }
      const share = total > 1 && done > 0 ? ` ${((100 * done) / total).toFixed(0)} %` : "";
      last = `${stage}${share}`;
      stream.write(`${clear}${last}`);
    },
    end() {
      if (live && last !== "") stream.write(clear);
      last = "";
    },
  };
}
