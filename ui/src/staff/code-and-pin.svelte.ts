import type { NumberKey } from "../lib/typed-number";

const CODE_LENGTH_MAX = 64;
const PIN_LENGTH_MAX = 8;

/** A staff code and a PIN as they are typed, by keys, by touch, or by a tap on a name. */
export class CodeAndPin {
  asking: "code" | "pin" = $state("code");
  code = $state("");
  /** Held no longer than it takes to ask the core. */
  pin = $state("");
  checking = $state(false);
  /** Why it was not taken: said in place. */
  trouble: string | null = $state(null);

  /** Somebody's name was tapped. */
  choose(code: string): void {
    this.code = code;
    this.#askPin();
  }

  type(character: string): void {
    if (this.checking) return;
    if (this.asking === "pin") {
      if (/^[0-9]$/.test(character) && this.pin.length < PIN_LENGTH_MAX) this.pin += character;
    } else if (/^[0-9A-Za-z_-]$/.test(character) && this.code.length < CODE_LENGTH_MAX) {
      this.code += character;
    }
    this.trouble = null;
  }

  press(key: NumberKey): void {
    if (key === "back") this.back();
    else if (key === "clear") this.clear();
    else for (const digit of key) this.type(digit);
  }

  back(): void {
    if (this.asking === "pin" && this.pin === "") this.asking = "code";
    else if (this.asking === "pin") this.pin = this.pin.slice(0, -1);
    else this.code = this.code.slice(0, -1);
  }

  /** All of what is being asked for; where that is empty already, the code is asked for again. */
  clear(): void {
    if (this.asking === "code") this.code = "";
    else if (this.pin === "") this.asking = "code";
    this.pin = "";
    this.trouble = null;
  }

  /** Enter: from the code to the PIN, and from there whether both are there to be sent. */
  enter(): boolean {
    if (this.checking || this.code === "") return false;
    if (this.asking === "code") {
      this.#askPin();
      return false;
    }
    return this.pin !== "";
  }

  forget(): void {
    this.asking = "code";
    this.code = this.pin = "";
    this.trouble = null;
  }

  #askPin(): void {
    this.asking = "pin";
    this.pin = "";
    this.trouble = null;
  }
}
