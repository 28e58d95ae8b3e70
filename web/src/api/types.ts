/** Short names for what the API answers with. */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** `masks`: polygons of x y, 0..1. */
export type Camera = Omit<Schemas["CameraOut"], "masks"> & { masks: number[][][] };
/** `box` is x0 y0 x1 y1, 0..1 of the picture; the client knows lists, not tuples. */
export type CameraEvent = Omit<Schemas["EventOut"], "box"> & { box: number[] | null };
export type Kind = CameraEvent["kind"];
export type Me = Schemas["Me"];
export type Right = Schemas["Right"];
export type Role = Schemas["Role"];
export type Step = Schemas["Step"];
