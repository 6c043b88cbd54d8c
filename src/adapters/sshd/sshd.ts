/** Where a host's sshd listens: everywhere, or on its address in an overlay network only. What nobody keeps in time is taken back over there. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { type ErrorCode, MusterError } from '../../errors.ts';
import { printable, type RunOptions, type Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { ARRIVE, ENDS, SCRIPT } from './script.ts';

const PATIENCE_MS = 60_000;

const path = z.string().regex(/^(?:\/[A-Za-z0-9._-]+)+$/);

/** The command line of one command; the script comes on standard input. */
export const commandArgv = (...words: string[]): string[] => ['sh', '-c', ARRIVE, 'muster-sshd', ...words];

export const sshd = defineAdapter({
  name: 'sshd',
  about: 'Where the OpenSSH server listens',
  options: z.strictObject({
    config: path.default('/etc/ssh/sshd_config').describe('its configuration'),
    folder: path.default('/etc/ssh/sshd_config.d').describe('the folder that its configuration includes'),
  }),
  open: ({ shell, options: { config, folder } }) => ({
    /** With Muster's folder on the host as `root`, and the unit that brings the network up. */
    at: (root: string, unit: string) => {
      const state = join(root, 'sshd');
      const file = join(folder, 'muster-overlay.conf');
      const run = async (words: string[], more: RunOptions = {}): Promise<string> => {
        const argv = commandArgv(state, config, file, unit, ...words);
        const accept = [0, ...Object.values(ENDS)];
        const output = await shell.run(argv, {
          stdin: SCRIPT,
          timeout: PATIENCE_MS,
          cwd: '/',
          accept,
          ...more,
        });
        if (output.code !== 0) throw problem(output.code, shell, words[1], output);
        return output.stdout.trim();
      };
      return {
        /**
         * Lets it listen on this address only, for so many seconds unless the change is kept; gives false where it does already.
         * Rejects with `sshd.none`, `sshd.refused`, `sshd.elsewhere`, `sshd.waiting`: then nothing changed.
         */
        async listen(
          change: string,
          address: string,
          seconds: number,
          signal?: AbortSignal,
        ): Promise<boolean> {
          return (await run(['listen', change, address, String(seconds)], { signal })) !== 'same';
        },
        /** Keeps it for good; rejects with `sshd.gone` where it was taken back. */
        keep: async (change: string, address: string, signal?: AbortSignal) =>
          void (await run(['keep', change, address], { signal })),
        /** Takes a change back, kept or not; nothing where it is no more. */
        back: async (change: string) => void (await run(['back', change])),
        /** Lets it listen as its own configuration says; gives false where it does already. */
        async open(change: string, signal?: AbortSignal): Promise<boolean> {
          return (await run(['open', change], { signal })) !== 'same';
        },
      };
    },
  }),
});

const CODES = new Map<number, ErrorCode>([
  [ENDS.none, 'sshd.none'],
  [ENDS.refused, 'sshd.refused'],
  [ENDS.elsewhere, 'sshd.elsewhere'],
  [ENDS.waiting, 'sshd.waiting'],
  [ENDS.gone, 'sshd.gone'],
  [ENDS.deaf, 'sshd.deaf'],
  [ENDS.timer, 'sshd.timer'],
]);

function problem(
  code: number,
  { host }: Shell,
  change: string | undefined,
  { stdout, stderr }: { stdout: string; stderr: string },
): MusterError {
  const said = (text: string) => printable(text.trim().split('\n').join(', '));
  if (code === ENDS.root) return new MusterError('host.denied', { host, message: 'sshd' });
  const message = said(code === ENDS.elsewhere ? stdout : stderr);
  return new MusterError(CODES.get(code) ?? 'internal', { host, change, message });
}
