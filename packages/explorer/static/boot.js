// Says what is wrong where the page's script does not start. Runs in old browsers too, and before anything else is there.
(() => {
  const app = document.getElementById("app");
  const slow = 15000;
  const again = "Reload the page. If that does not help, the site must be uploaded again, the whole folder.";
  let failed = false;
  let unstyled = false;

  // The page's own script sets it again; until then a dark screen must not flash white.
  try {
    if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.theme = "dark";
  } catch {}

  function tell(what, todo, last) {
    if (failed || app.hasAttribute("data-started")) return;
    failed = last;
    const box = problem(what, todo);
    const old = app.querySelector(".problems");
    if (old) old.remove();
    const waiting = app.querySelector(".waiting");
    if (waiting && last) waiting.remove();
    (app.querySelector("main") || app).append(box);
  }

  function problem(what, todo) {
    const box = document.createElement("div");
    box.className = "problems";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = what;
    line.append(strong, ` ${todo}`);
    box.append(line);
    return box;
  }

  // The page works without its style, but does not look like it: above the page, which the script fills.
  function styleMissing(link) {
    if (unstyled || link.rel !== "stylesheet" || location.protocol === "file:") return;
    unstyled = true;
    const what = `The page's style did not load: ${link.getAttribute("href")} is missing or is not the file that was deployed.`;
    document.body.prepend(problem(what, again));
  }

  function scriptMissing(script) {
    if (location.protocol === "file:") {
      tell(
        "This page was opened from a folder.",
        "Browsers do not let a page read the files beside it. Run `npx vaekit preview` with the folder and open the address that it " +
          "prints, put the folder on a web server, or deploy with --single-file for a page that opens from a folder.",
        true,
      );
      return;
    }
    tell(
      `The page's script did not load: ${script.getAttribute("src")}, or a part of it, is missing or is not the file that was deployed.`,
      again,
      true,
    );
  }

  addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement) scriptMissing(event.target);
      else if (event.target instanceof HTMLLinkElement) styleMissing(event.target);
      else if (event.target === window) {
        tell(
          `The page's script stopped: ${event.message}`,
          "It needs a browser of the middle of 2024 or later; use a current Chrome, Edge, Firefox or Safari.",
          true,
        );
      }
    },
    true,
  );
  // The link may have failed before this script was there.
  addEventListener("load", () => {
    const link = document.querySelector("link[rel=stylesheet]");
    if (link && !link.sheet) styleMissing(link);
  });
  if (!("noModule" in document.createElement("script"))) {
    tell("This browser is too old for this page.", "Use a current Chrome, Edge, Firefox or Safari.", true);
  }
  setTimeout(() => {
    tell(
      "The page's script has not arrived yet.",
      "The network may be slow: the page starts by itself once it is here.",
      false,
    );
  }, slow);
})();
