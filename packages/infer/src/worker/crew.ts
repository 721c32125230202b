import { DisposedError } from "../errors.js";
import type { Progress } from "../load.js";
import { type Assignment, type Loaded, Member, type Task } from "./member.js";
import { WorkerError } from "./worker-error.js";

/** A worker that runs one call has the next at hand; more would be lost with it, or wait while others are idle. */
const mostHeld = 2;

/** The workers of a pool: hands calls to the least busy, replaces a worker that ended. */
export class Crew {
  private readonly members = new Set<Member>();
  private readonly waiting: Task[] = [];
  private loaded: Loaded | null = null;
  private failure: unknown = null;
  private held = true;
  private disposing: Promise<void> | null = null;

  constructor(private readonly assignment: Assignment) {}

  /** @throws what the first worker that could not load threw */
  async start(workers: number, onProgress?: (progress: Progress) => void): Promise<Loaded> {
    try {
      const members = Array.from({ length: workers }, (_, i) =>
        this.hire(true, i === 0 ? onProgress : undefined),
      );
      const all = await Promise.all(members.map(({ ready }) => ready));
      this.loaded = all[0]!;
      for (const each of all) checkSame(this.loaded, each);
      for (const member of members) member.usable = true;
    } catch (error) {
      await this.dispose();
      throw error;
    }
    this.update();
    return this.loaded;
  }

  /** @throws DisposedError; WorkerError when the worker that ran it, or all of them, ended */
  run(task: Omit<Task, "resolve" | "reject">): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.disposing) throw disposed();
      this.waiting.push({ ...task, resolve, reject });
      this.update();
    });
  }

  dispose(): Promise<void> {
    // Workers may end within end(), and must find that they were meant to.
    this.disposing ??= Promise.resolve().then(() => this.end());
    return this.disposing;
  }

  private async end(): Promise<void> {
    const tasks = [...this.waiting.splice(0), ...[...this.members].flatMap(({ held }) => [...held.values()])];
    for (const task of tasks) task.reject(disposed());
    await Promise.all([...this.members].map((member) => member.end()));
    if (!("path" in this.assignment.source)) this.assignment.source.forget();
  }

  /** `trusted`: replaced when it ends; others must have answered a call first, lest they end for ever. */
  private hire(trusted: boolean, onProgress?: (progress: Progress) => void): Member {
    const member: Member = new Member(
      this.assignment,
      {
        settled: () => this.update(),
        ended: (how, cause) => this.lose(member, trusted, how, cause),
      },
      onProgress,
    );
    this.members.add(member);
    return member;
  }

  private lose(member: Member, trusted: boolean, how: string, cause: unknown): void {
    this.members.delete(member);
    if (this.disposing) return;
    const replaced = this.loaded !== null && member.usable && (trusted || member.answered > 0);
    const next = replaced
      ? "Another takes its place: call again, unless this call was the reason."
      : "It stood in for one that had ended, and is not replaced.";
    for (const { method, reject } of member.held.values()) {
      reject(new WorkerError(`${method}: the worker that ran it ended ${how}. ${next}`, { cause }));
    }
    member.held.clear();
    this.failure = cause ?? new WorkerError(`a worker ended ${how}`);
    if (replaced) void this.replace();
    this.update();
  }

  private async replace(): Promise<void> {
    let member: Member | null = null;
    try {
      member = this.hire(false);
      member.hold(this.held);
      checkSame(this.loaded!, await member.ready);
      member.usable = true;
    } catch (error) {
      this.failure = error;
      if (member && !this.disposing) {
        this.members.delete(member);
        void member.end();
      }
    }
    this.update();
  }

  /** Hand out what waits, and let the process wait for the workers while they are needed. */
  private update(): void {
    if (this.disposing || !this.loaded) return;
    while (this.waiting.length > 0) {
      const member = this.leastBusy();
      if (!member) break;
      const task = this.waiting.shift()!;
      if (!task.signal?.aborted) member.give(task);
    }
    if (this.members.size === 0) {
      for (const { method, reject } of this.waiting.splice(0)) {
        reject(
          new WorkerError(`${method}: all workers of this VaePool ended. Load another.`, {
            cause: this.failure,
          }),
        );
      }
    }
    const held = this.waiting.length > 0 || [...this.members].some((member) => member.held.size > 0);
    if (held === this.held) return;
    this.held = held;
    for (const member of this.members) member.hold(held);
  }

  private leastBusy(): Member | null {
    let best: Member | null = null;
    for (const member of this.members) {
      const busy = member.held.size;
      if (member.usable && busy < mostHeld && (!best || busy < best.held.size)) best = member;
    }
    return best;
  }
}

function disposed(): DisposedError {
  return new DisposedError("this VaePool was disposed; load the bundle again");
}

/** Workers that read a path may find another bundle there than those before them. */
function checkSame({ manifest }: Loaded, other: Loaded): void {
  if (JSON.stringify(manifest) !== JSON.stringify(other.manifest)) {
    throw new WorkerError("the bundle was changed while a VaePool had it loaded. Load another pool.");
  }
}
