/** A mailbox without a box: says everything at once, in this process. For platforms without a budget (the console). */
import type { Platform, Posted } from '../platform.ts';
import type { Mail, Mailbox } from './mail.ts';

export class Direct implements Mailbox {
  readonly #platform: Platform;
  /** Where messages stand that may still change, and the end of what is being said there. */
  readonly #posted = new Map<string, Promise<Posted>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async put({ id, place, lines, final }: Mail): Promise<void> {
    const before = this.#posted.get(id);
    const said = this.#say(before, place, lines, final);
    this.#posted.set(id, said);
    try {
      await said;
    } catch (error) {
      if (before) this.#posted.set(id, before);
      else this.#posted.delete(id);
      throw error;
    }
    if (final) this.#posted.delete(id);
  }

  async #say(
    before: Promise<Posted> | undefined,
    place: Mail['place'],
    lines: string[],
    final: boolean,
  ): Promise<Posted> {
    const posted = await before;
    if (!posted) return this.#platform.post(place, lines);
    await this.#platform.edit(posted, lines, final);
    return posted;
  }
}
