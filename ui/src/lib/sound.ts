/** Two sounds a cashier knows without looking: a short high one for a scan, a low double one for a refusal. */
export interface Sounds {
  scanned(): void;
  refused(): void;
}

type Note = { hertz: number; at_s: number; length_s: number };

const SCANNED: Note[] = [{ hertz: 1760, at_s: 0, length_s: 0.06 }];
const REFUSED: Note[] = [
  { hertz: 220, at_s: 0, length_s: 0.16 },
  { hertz: 175, at_s: 0.2, length_s: 0.26 },
];

/** Plays through Web Audio. A machine without sound sells all the same, so every fault ends here. */
export function browserSounds(): Sounds {
  let context: AudioContext | null = null;
  function play(notes: Note[], type: OscillatorType): void {
    try {
      context ??= new AudioContext();
      const audio = context;
      // A page that nobody has touched yet may not sound; the next key or click lets it.
      if (audio.state === "suspended") audio.resume().catch(() => undefined);
      for (const note of notes) {
        const start_s = audio.currentTime + note.at_s;
        const oscillator = audio.createOscillator();
        const gain = audio.createGain();
        oscillator.type = type;
        oscillator.frequency.value = note.hertz;
        gain.gain.setValueAtTime(0.12, start_s);
        gain.gain.exponentialRampToValueAtTime(0.001, start_s + note.length_s);
        oscillator.connect(gain).connect(audio.destination);
        oscillator.start(start_s);
        oscillator.stop(start_s + note.length_s);
      }
    } catch {
      context = null;
    }
  }
  return { scanned: () => play(SCANNED, "sine"), refused: () => play(REFUSED, "square") };
}
