/** Looks whether machines are on, for answers that cannot wait for a run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openAll } from '../adapters/adapter.ts';
import type { Config } from '../config/config.ts';
import { POWER_TOOLS, powerOf, switchOf, withPassword } from '../jobs/power-switch.ts';
import type { Beside } from '../jobs/step.ts';
import type { Links } from '../links.ts';
import type { Log } from '../log.ts';
import type { PowerState } from '../power.ts';

const SOON_MS = 3_000;

export interface PowerLookParts extends Pick<Beside, 'secret'> {
  links: Pick<Links, 'reach'>;
  config(): Pick<Config, 'boot'>;
  log: Log;
  /** How long somebody waits who asks for something else as well, ms. */
  soon?: number;
}

/** Gives `unknown` where nobody can tell soon: a host that runs its steps by an agent is not asked. Never rejects. */
export function powerLook({ links, config, secret, log, soon = SOON_MS }: PowerLookParts) {
  return async (machine: string, entry: Parameters<typeof switchOf>[1]): Promise<PowerState> => {
    const late = new AbortController();
    const look = async (): Promise<PowerState> => {
      const { host, by } = switchOf(machine, entry, config());
      const [{ place }, whole] = await Promise.all([links.reach(host), withPassword(by, { secret })]);
      if (!place) return 'unknown';
      const tools = openAll(POWER_TOOLS, place.shell, place.tools);
      return powerOf(whole, tools, late.signal).status();
    };
    try {
      return await Promise.race([
        look().catch((err): PowerState => {
          if (!late.signal.aborted) log.info({ err, machine }, 'nobody could tell whether a machine is on');
          return 'unknown';
        }),
        sleep(soon, 'unknown' as const, { signal: late.signal }),
      ]);
    } finally {
      late.abort();
    }
  };
}
