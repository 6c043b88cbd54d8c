/** How much may be kept for a hub that is away, for all streams together. */
export class Room {
  readonly #most: number;
  #used = 0;

  /** `most` is in bytes. */
  constructor(most: number) {
    this.#most = most;
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
