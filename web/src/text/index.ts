/** What the pages say, in the language of whoever reads. English is the one catalogue so far. */
import { english } from "./en";

export type Catalogue = typeof english;

export const text: Catalogue = english;
