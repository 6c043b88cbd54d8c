/** The key pair of an environment: made once, kept in the state folder, held by no person. */
import { join } from 'node:path';
import { keptPair } from '../../adapters/ssh/kept.ts';
import { MusterError } from '../../errors.ts';

/** Where the private half of an environment's key pair is. */
export const environmentKeyFile = (state: string, environment: string): string =>
  join(state, 'keys', `environment-${environment}`);

/**
 * The public half as `TYPE BASE64`; the pair is made where there is none yet, by one of those who ask at once. Rejects with
 * `keys.environment` where others may read the private half, or where it is no such key.
 */
export async function environmentKey(state: string, environment: string): Promise<string> {
  const file = environmentKeyFile(state, environment);
  const kept = await keptPair(file, `muster ${environment}`);
  if (typeof kept !== 'string') return kept.public;
  throw new MusterError('keys.environment', { file, reason: kept });
}
