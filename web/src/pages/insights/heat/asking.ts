/** Heat maps asked of the server: of a camera's rule, or of a floor plan. */
import { api, ask } from "$lib/api/client";
import { rfc3339 } from "$lib/time/spans";

import type { Span } from "../range";
import type { Heat } from "./reading";

/** Which map: a rule of a camera, or a floor plan. */
export type Which = { camera: string; rule: string } | { plan: string };

export interface Plan {
  plan: string;
  title: string;
  width: number;
  height: number;
  changed: string;
  cameras: { camera: string; picture: number[][]; plan: number[][]; residual: number }[];
}

export async function heatOf(which: Which, span: Span, signal: AbortSignal): Promise<Heat> {
  const query = { from: rfc3339(span.from), to: rfc3339(span.to) };
  if ("plan" in which) {
    const params = { path: { plan: which.plan }, query };
    const told = await ask(api.GET("/api/plans/{plan}/heat", { params, signal }));
    const outside = told.cameras.reduce((sum, one) => sum + one.outside, 0);
    const of = { from: Date.parse(told.from), to: Date.parse(told.to) };
    return { ...told, ...of, patches: null, hasOtherGrids: false, outside };
  }
  const params = { path: { camera: which.camera, rule: which.rule }, query };
  const told = await ask(api.GET("/api/cameras/{camera}/heatmaps/{rule}", { params, signal }));
  return {
    columns: told.columns,
    rows: told.rows,
    seconds: told.seconds,
    total: told.total,
    patches: told.overlay as Heat["patches"],
    from: Date.parse(told.from),
    to: Date.parse(told.to),
    hasOtherGrids: told.other_grids > 0,
    outside: 0,
  };
}

/** All maps of cameras that one sees. */
export async function mapsOf(
  cameras: readonly string[],
  signal: AbortSignal,
): Promise<{ camera: string; rule: string }[]> {
  const found = await Promise.all(
    cameras.map(async (camera) => {
      const rules = await ask(
        api.GET("/api/cameras/{camera}/heatmaps", { params: { path: { camera } }, signal }),
      );
      return rules.map((rule) => ({ camera, rule }));
    }),
  );
  return found.flat();
}

export async function plansOf(signal?: AbortSignal): Promise<Plan[]> {
  return (await ask(api.GET("/api/plans", { signal }))) as unknown as Plan[];
}

export const planPicture = ({ plan, changed }: Plan): string =>
  `/api/plans/${encodeURIComponent(plan)}?changed=${encodeURIComponent(changed)}`;
