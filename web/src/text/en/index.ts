/** The catalogue, a file per page. */
import { cameras } from "./cameras";
import { common } from "./common";
import { events } from "./events";
import { live } from "./live";
import { player } from "./player";
import { shell } from "./shell";
import { start } from "./start";
import { told } from "./told";

export const english = {
  ...common,
  cameras,
  events,
  live,
  player,
  shell,
  start,
  told,
};
