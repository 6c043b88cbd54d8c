/** A change of what is known of images, which is one transaction with its audit record, and is planned anew where another one came before. */
import { MusterError } from '../../errors.ts';
import type { Audit, AuditEntry } from '../audit.ts';
import type { Guard, Ledger } from '../ledger.ts';

/** How often a change is tried that others come before. */
const TRIES = 50;

/** In whose name something is done, in which run, and what it is: for the audit. */
export interface Deed {
  run: string;
  by: { person: string; platform: string; chat: string };
  summary: string;
}

/** What is to be written, and what is given back then; without commands there is nothing to do. */
export interface Change<Done> {
  done: Done;
  guard?: Guard | Guard[];
  commands?: string[][];
  deed?: Deed & { image: string };
}

export class Changes {
  readonly #ledger: Ledger;
  readonly #audit: Audit;

  constructor({ ledger, audit }: { ledger: Ledger; audit: Audit }) {
    this.#ledger = ledger;
    this.#audit = audit;
  }

  /** Writes what `plan` says, which is asked again where somebody else changed something meanwhile; `what` it is, for who never comes first. */
  async make<Done>(what: string, plan: () => Promise<Change<Done>>): Promise<Done> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { done, guard, commands, deed } = await plan();
      if (!commands) return done;
      const records = deed ? [this.#audit.fields(recordOf(deed))] : [];
      if ((await this.#ledger.commit({ guard, commands, records })) !== undefined) return done;
    }
    throw new MusterError('internal', { message: what });
  }
}

const recordOf = ({ image, ...deed }: Deed & { image: string }): AuditEntry => ({
  kind: 'image',
  scope: [`image/${image}`],
  ...deed,
});

/** That a field of a hash is still as it was read; undefined where there was none. */
export const guardOf = (hash: string, field: string, text: string | undefined): Guard =>
  text === undefined ? { unset: [hash, field] } : { field: [hash, field, text] };
