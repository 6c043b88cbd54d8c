/** The log hub's part that takes files, until it is killed: `rotations-keeper.ts FOLDER`. Prints a line once it is up, and then how many lines are kept of each stream, `STREAM NEXT`. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { localShell } from '../../src/adapters/local/shell.ts';
import { Inlet } from '../../src/hubs/log/inlet.ts';
import { Positions } from '../../src/hubs/log/positions.ts';
import { openLogStore } from '../../src/hubs/log/store.ts';
import { overShell } from '../../src/jobs/carry-out.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { Collector } from '../../src/jobs/logs/collector.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { LIMITS } from './ingest.ts';

const [folder = ''] = process.argv.slice(2);
const log = createLog({ level: 'error', destination: 2, scrubber: new Scrubber() });
const store = await openLogStore(join(folder, 'store'), { ...LIMITS, fresh: 500_000 });
const positions = await Positions.open(join(folder, 'taken'));
const inlet = new Inlet({ store, positions });
const guarding = guardedBy('local', undefined);
const where = { shell: localShell({ host: 'local' }), root: folder, loginTo: () => undefined, guarding };
const collector = new Collector({
  inlet,
  reach: async () => overShell(where),
  onTrouble: (_, what, text) => text && log.error({ what, text }, 'trouble'),
  log,
});
const files = [{ name: 'app', paths: [join(folder, 'in/*.log')] }];
collector.set(new Map([['local', { containers: false, journal: false, files }]]));
writeSync(1, 'up 0\n');
setInterval(() => {
  const told = inlet.sources().map((source) => `${source.stream} ${store.next(source)}\n`);
  writeSync(1, told.join(''));
}, 100);
