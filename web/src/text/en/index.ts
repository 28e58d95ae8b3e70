/** The catalogue, a file per page. */
import { common } from "./common";
import { events } from "./events";
import { live } from "./live";
import { player } from "./player";
import { shell } from "./shell";
import { start } from "./start";
import { told } from "./told";

export const english = {
  ...common,
  events,
  live,
  player,
  shell,
  start,
  told,
};
