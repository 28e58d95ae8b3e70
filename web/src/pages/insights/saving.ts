/** Files that the browser saves: tables as CSV, charts as PNG. */
import { csv, type Sheet } from "./sheet";

export function saveSheet(name: string, sheet: Sheet): void {
  save(name, new Blob(["\ufeff", csv(sheet)], { type: "text/csv" })); // the mark: spreadsheets ask for it
}

export function savePicture(name: string, canvas: HTMLCanvasElement): void {
  canvas.toBlob((blob) => blob && save(name, blob), "image/png");
}

function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
