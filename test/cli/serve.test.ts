import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { smallBundle } from "../infer/small-bundle.ts";
import { main, vaekit } from "./run.ts";

const bundle = smallBundle();
const body = JSON.stringify({ z: [[0.1, 0.2, 0.3]] });

interface Started {
  child: ChildProcess;
  url: string;
  port: number;
  /** Exit code, or the signal that ended it, once it has ended. */
  ended: Promise<number | string | null>;
  errors(): string;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function start(args: string[], env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [main, "serve", ...args, "--port", "0", "--json"], {
    env: { ...process.env, ...env },
  });
  children.push(child);
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const ended = new Promise<number | string | null>((resolve) =>
    child.on("close", (code, signal) => resolve(code ?? signal)),
  );
  const line = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
      if (output.includes("\n")) resolve(output);
    });
    child.on("close", () => reject(new Error(errors)));
  });
  const { url } = JSON.parse(line) as { url: string };
  return { child, url, port: Number(new URL(url).port), ended, errors: () => errors };
}

/** A status, or the code of the error where there is no answer. */
function decode(port: number, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { "content-length": body.length };
    const sent = request({ port, path: "/decode", method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.complete ? response.statusCode! : "cut off"));
      response.on("error", ({ message }) => resolve(message));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}

/** A request whose last byte is still missing. */
async function unfinished(port: number): Promise<{ socket: Socket; finish(): Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(
    `POST /decode HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, -1)}`,
  );
  // It counts as accepted once the server has read of it.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    socket,
    finish: () =>
      new Promise((resolve, reject) => {
        let answer = "";
        socket.on("data", (text) => {
          answer += text;
        });
        socket.on("error", reject);
        socket.on("close", () => resolve(answer));
        socket.write(body.slice(-1));
      }),
  };
}

describe.runIf(process.platform !== "win32")("vaekit serve", () => {
  it("kill -TERM under load: every request on a connection is answered, then it exits with 0", async () => {
    const { child, port, ended, errors } = await start([`bars=${bundle.directory}`]);
    const agent = new Agent({ keepAlive: true });
    const results: (number | string)[] = [];
    const late = await unfinished(port);
    const clients = Array.from({ length: 16 }, async () => {
      for (;;) {
        const result = await decode(port, agent);
        results.push(result);
        if (typeof result === "string") return;
      }
    });
    while (results.length < 500) await new Promise((resolve) => setTimeout(resolve, 10));
    const before = results.length;
    child.kill("SIGTERM");
    await Promise.all(clients);
    expect(await late.finish()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*connection: close\r\n[\s\S]*"x_mean"/i);
    expect(await ended).toBe(0);
    expect(results.length).toBeGreaterThan(before);
    // Refused are the connections that were asked for when nobody listened any more.
    expect([...new Set(results)].toSorted()).toEqual([200, "ECONNREFUSED"]);
    expect(errors()).toContain("stopping: what was accepted is answered first");
    agent.destroy();
  });

  it("a second signal ends it at once", async () => {
    const { child, port, ended } = await start([`bars=${bundle.directory}`]);
    const { socket } = await unfinished(port);
    socket.on("error", () => {});
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
  });

  it("a named pipe in the manifest's place: said, served on, and stopped by one signal", async () => {
    const directory = bundle.copy();
    const { child, url, ended, errors } = await start([`bars=${directory}`, "--reload", "0.05"]);
    rmSync(join(directory, "vaekit.json"));
    execFileSync("mkfifo", [join(directory, "vaekit.json")]);
    await vi.waitFor(() => expect(errors()).toContain("it is a named pipe"), { timeout: 10_000 });
    expect((await fetch(`${url}/sample?count=1`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("what does not arrive within the drain's time is cut off, and the exit code is 0 all the same", async () => {
    const { child, port, ended } = await start([`bars=${bundle.directory}`, "--drain-timeout", "0.5"]);
    const { socket } = await unfinished(port);
    socket.on("error", () => {});
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("takes the token of VAEKIT_TOKEN, and logs where asked", async () => {
    const { url, errors } = await start([bundle.directory, "--log"], { VAEKIT_TOKEN: "let-me-in" });
    expect((await fetch(`${url}/v2`)).status).toBe(401);
    expect((await fetch(`${url}/v2`, { headers: { authorization: "Bearer let-me-in" } })).status).toBe(200);
    expect(
      (await fetch(`${url}/bundle/sample.png`, { headers: { authorization: "Bearer let-me-in" } })).status,
    ).toBe(200);
    expect(errors()).toMatch(/"url":"\/v2"/);
    expect(errors()).not.toContain("let-me-in");
  });
});

it.each([
  [["no/such/bundle"], 5, /no vaekit.json there/],
  [["a", "--port", "99999"], 2, /--port takes an integer from 0 to 65535/],
  [["a", "--max-batch", "0"], 2, /--max-batch takes a positive integer/],
  [["a", "--token", ""], 2, /must not be empty/],
  [["a", "--host", ""], 2, /host must not be empty/],
  [["metrics=a"], 2, /cannot be a bundle's name/],
  [[], 2, /missing required argument/],
])("vaekit serve %j: exit code %i", (args, code, reason) => {
  const ran = vaekit(["serve", ...args], process.cwd());
  expect(ran.stderr).toMatch(reason);
  expect(ran.code).toBe(code);
});
