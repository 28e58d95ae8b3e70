/** Drawing masks: those that are there, the one that is being drawn, and steps back. */
import {
  isInside,
  movedCorner,
  type Point,
  rectangle,
  type Ring,
  splitAfter,
  within,
  withoutCorner,
} from "./ring";

export const MOST = 32;
const STEPS_BACK = 100;

interface Moment {
  rings: Ring[];
  open: Ring;
}

export class Drawing {
  rings = $state.raw<Ring[]>([]);
  /** Corners of the mask that is not closed yet. */
  open = $state.raw<Ring>([]);
  /** The mask whose corners are shown. */
  chosen = $state(0);
  #before = $state.raw<Moment[]>([]);
  readonly canUndo = $derived(this.#before.length > 0);
  readonly isFull = $derived(this.rings.length >= MOST);

  constructor(rings: Ring[]) {
    this.rings = rings;
    this.chosen = rings.length - 1;
  }

  /** A corner more of the mask that is being drawn. */
  put(at: Point): void {
    if (this.isFull) return;
    this.#keep();
    this.open = [...this.open, within(at)];
  }

  close(): void {
    if (this.open.length < 3) return;
    this.#keep();
    this.rings = [...this.rings, this.open];
    this.open = [];
    this.chosen = this.rings.length - 1;
  }

  giveUp(): void {
    if (this.open.length === 0) return;
    this.#keep();
    this.open = [];
  }

  addRectangle(): void {
    if (this.isFull) return;
    this.#keep();
    this.rings = [...this.rings, rectangle(this.rings.length)];
    this.chosen = this.rings.length - 1;
  }

  /** Begins a move: undo goes back to here. */
  grip(): void {
    this.#keep();
  }

  move(ring: number, corner: number, to: Point): void {
    this.#replace(ring, (old) => movedCorner(old, corner, to));
  }

  split(ring: number, corner: number): void {
    this.#keep();
    this.#replace(ring, (old) => splitAfter(old, corner));
  }

  /** Without its third last corner a mask is gone. */
  removeCorner(ring: number, corner: number): void {
    const left = withoutCorner(this.rings[ring] ?? [], corner);
    if (left === null) {
      this.remove(ring);
      return;
    }
    this.#keep();
    this.#replace(ring, () => left);
  }

  remove(ring: number): void {
    this.#keep();
    this.rings = this.rings.filter((_, n) => n !== ring);
    this.#chooseOne();
  }

  undo(): void {
    const last = this.#before.at(-1);
    if (!last) return;
    this.#before = this.#before.slice(0, -1);
    this.rings = last.rings;
    this.open = last.open;
    this.#chooseOne();
  }

  /** The uppermost mask at a place, if one is there that is not chosen yet: chooses it. */
  chooseAt(at: Point): boolean {
    const found = this.rings.findLastIndex((ring) => isInside(ring, at));
    if (found < 0 || found === this.chosen || this.open.length > 0) return false;
    this.chosen = found;
    return true;
  }

  #chooseOne(): void {
    this.chosen = Math.min(this.chosen, this.rings.length - 1);
    if (this.chosen < 0) this.chosen = this.rings.length - 1;
  }

  #keep(): void {
    this.#before = [...this.#before.slice(-STEPS_BACK), { rings: this.rings, open: this.open }];
  }

  #replace(ring: number, change: (old: Ring) => Ring): void {
    this.rings = this.rings.map((old, n) => (n === ring ? change(old) : old));
  }
}
