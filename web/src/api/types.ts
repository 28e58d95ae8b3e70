/** Short names for what the API answers with. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Camera = Schemas["CameraOut"];
export type CameraEvent = Schemas["EventOut"];
export type Kind = Schemas["Kind"];
export type Me = Schemas["Me"];
export type Right = Schemas["Right"];
export type Role = Schemas["Role"];
export type Step = Schemas["Step"];
export type Rule = Record<string, unknown> & { id: string; type: string };
