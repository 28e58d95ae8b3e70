/** The catalogue, a file per page. */
import { common } from "./common";
import { shell } from "./shell";
import { start } from "./start";

export const english = {
  ...common,
  shell,
  start,
};
