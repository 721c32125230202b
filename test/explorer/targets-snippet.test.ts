import { htmlSnippetFiles } from "@vaekit/explorer";
import { describe, expect, it } from "vitest";
import { siteBundles, textOf } from "./site-support.ts";

const bundles = siteBundles("two", "labels");
const classes = ["a", "b", `"c" & <d>`, "e'", "f", "g"];

describe("an HTML snippet", () => {
  it("names the labels as attributes can have them", async () => {
    const options = { name: "Bars <b>", classes, labelName: "bar" };
    const page = textOf(
      (await htmlSnippetFiles(await bundles.source("labels"), options)).get("snippet.html"),
    );
    expect(page).toContain("<title>Bars &lt;b&gt;</title>");
    expect(page).toContain(
      'label-name="bar" classes="a,b,&quot;c&quot; &amp; &lt;d&gt;,e&#39;,f,g"></vae-decoder>',
    );
  });

  it.each([
    [
      "labels",
      { title: "x" },
      /htmlSnippetFiles: there is no option "title"; there are name, classes, labelName/,
    ],
    ["labels", { name: "" }, /name must be a text that is not empty, got ""/],
    ["labels", { labelName: 4 }, /labelName must be a text that is not empty, got 4/],
    ["labels", { classes: [] }, /classes must be a list of the labels' names/],
    [
      "labels",
      { classes: ["a"] },
      /1 names of classes, and the model is told 6 labels; give one name for each/,
    ],
    ["two", { classes: ["a"] }, /classes names labels, and this model is told none; leave it out/],
  ] as const)("is refused for %s with %o", async (model, options, message) => {
    const attempt = htmlSnippetFiles(await bundles.source(model), { name: "Bars", ...options } as never);
    await expect(attempt).rejects.toThrow(message);
  });
});
