// The forms before one is signed in: the first account, and signing in.

import { post } from "./api.js";

export function showSetup(place, done) {
  return show(place, "setup-view", (given) => post("api/setup", given), done);
}

export function showSignIn(place, done) {
  return show(place, "sign-in-view", (given) => post("api/login", given), done);
}

function show(place, template, send, done) {
  place.replaceChildren(document.getElementById(template).content.cloneNode(true));
  const form = place.querySelector("form");
  const problem = form.querySelector(".problem");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(form)));
      done();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      button.disabled = false;
      form.querySelector("[name=password]").select();
    }
  });
  form.querySelector("input").focus();
}
