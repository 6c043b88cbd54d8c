/** The layer that makes a Debian the base image: the program `hub`, which links a container to the hubs. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Archived, archiveOf } from '../../archive.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { ROOT } from '../../root.ts';
import { RUNTIME } from './runtime.ts';

/** What the build of Muster makes of `src/client`: one file. It is Muster's own, wherever this runs: beside Redis or in an agent. */
const BUNDLE = new URL('dist/client/hub.js', ROOT);

const NODE = `${RUNTIME} --no-warnings /usr/lib/muster/hub.js`;

/** As the first process it reaps what nobody else waits for, and so it does below another one; see tini(1). */
const LAUNCHER = `#!/bin/sh
case "$1" in
run) exec /usr/bin/tini -s -- ${NODE} "$@" ;;
*) exec ${NODE} "$@" ;;
esac
`;

/** What the image says of itself: every command is started by the hub's program, as a user who is nobody in particular. */
export const CLIENT_CHANGES: readonly string[] = [
  'ENTRYPOINT ["/usr/bin/hub", "run", "--"]',
  'CMD ["bash"]',
  'USER app',
];

export interface Client {
  /** Its files, as an archive. */
  archive: Buffer;
  /** SHA-256 of that, hexadecimal. */
  sha256: string;
}

/** The layer's files; folders are there so that they have the same age on every host, and with it the layer the same digest. */
export function clientOf(bundle: string | Buffer, time: number): Client {
  const folder = (path: string): Archived => ({ path, folder: true, mode: 0o755 });
  /** What is kept for a hub that is away; whoever the container's user is may. */
  const kept: Archived = { path: 'var/lib/muster/hub', folder: true, mode: 0o1777 };
  const archive = archiveOf(
    [
      ...['usr', 'usr/bin', 'usr/lib', 'usr/lib/muster', 'var', 'var/lib', 'var/lib/muster'].map(folder),
      kept,
      { path: 'usr/lib/muster/hub.js', content: bundle, mode: 0o644 },
      { path: 'usr/bin/hub', content: LAUNCHER, mode: 0o755 },
    ],
    time,
  );
  return { archive, sha256: createHash('sha256').update(archive).digest('hex') };
}

/** The layer of this Muster. Rejects with `setup.missing` where Muster was not built. */
export async function ownClient(time: number): Promise<Client> {
  const bundle = await readFile(BUNDLE).catch((cause) => {
    const facts = { what: messages().reasons.client, fix: 'npm run build' };
    throw new MusterError('setup.missing', facts, { cause });
  });
  return clientOf(bundle, time);
}
