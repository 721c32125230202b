import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { batch, encodeModel, Graph } from "@vaekit/export";
import { BundleError, UsageError } from "@vaekit/infer";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Vae } from "../../packages/infer/src/tiny.ts";
import { changeManifest, replaceFile, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
/** What the server answers with in the place of a file. */
type Answer = (response: ServerResponse, file: string) => boolean;
const served: { directory: string; asked: string[]; answer: Answer } = {
  directory: "",
  asked: [],
  answer: () => false,
};

const server = createServer((request, response) => {
  const file = new URL(request.url!, "http://localhost").pathname.split("/").at(-1)!;
  served.asked.push(file);
  if (served.answer(response, file)) return;
  try {
    response.end(readFileSync(join(served.directory, file)));
  } catch {
    response.writeHead(404).end("there is no such file");
  }
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => void server.close());

function serve(directory = bundle.directory, answer: Answer = () => false): string {
  Object.assign(served, { directory, asked: [], answer });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/bars`;
}

describe("a bundle from a server, by the tiny runtime", () => {
  it.each(["", "/", "/vaekit.json"])("gives what onnxruntime-node does: %j", async (end) => {
    const tiny = await Vae.load(serve() + end);
    onTestFinished(() => tiny.dispose());
    expect(served.asked.toSorted()).toEqual(["decoder.onnx", "vaekit.json"]);
    expect(tiny.runtime).toBe("tiny");
    const node = await bundle.load();
    const [ours, theirs] = [await tiny.sample(5, { seed: 3 }), await node.sample(5, { seed: 3 })];
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted());
    for (const name in theirs) {
      expect(ours[name]!.shape).toEqual(theirs[name]!.shape);
      expect(ours[name]!.data).toBeAllClose(theirs[name]!.data, { scaleTol: 1e-5 });
    }
    const moved = await tiny.traverse(1, [-1, 0, 1]);
    expect(moved.x_mean.shape[0]).toBe(3);
  });

  it("tells how much has arrived, and is of no use after dispose", async () => {
    let last = { loaded: 0, total: 1 };
    const tiny = await Vae.load(serve(), { onProgress: (progress) => (last = progress) });
    expect(last.loaded).toBe(last.total);
    await tiny.dispose();
    await expect(tiny.sample(1)).rejects.toThrow(/disposed/);
  });

  it.each<[string, object, RegExp]>([
    ["an option that there is not", { threads: 2 }, /no option "threads"; there are device/],
    ["a batch of none", { batchSize: 0 }, /batchSize must be a positive integer/],
    ["a device that it has not", { device: "webgpu" }, /import Vae from @vaekit\/infer\/web/],
  ])("refuses %s", async (_, options, message) => {
    const attempt = Vae.load(serve(), options);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(UsageError);
  });
});

describe("a bundle that is damaged, or none", () => {
  const refuses = async (address: string, message: RegExp) => {
    const attempt = Vae.load(address);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(BundleError);
  };

  it("with a decoder of other bytes", async () => {
    const place = bundle.copy();
    const file = join(place, "decoder.onnx");
    const bytes = readFileSync(file);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(file, bytes);
    await refuses(serve(place), /decoder\.onnx: its sha256 is not the manifest's/);
    writeFileSync(file, bytes.subarray(1));
    await refuses(serve(place), /bytes expected, got/);
  });

  it("with nothing there, or a server that fails", async () => {
    await refuses(serve("/nowhere"), /no vaekit\.json there/);
    await refuses(
      serve(bundle.directory, (response, file) => {
        if (file !== "decoder.onnx") return false;
        response.writeHead(404).end();
        return true;
      }),
      /decoder\.onnx is missing/,
    );
    await refuses(
      serve(bundle.directory, (response) => {
        response.writeHead(503).end();
        return true;
      }),
      /answered 503/,
    );
    await refuses("http://127.0.0.1:1/", /cannot be fetched/);
  });

  it("with a page in its place", async () => {
    const page: Answer = (response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Not here</title>");
      return true;
    };
    await refuses(serve(bundle.directory, page), /vaekit\.json: not a vaekit bundle/);
  });

  it("of a later version, of something else, or changed", async () => {
    const changed = (change: Parameters<typeof changeManifest>[1]) => {
      const place = bundle.copy();
      changeManifest(place, change);
      return serve(place);
    };
    await refuses(
      changed((manifest) => Object.assign(manifest, { version: 9 })),
      /version 9, .* Update vaekit/,
    );
    await refuses(
      changed((manifest) => Object.assign(manifest, { format: "other" })),
      /not a vaekit bundle/,
    );
    await refuses(
      changed((manifest) => Object.assign(manifest, { latent: "3" })),
      /damaged or changed/,
    );
    await refuses(
      changed((manifest) => Object.assign(manifest, { latent: 4 })),
      /not the decoder that vaekit\.json/,
    );
    await refuses(
      changed((manifest) => Object.assign(manifest.data, { shape: [5, 6, 1] })),
      /not the decoder that vaekit\.json/,
    );
  });

  it("whose decoder is no model: the runtime's own words", async () => {
    const place = bundle.copy();
    await replaceFile(place, "decoder.onnx", new TextEncoder().encode("<html></html>"));
    await refuses(serve(place), /decoder\.onnx: tiny runtime: damaged model/);
  });

  it("whose decoder needs more than this runtime has: what, and who has it", async () => {
    const graph = new Graph();
    graph.output("x_mean", graph.op("Sin", [graph.input("z", "float32", [batch, 3])]));
    const place = bundle.copy();
    await replaceFile(place, "decoder.onnx", encodeModel(graph));
    await refuses(serve(place), /does not run\n {2}Sin {2}\(.+\)\nUse @vaekit\/infer\/web for this model\.$/);
  });
});
