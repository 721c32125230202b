// Says what is wrong where the page's script does not start. Runs in old browsers too, and before anything else is there.
(() => {
  const app = document.getElementById("app");
  const slow = 15000;
  let failed = false;

  // The page's own script sets it again; until then a dark screen must not flash white.
  try {
    if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.theme = "dark";
  } catch {}

  function tell(what, todo, last) {
    if (failed || app.hasAttribute("data-started")) return;
    failed = last;
    const box = document.createElement("div");
    box.className = "problems";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = what;
    line.append(strong, ` ${todo}`);
    box.append(line);
    const old = app.querySelector(".problems");
    if (old) old.remove();
    const waiting = app.querySelector(".waiting");
    if (waiting && last) waiting.remove();
    (app.querySelector("main") || app).append(box);
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
      "Reload the page. If that does not help, the site must be uploaded again, the whole folder.",
      true,
    );
  }

  addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement) scriptMissing(event.target);
      else if (event.target === window) {
        tell(
          `The page's script stopped: ${event.message}`,
          "It needs a browser from 2023 or later; use a current Chrome, Edge, Firefox or Safari.",
          true,
        );
      }
    },
    true,
  );
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
