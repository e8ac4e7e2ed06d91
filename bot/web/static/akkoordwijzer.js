// A little help where a browser has JavaScript; every page works without it. It asks without loading the page anew, so that a screen
// reader hears the reply and nothing else, and Enter sends a question.
"use strict";

const form = document.getElementById("vraagformulier");

if (form && window.fetch && window.DOMParser) {
  const field = form.querySelector("textarea");

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const conversation = page.getElementById("gesprek");
      if (!conversation) throw new Error("no page");
      document.getElementById("gesprek").replaceChildren(...conversation.childNodes);
      const carried = page.querySelector("input[name=gesprek]");
      const old = form.querySelector("input[name=gesprek]");
      if (carried) (old || form.appendChild(document.createElement("input"))).replaceWith(carried);
      // What the form says of itself changes with the first question: its label, and the way to begin anew.
      const asked = page.getElementById("vraagformulier");
      form.querySelector("label").textContent = asked.querySelector("label").textContent;
      const anew = asked.querySelector(".aw-buttons a");
      if (anew && !form.querySelector(".aw-buttons a")) form.querySelector(".aw-buttons").append(anew);
      document.title = page.title;
      field.value = "";
      const heading = document.getElementById("antwoord");
      if (heading) heading.focus();
    } catch {
      form.submit();
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}
