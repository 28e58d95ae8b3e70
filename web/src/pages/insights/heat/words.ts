/** Steps of a heat map in words. */
import { text } from "$lib/text";

import { secondsName } from "../naming";
import type { Entry } from "./scale";

export const entryName = ({ from, to }: Entry): string =>
  to === null
    ? text.insights.heat.atLeast(secondsName(from))
    : text.insights.heat.between(secondsName(from), secondsName(to));
