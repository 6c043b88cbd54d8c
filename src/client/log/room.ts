/** How much may be kept for a hub that is away, for all streams together. */
const FILE_BYTES = 1_000_000;

export class Room {
  /** How long a file gets before the next one is begun, bytes: only whole files give their room back. */
  readonly file: number;
  readonly #most: number;
  #used = 0;

  /** `most` is in bytes. */
  constructor(most: number) {
    this.#most = most;
    this.file = Math.min(FILE_BYTES, most / 8);
  }

  /** Takes so many bytes; false where there are not as many left. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#most) return false;
    this.#used += bytes;
    return true;
  }

  /** Notes what is there already. */
  note(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
