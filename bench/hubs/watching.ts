/** What the hub has around its checks: the model, history, roll-up, alerts and Redis, as `wire/hub/health.ts` puts them together. */
import { join } from 'node:path';
import { HealthHub } from '../../src/hubs/health/health.ts';
import { subjectOf } from '../../src/hubs/health/names.ts';
import { changesOn } from '../../src/jobs/health/changes.ts';
import { QuietTimes } from '../../src/jobs/health/quiet.ts';
import { HealthRecord } from '../../src/jobs/health/record.ts';
import { openState, type WireOptions } from '../../src/wire/state.ts';

/** How often it is read what is quiet, ms. */
const LOOK_MS = 1_000;

/** Opens it, begun. `told` counts what was told of how things are. */
export async function openWatching(options: WireOptions) {
  const state = await openState(options);
  const record = new HealthRecord(state.state);
  const quiet = new QuietTimes({ record, runs: state.runs, config: () => ({ maintenance: {} }) });
  const health = await HealthHub.open({
    folder: join(options.state, 'health'),
    alarms: state.alerts,
    maintained: (subject) => quiet.of(subject),
    buttons: () => [],
    async context(id) {
      await quiet.refresh();
      const changes = await changesOn(subjectOf(id), Date.now(), {
        runs: state.runs,
        audit: state.audit,
        hostsOf: () => ['local'],
        newBases: async () => [],
      });
      return { changes: changes.map(({ text }) => text) };
    },
    publish: (subject, standing) => record.publish(subject, standing),
    clean: (text) => options.scrubber.text(text),
    log: options.log,
  });
  health.start([]);
  const looking = setInterval(() => void quiet.refresh().catch(() => {}), LOOK_MS);
  const close = async () => {
    clearInterval(looking);
    await health.close();
    await state.close();
  };
  return { health, record, close };
}
