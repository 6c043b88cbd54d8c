/** A boot server with a desk in memory, as a process of its own, so that it can be put into a network namespace: prints a line of JSON for all that happens. */
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Bootable } from '../../../src/boot.ts';
import { type BootPlace, openBoot } from '../../../src/hubs/boot/boot.ts';
import { FixedDesk } from '../../../src/hubs/boot/fixed-desk.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

/** The first argument is all of it, as JSON. */
const given = JSON.parse(process.argv[2] as string) as {
  settings: BootPlace;
  bootable: Bootable;
  root: string;
  folder: string;
  fixed?: { name: string; macs: string[]; address: string }[];
};
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
let fixed = given.fixed ?? [];
const boot = await openBoot({
  desk: new FixedDesk({ images: given.bootable, onHappening: say }),
  settings: () => given.settings,
  fixed: () => fixed,
  root: given.root,
  folder: given.folder,
  leases: `${given.folder}.leases`,
  shell: localShell({ host: 'local' }),
  trouble: (error) => say({ kind: 'trouble', code: error?.code, lines: error?.lines }),
  log: createLog({ level: process.env.LOG_LEVEL ?? 'error', scrubber: new Scrubber() }),
});
await boot.ready();
say({ kind: 'ready' });
process.stdin.on('data', (text) => {
  fixed = JSON.parse(`${text}`);
  void boot.look();
});
process.once('SIGTERM', async () => {
  await boot.close();
  process.exit(0);
});
