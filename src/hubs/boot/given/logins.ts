/** Who may log in to a machine, as files. */
import { blockOf } from '../../../adapters/authorized-keys/block.ts';

/** A user's home, relative to `/`. */
export const homeOf = (user: string): string => (user === 'root' ? 'root' : `home/${user}`);

/** What the file of a user's keys says: Muster's block, so that `/keys sync` replaces it later. Undefined where there are none. */
export const keysFileOf = (keys: readonly string[]): string | undefined => blockOf(keys);
