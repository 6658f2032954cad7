import type { KeyChoice, KeyPage } from "../lib/host";
import type { SaleSurroundings } from "../till/surroundings";
import { ACTIONS, nameOfKey, type ActionName } from "./actions";

type Action = (typeof ACTIONS)[number];

const HELD_ALONE = new Set(["Shift", "Control", "Alt", "Meta"]);

/** Which key does what: as it came, or as it was chosen at this till; and the page that shows and changes it. */
export class Keys {
  /** Whether the map of keys stands in the sale's place. */
  open = $state(false);
  /** The action whose new key is waited for. */
  asked: Action | null = $state.raw(null);

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  toggle(): void {
    this.open = !this.open;
    this.asked = null;
  }

  close(): void {
    this.open = false;
    this.asked = null;
  }

  get #chosen(): KeyChoice[] {
    return this.#around.screen?.keys ?? [];
  }

  get any_chosen(): boolean {
    return this.#chosen.length > 0;
  }

  key(name: ActionName): string {
    const action = ACTIONS.find((one) => one.action === name);
    const chosen = this.#chosen.find((one) => one.action === name && one.page === action?.page);
    return chosen?.key ?? action?.key ?? "";
  }

  /** As it stands on a button. */
  cap(name: ActionName): string {
    return this.key(name).replace("Shift+", "⇧");
  }

  /** What the key that was pressed does, on the first of these pages that knows it. */
  action(event: KeyboardEvent, pages: KeyPage[]): Action | undefined {
    const pressed = nameOfKey(event);
    for (const page of pages) {
      const found = ACTIONS.find((one) => one.page === page && this.key(one.action) === pressed);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  ask(action: Action): void {
    this.asked = this.asked === action ? null : action;
    this.#around.dismiss();
  }

  /** A key while the page is open. It does nothing else there. */
  press(event: KeyboardEvent): void {
    if (HELD_ALONE.has(event.key) || event.repeat) return;
    const asked = this.asked;
    if (event.key === "Escape") {
      if (asked === null) this.close();
      else this.asked = null;
    } else if (asked !== null) this.#choose(asked, nameOfKey(event));
    else if (nameOfKey(event) === this.key("help")) this.close();
    else return;
    event.preventDefault();
  }

  /** Letters, digits and signs are typed and scanned: none of them does anything by itself. */
  refuse(character: string): void {
    if (this.asked !== null) this.#around.say("refused", this.#around.words.settings.key_is_typed(character));
  }

  #choose(action: Action, key: string): void {
    const words = this.#around.words.settings;
    const other = ACTIONS.find(
      (one) => one.page === action.page && one !== action && this.key(one.action) === key,
    );
    if (other !== undefined) {
      this.#around.say("refused", words.key_taken(key, words.actions[other.action]));
      return;
    }
    const others = this.#chosen.filter((one) => one.action !== action.action || one.page !== action.page);
    const own = key === action.key ? [] : [{ page: action.page, action: action.action, key }];
    this.#keep([...others, ...own]);
  }

  reset(): void {
    this.#keep([]);
  }

  #keep(keys: KeyChoice[]): void {
    void this.#around.ask(async () => {
      this.#around.screen = await this.#around.host.call("choose_keys", { keys });
      this.asked = null;
      this.#around.dismiss();
    });
  }
}
