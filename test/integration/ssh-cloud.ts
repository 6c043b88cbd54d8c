/** A cloud whose host is behind a real sshd. */
import { noSshd, type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { type Cloud, lacksCloud, openCloud } from './cloud.ts';

/** Why it cannot be played here; false where it can. */
export const lacksSshCloud = (...more: string[]): string | false => lacksCloud(...more) || noSshd;

export interface SshCloud extends Cloud {
  sshd: Sshd;
  /** The entry of a host at the sshd; `other` keys are added, `undefined` leaves one out. */
  host(other?: Record<string, unknown>): string;
}

/** `addresses` are those the sshd listens on: for Muster, one address is one host. */
export async function openSshCloud(addresses: readonly string[] = ['127.0.0.1']): Promise<SshCloud> {
  const cloud = await openCloud();
  // What the machine's own start-up files do for a login is no part of these stories, and can be slow.
  const sshd = await startSshd([`SetEnv HOME=${cloud.engine.root}`], { addresses });
  const { port, user, keyFile, hostKeys } = sshd;
  return {
    ...cloud,
    sshd,
    host: (other = {}) =>
      cloud.entry({
        link: 'ssh',
        address: '127.0.0.1',
        port,
        user,
        keyFile,
        hostKey: hostKeys.ed25519,
        ...other,
      }),
    async stop() {
      await cloud.stop();
      await sshd.close();
    },
  };
}
