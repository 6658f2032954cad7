// Asks once a second whether something was committed, and puts the part drawn by the server in place.
"use strict";

const ASK_AGAIN_MS = 1000;
const part = document.getElementById("fair");
const lost = document.getElementById("lost");

async function refresh() {
  try {
    const answer = await fetch(`/fair?revision=${part.dataset.revision}`, { cache: "no-store" });
    if (answer.status === 200) {
      part.innerHTML = await answer.text();
      part.dataset.revision = answer.headers.get("jishi-revision");
    }
    lost.hidden = answer.ok;
  } catch {
    lost.hidden = false;
  }
  setTimeout(refresh, document.hidden ? 10 * ASK_AGAIN_MS : ASK_AGAIN_MS);
}

setTimeout(refresh, ASK_AGAIN_MS);
