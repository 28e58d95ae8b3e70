/** Light or dark: as the device, or as was chosen here. */

export type Theme = "auto" | "light" | "dark";

const KEY = "curtilage.theme";

class Appearance {
  theme = $state<Theme>(chosen());

  choose(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(KEY, theme);
    this.apply();
  }

  apply(): void {
    if (this.theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }

  /** Whether dark colours are shown now. */
  get isDark(): boolean {
    return (
      this.theme === "dark" || (this.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches)
    );
  }
}

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export const appearance = new Appearance();
