/** What is wrong with the site now, for the badge and for the page of the system. */
import { cameras } from "./cameras.svelte";
import { session } from "./session.svelte";
import { storage, system } from "./site.svelte";
import { troubles } from "./trouble";

const STORAGE_MS = 60_000; // the server looks as often
const SYSTEM_MS = 20_000; // after so long it takes a process for silent

class TroubleNow {
  readonly list = $derived(
    session.may("health")
      ? troubles({ cameras: cameras.list, storage: storage.data, system: system.data })
      : [],
  );

  /** Keeps it fresh until the answer is called; who may not know is asked nothing for. */
  follow(): () => void {
    const stops: (() => void)[] = [];
    if (session.may("health")) stops.push(storage.follow(STORAGE_MS));
    if (session.may("settings_read")) stops.push(system.follow(SYSTEM_MS));
    return () => stops.forEach((stop) => stop());
  }
}

export const trouble = new TroubleNow();
