/** The key of an agent, and the one it is about to change to: the old one counts until a manager has come in by the new one. */
import { z } from 'zod';
import { type Channel, command } from '../adapters/icp/channel.ts';
import { MusterError } from '../errors.ts';
import { hasIdentity, type Identity, openIdentity, renameIdentity } from '../identity.ts';
import { Fingerprint } from '../names.ts';

export class KeyRing {
  readonly #folder: string;
  readonly #name: string;
  #current: Identity;
  #next: Identity | undefined;
  /** Told of the key that counts from now on. */
  onChange: (identity: Identity) => void = () => {};

  private constructor(folder: string, name: string, current: Identity, next: Identity | undefined) {
    this.#folder = folder;
    this.#name = name;
    this.#current = current;
    this.#next = next;
  }

  /** The keys `NAME` and `NAME.next` of a folder; the first is made where there is none. Rejects with `icp.identity`. */
  static async open(folder: string, name: string): Promise<KeyRing> {
    const current = await openIdentity(folder, name);
    const next = `${name}.next`;
    const waiting = (await hasIdentity(folder, next)) ? await openIdentity(folder, next) : undefined;
    return new KeyRing(folder, name, current, waiting);
  }

  get current(): Identity {
    return this.#current;
  }

  /** Shown to whoever asks for it. */
  get next(): Identity | undefined {
    return this.#next;
  }

  /** What managers ask with. */
  get commands() {
    return {
      'key.renew': command({
        input: z.strictObject({}),
        run: async () => ({ fingerprint: await this.#renew() }),
      }),
      'key.confirm': command({
        input: z.strictObject({ fingerprint: Fingerprint }),
        run: async ({ fingerprint }, { channel }) => {
          await this.#confirm(fingerprint, channel);
          return {};
        },
      }),
    };
  }

  /** Makes the next key, or gives the one that waits to be confirmed. */
  async #renew(): Promise<string> {
    this.#next ??= await openIdentity(this.#folder, `${this.#name}.next`);
    return this.#next.fingerprint;
  }

  /** Changes to the next key, which has to have been shown on the connection that asks for it. */
  async #confirm(fingerprint: string, { ends }: Channel): Promise<void> {
    // It was confirmed before, and the answer was lost.
    if (fingerprint === this.#current.fingerprint) return;
    if (fingerprint !== this.#next?.fingerprint || ends.ours !== fingerprint)
      throw new MusterError('icp.message', { problem: 'data.fingerprint' });
    await renameIdentity(this.#folder, `${this.#name}.next`, this.#name);
    this.#current = await openIdentity(this.#folder, this.#name);
    this.#next = undefined;
    this.onChange(this.#current);
  }
}
