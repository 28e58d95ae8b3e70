/** The catalogue, a file per page. */
import { common } from "./common";
import { player } from "./player";
import { shell } from "./shell";
import { start } from "./start";
import { told } from "./told";

export const english = {
  ...common,
  player,
  shell,
  start,
  told,
};
