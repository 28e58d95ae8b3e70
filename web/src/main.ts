/** Begins here. */
import "./ui/tokens.css";
import "./ui/base.css";

import { mount } from "svelte";

import App from "./shell/App.svelte";
import { appearance } from "./state/appearance.svelte";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no element #app");
appearance.apply();
mount(App, { target: place });
if ("serviceWorker" in navigator && import.meta.env.PROD) {
  // Without it the pages work all the same; only installing them needs it.
  navigator.serviceWorker.register("/service-worker.js").catch(() => undefined);
}
