/** A boot server as a process of its own, so that its memory is its own: a folder with a library, a bootable and a port as JSON; prints a line once it is up. */
import { blobFolder } from '../../src/hubs/boot/blob-file.ts';
import { FixedDesk } from '../../src/hubs/boot/fixed-desk.ts';
import { openBootServer } from '../../src/hubs/boot/server.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';

const { root, bootable } = JSON.parse(process.argv[2] as string);
const server = await openBootServer(
  {
    desk: new FixedDesk({ images: bootable }),
    blobs: blobFolder(root),
    loader: async () => undefined,
    base: 'http://127.0.0.1:1',
    downloads: () => 64,
    log: createLog({ level: 'warn', scrubber: new Scrubber() }),
  },
  { host: '127.0.0.1', port: 0 },
);
process.stdout.write(`${server.port}\n`);
