// What is nicer with a script; without it everything works all the same.

signInByLink();
addEventListener("hashchange", signInByLink);
chooseAllAtOnce();
renewWhileLookedAt();

/** The printed link has the token behind `#`, which no browser sends to a server or keeps in a referrer. */
function signInByLink() {
  const form = document.querySelector("form[data-sign-in]");
  const token = decodeURIComponent(location.hash.slice(1));
  if (form === null || token === "" || token === "main") return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = token;
  form.requestSubmit();
}

/** The box in a table's head stands for all of its rows. */
function chooseAllAtOnce() {
  for (const all of document.querySelectorAll("input[data-choose-all]")) {
    const boxes = [...document.querySelectorAll(`input[name="${all.dataset.chooseAll}"]`)];
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
    for (const box of boxes) {
      box.addEventListener("change", () => {
        all.checked = boxes.every((each) => each.checked);
        all.indeterminate = !all.checked && boxes.some((each) => each.checked);
      });
    }
  }
}

/** Puts what the server says now in the place of what it said, unless somebody is about to use it. */
function renewWhileLookedAt() {
  const main = document.querySelector("main[data-live]");
  if (main === null) return;
  setInterval(renew, 3_000);

  async function renew() {
    if (document.hidden || isInUse()) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main[data-live]");
      if (fresh === null || isInUse()) return;
      if (fresh.innerHTML !== main.innerHTML) main.replaceChildren(...fresh.childNodes);
    } catch {
      // The next one may succeed.
    }
  }

  function isInUse() {
    const selection = getSelection();
    const hasFocus = main.contains(document.activeElement) && document.activeElement !== main;
    return hasFocus || (selection !== null && !selection.isCollapsed) || main.querySelector("details[open]") !== null;
  }
}
