/** The one camera that is being added: steps are addresses, and the page may be made anew for each. */
import { Draft } from "./draft.svelte";

export const draft = new Draft();
