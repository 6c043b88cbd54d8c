/** What only root may do, refused in time and with the command to type. */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { quote, type Shell } from '../../shell.ts';

/** Rejects with `host.denied` where Muster is not root on the host; `argvs` are what an administrator has to type instead. */
export async function demandRoot(
  shell: Shell,
  what: string,
  argvs: readonly (readonly string[])[],
): Promise<void> {
  const { stdout } = await shell.run(['id', '-u']);
  if (stdout.trim() === '0') return;
  const command = argvs.map((argv) => `sudo ${argv.map(quote).join(' ')}`).join(' && ');
  throw new MusterError('host.denied', {
    host: shell.host,
    message: messages().jobs.byHand.onlyRoot({ what }),
    command,
  });
}
