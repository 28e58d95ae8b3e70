/** The catalogue, a file per page. */
import { common } from "./common";
import { live } from "./live";
import { player } from "./player";
import { shell } from "./shell";
import { start } from "./start";
import { told } from "./told";

export const english = {
  ...common,
  live,
  player,
  shell,
  start,
  told,
};
