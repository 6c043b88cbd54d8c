/** How much may be kept for a hub that is away, for all streams together. */
const FILE_BYTES = 1_000_000;

export class Room {
  /** How long a file gets before the next one is begun, bytes: only whole files give their room back. */
  readonly file: number;
  readonly most: number;
  #used = 0;
  #scarce = false;

  /** `most` is in bytes. */
  constructor(most: number) {
    this.most = most;
    this.file = Math.min(FILE_BYTES, most / 8);
  }

  /** Takes so many bytes; false where there are not as many left. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.most) return false;
    this.#used += bytes;
    return true;
  }

  /** Whether there is so little left that it is better to wait; it is not any more once half of it is free. */
  get scarce(): boolean {
    const { most } = this;
    this.#scarce = this.#used > most * (this.#scarce ? 0.5 : 0.75);
    return this.#scarce;
  }

  /** Notes what is there already. */
  note(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
