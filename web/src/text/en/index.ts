/** The catalogue, a file per page. */
import { cameras } from "./cameras";
import { common } from "./common";
import { events } from "./events";
import { insights } from "./insights";
import { live } from "./live";
import { player } from "./player";
import { rules } from "./rules";
import { shell } from "./shell";
import { start } from "./start";
import { system } from "./system";
import { timeline } from "./timeline";
import { told } from "./told";

export const english = {
  ...common,
  cameras,
  events,
  insights,
  live,
  player,
  rules,
  shell,
  start,
  system,
  timeline,
  told,
};
