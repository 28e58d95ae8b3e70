/** A unified diff as lines that can be shown: of which kind, where in either text, what it says. */

export interface Line {
  kind: "same" | "added" | "removed" | "hunk";
  /** Numbers in the old and the new text; null where it has no place. */
  old: number | null;
  new: number | null;
  says: string;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Of a unified diff of one file; what stands before its first hunk names the files and is left out. */
export function linesOf(diff: string): Line[] {
  const found: Line[] = [];
  let [old, fresh] = [0, 0];
  for (const row of diff.split("\n")) {
    const hunk = HUNK.exec(row);
    if (hunk) {
      [old, fresh] = [Number(hunk[1]), Number(hunk[2])];
      found.push({ kind: "hunk", old, new: fresh, says: row });
    } else if (found.length === 0 || row === "" || row.startsWith("\\")) {
      continue;
    } else if (row.startsWith("+")) {
      found.push({ kind: "added", old: null, new: fresh++, says: row.slice(1) });
    } else if (row.startsWith("-")) {
      found.push({ kind: "removed", old: old++, new: null, says: row.slice(1) });
    } else {
      found.push({ kind: "same", old: old++, new: fresh++, says: row.slice(1) });
    }
  }
  return found;
}

/** How many lines came and went. */
export function changed(lines: readonly Line[]): { added: number; removed: number } {
  const count = (kind: Line["kind"]): number => lines.filter((line) => line.kind === kind).length;
  return { added: count("added"), removed: count("removed") };
}

/** The difference turned round: what would change if one went back. */
export function turned(lines: readonly Line[]): Line[] {
  const kinds = { added: "removed", removed: "added", same: "same", hunk: "hunk" } as const;
  const swapped = lines.map((line) => ({ ...line, kind: kinds[line.kind], old: line.new, new: line.old }));
  return inOrder(swapped);
}

/** In a run of changes what goes stands before what comes. */
function inOrder(lines: readonly Line[]): Line[] {
  const found: Line[] = [];
  let [gone, come]: [Line[], Line[]] = [[], []];
  const flush = (): void => {
    found.push(...gone, ...come);
    [gone, come] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === "removed") gone.push(line);
    else if (line.kind === "added") come.push(line);
    else {
      flush();
      found.push(line);
    }
  }
  flush();
  return found;
}
