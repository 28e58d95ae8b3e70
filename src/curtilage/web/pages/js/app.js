// Begins here: who is it? Then the first account, signing in, or the live page.

import { get, post } from "./api.js";
import { showSetup, showSignIn } from "./forms.js";
import { LivePage } from "./live.js";

const AGAIN_MS = 3000;
const place = document.getElementById("main");
const notice = document.getElementById("notice");
const who = document.getElementById("who");
const out = document.getElementById("sign-out");
let page = null;

async function begin() {
  page?.close();
  page = null;
  let me;
  try {
    const start = await get("api/setup");
    if (!start.signed_in) return void signIn(start.needed);
    me = await get("api/me");
  } catch (error) {
    if (error.status === 401) return void signIn(false);
    say(`${error.message} Trying again …`);
    setTimeout(begin, AGAIN_MS);
    return;
  }
  say(null);
  who.textContent = me.name;
  who.hidden = out.hidden = false;
  page = new LivePage(place, me.rights, trouble);
  await page.show();
}

function signIn(isFirst) {
  who.hidden = out.hidden = true;
  say(null);
  if (isFirst) showSetup(place, begin);
  else showSignIn(place, begin);
}

function trouble(error) {
  if (error?.status === 401) begin();
  else say(error?.message ?? null);
}

function say(text) {
  notice.hidden = !text;
  notice.textContent = text ?? "";
}

out.addEventListener("click", async () => {
  try {
    await post("api/logout");
  } catch (error) {
    if (error.status !== 401) return void say(error.message);
  }
  await begin();
});
begin();
