import type { Look, TextSize, Theme } from "../lib/host";
import type { SaleSurroundings } from "../till/surroundings";

export const THEMES: readonly Theme[] = ["day", "sun", "night"];
export const TEXT_SIZES: readonly TextSize[] = ["normal", "large"];

const DAY: Look = { theme: "day", text_size: "normal" };

/** How the window looks: chosen under the header, two touches from every page, and kept at the till. */
export class Looks {
  /** Whether the choices stand under the header. */
  open = $state(false);

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  get look(): Look {
    return this.#around.screen?.look ?? DAY;
  }

  toggle(): void {
    this.open = !this.open;
  }

  chooseTheme(theme: Theme): void {
    this.#choose({ ...this.look, theme });
  }

  chooseTextSize(text_size: TextSize): void {
    this.#choose({ ...this.look, text_size });
  }

  #choose(look: Look): void {
    void this.#around.ask(async () => {
      this.#around.screen = await this.#around.host.call("choose_look", look);
    });
  }

  /** The document wears it. Until the till has opened it stays as it is. */
  wear(root: HTMLElement): void {
    const { theme, text_size } = this.look;
    root.dataset["theme"] = theme;
    root.dataset["textSize"] = text_size;
  }
}
