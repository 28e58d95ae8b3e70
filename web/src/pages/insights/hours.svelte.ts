/** The opening hours that were given in this browser. */
import { type Opening, read } from "./opening";

const KEY = "curtilage.opening";

class Kept {
  opening = $state.raw<Opening>(read(localStorage.getItem(KEY)));

  keep(opening: Opening): void {
    this.opening = opening;
    if (opening) localStorage.setItem(KEY, JSON.stringify(opening));
    else localStorage.removeItem(KEY);
  }
}

export const hours = new Kept();
