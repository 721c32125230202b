/** What the runner uses of jasmine 3, which has no types of its own. */
declare module "jasmine" {
  interface SpecDone {
    fullName: string;
    status: "passed" | "failed" | "pending" | "excluded";
    failedExpectations: { message: string }[];
  }
  interface Reporter {
    specStarted?(): void;
    specDone?(result: SpecDone): void;
    jasmineDone?(): void;
  }
  interface Env {
    configure(options: { random: boolean; specFilter: (spec: { getFullName(): string }) => boolean }): void;
    afterEach(run: () => void): void;
    clearReporters(): void;
    addReporter(reporter: Reporter): void;
    execute(): void;
  }
  export default class Jasmine {
    readonly env: Env;
  }
}
