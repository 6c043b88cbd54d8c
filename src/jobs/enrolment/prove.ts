/** Asks once whoever answers at an address to prove that it is the agent that has the token. */

import type { Channel } from '../../adapters/icp/channel.ts';
import { type AgentAddress, connect } from '../../adapters/icp/client.ts';
import { Allowance } from '../../allowance.ts';
import { MusterError } from '../../errors.ts';
import type { Identity } from '../../identity.ts';
import { keysOf, newNonce, Proved, proofOf, proves } from './handshake.ts';

/** How long all of it may take, ms. */
const HANDSHAKE_MS = 10_000;
/** What somebody unknown may say: messages a second, and at once. */
const PER_SECOND = 10;
const BURST = 10;

export interface Proving extends Omit<AgentAddress, 'key' | 'next'> {
  /** Who Muster is to its agents. */
  identity: Identity;
  /** What is kept of the token. */
  digest: string;
  /** Notes the key that the agent has proved to be its own, before the agent forgets its token. */
  note(fingerprint: string): Promise<void>;
}

/**
 * Rejects as `connect` does, with what the agent answers (`enrol.none` where it has no token), or with `enrol.proof` where
 * somebody answers who does not know the token; it carries the fingerprint that was shown.
 */
export async function prove({ digest, note, ...where }: Proving): Promise<void> {
  const channel = await connect({ ...where, unproven: true, allowance: new Allowance(PER_SECOND, BURST) });
  const late = setTimeout(() => channel.terminate(), HANDSHAKE_MS);
  try {
    await talk(channel, digest, note);
  } finally {
    clearTimeout(late);
    channel.terminate();
  }
}

async function talk(channel: Channel, digest: string, note: Proving['note']): Promise<void> {
  const nonce = newNonce();
  const answer = Proved.safeParse(await channel.request('enrol.prove', { nonce }));
  const keys = keysOf('manager', channel.ends);
  const refuse = () => new MusterError('enrol.proof', { fingerprint: keys.agent });
  if (!answer.success) throw refuse();
  const claim = { digest, nonces: [nonce, answer.data.nonce] as const, ...keys };
  if (!proves(answer.data.proof, { ...claim, side: 'agent' })) throw refuse();
  await note(keys.agent);
  await channel.request('enrol.confirm', { nonce, proof: proofOf({ ...claim, side: 'manager' }) });
}
