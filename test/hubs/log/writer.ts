/** A process that takes lines into a store until it is killed: `writer.ts FOLDER STREAMS FRESH`. Prints what is acknowledged, `STREAM NEXT` a line. */
import { openLogStore } from '../../../src/hubs/log/store.ts';
import { source } from './stores.ts';
import { lineAt } from './written.ts';

const [folder = '', streams = '3', fresh = '100000'] = process.argv.slice(2);
const limits = { size: 1e12, age: 1e12, fresh: Number(fresh), waiting: 8_000_000 };
const store = await openLogStore(folder, limits);

await Promise.all(
  Array.from({ length: Number(streams) }, async (_, index) => {
    const own = source(`app-${index % 3}`, `stream-${index}`);
    for (let batch = 1; ; batch = (batch * 7 + 3) % 101) {
      // Each sends what was not acknowledged again, and sometimes more than that.
      const from = Math.max(1, store.next(own) - (batch % 5));
      const sent = Array.from({ length: batch + 5 }, (__, at) => lineAt(from + at));
      const next = await store.take(own, sent);
      // Before anything else, as the process may be killed right after it; whoever reads may be slow.
      await new Promise((resolve) => process.stdout.write(`${index} ${next}\n`, resolve));
    }
  }),
);
