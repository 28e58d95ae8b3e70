/** What a rule would have counted, in a few words. */
import { text } from "$lib/text";
import { lasting } from "$lib/time/spans";

import type { EventTried, RuleTried } from "./trial";

const TOPIC = "tns1:RuleEngine/";

/** "A→B 3 · B→A 1", "1.4 on average, 5 at most", "nothing". */
export function countsOf(tried: RuleTried): string {
  const say = text.rules.trial;
  if (tried.occupancy) return say.occupancy((tried.occupancy.mean ?? 0).toFixed(1), tried.occupancy.most);
  if (tried.dwell) return say.dwell(sum(tried.dwell.presences));
  if (tried.flows) return say.flows(sum(tried.flows.legs.flat()));
  if (tried.presence_s !== null) return say.presence(lasting(tried.presence_s));
  const parts = Object.entries(tried.counts)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => order(a) - order(b))
    .map(([name, count]) => `${say.counts[name] ?? name} ${count}`);
  return parts.join(" · ") || say.none;
}

/** As the catalogue has them: what a rule counts first, and then what it is not sure of. */
function order(name: string): number {
  const at = Object.keys(text.rules.trial.counts).indexOf(name);
  return at < 0 ? Infinity : at;
}

/** "person, A→B", "person, 12 s": what a row of the list says behind its time. */
export function eventSaid(event: EventTried): string {
  const say = text.rules.trial;
  const kind = event.kind.slice(TOPIC.length);
  const details = event.details as Record<string, unknown>;
  const what =
    kind === "FieldDetector/Path"
      ? `${String(details.from)} → ${String(details.to)}`
      : kind === "CountAggregation/Occupancy"
        ? String(details.count)
        : event.direction
          ? (say.counts[event.direction] ?? event.direction)
          : (say.kinds[kind] ?? kind);
  const who = event.class ? (text.classes[event.class] ?? event.class) : null;
  const long = event.duration === null ? null : lasting(event.duration);
  return [who, what, long].filter(Boolean).join(", ");
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
