import {
  isRefused,
  type BackupView,
  type DamageView,
  type Host,
  type Language,
  type RestoredView,
} from "../lib/host";
import { WORDS, type Words } from "../lib/i18n/words";

/** What stands in the till's place while its database is damaged: the backups, and one of them chosen. */
export class Rescue {
  /** None while nothing is damaged. */
  damage: DamageView | null = $state.raw(null);
  chosen: BackupView | null = $state.raw(null);
  /** Which was chosen at the till lies in the damaged file: here it is chosen anew. */
  language: Language = $state("zh-Hans");
  looking = $state(false);
  restoring = $state(false);
  /** Why the last restore did nothing. */
  trouble: string | null = $state(null);
  words: Words = $derived(WORDS[this.language]);

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Looks for backups, the first time and whenever a stick was plugged in. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const damage = await this.#host.call("damage", {});
      const { path } = this.chosen ?? {};
      this.chosen = damage.backups.find((backup) => backup.path === path) ?? damage.backups[0] ?? null;
      this.damage = damage;
      this.trouble = null;
    } catch (thrown) {
      this.#say(thrown);
    } finally {
      this.looking = false;
    }
  }

  /** Puts the chosen backup in the till's place; none where it did not go. Pressed twice it is done once. */
  async restore(): Promise<RestoredView | null> {
    if (this.chosen === null || this.restoring) return null;
    this.restoring = true;
    this.trouble = null;
    try {
      const { path } = this.chosen;
      const restored = await this.#host.call("restore_backup", { path, language: this.language });
      this.damage = null;
      this.chosen = null;
      return restored;
    } catch (thrown) {
      this.#say(thrown);
      return null;
    } finally {
      this.restoring = false;
    }
  }

  #say(thrown: unknown): void {
    this.trouble = isRefused(thrown) ? thrown.message : this.words.rescue.no_answer;
  }
}

export function isDamage(thrown: unknown): boolean {
  return isRefused(thrown) && thrown.code === "damaged";
}
