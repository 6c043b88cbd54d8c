/** The state of all runs, over one Redis, and what every part of Muster is opened with. */
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchDaemon } from '../adapters/local/daemon.ts';
import { connectRedis, type Redis } from '../adapters/redis/connection.ts';
import { embedRedis } from '../adapters/redis/embedded.ts';
import type { Command } from '../bot/command.ts';
import { MusterError } from '../errors.ts';
import { Alerts } from '../jobs/alerts/alerts.ts';
import { Seen } from '../jobs/alerts/seen.ts';
import type { Patience } from '../jobs/alerts/switch.ts';
import { Audit } from '../jobs/audit.ts';
import { HostStore } from '../jobs/enrolment/store.ts';
import { Events } from '../jobs/event-stream.ts';
import { ValueStore } from '../jobs/files/store.ts';
import { ImageStore } from '../jobs/image/store.ts';
import { Ledger } from '../jobs/ledger.ts';
import { MachineStore } from '../jobs/machine/store.ts';
import { Progress } from '../jobs/progress.ts';
import { Requests } from '../jobs/requests.ts';
import { Runs } from '../jobs/runs.ts';
import { RedisState } from '../jobs/state.ts';
import type { AnyStep } from '../jobs/step.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import type { Scrubber } from '../secret.ts';

export interface WireOptions {
  /** The configuration's folder. */
  config: string;
  /** Where Muster keeps its state. */
  state: string;
  /** `REDIS_URL`; without it Muster runs a server of its own in the state folder. */
  redisUrl?: string;
  /** Where tokens of key groups may be; nothing is there by default. */
  environment?: Readonly<Record<string, string | undefined>>;
  log: Log;
  scrubber: Scrubber;
  /** The commands and steps there are; all of Muster's by default. */
  commands?: readonly Command[];
  step?: (name: string) => AnyStep;
  /** How long others may be silent, and how long all must be well before that is said, ms; as the switch and the board have it by default. */
  watch?: Partial<Patience> & { calm?: number };
}

/** The state of all runs, over one Redis: what every process needs, whatever its part. */
export async function openState(options: WireOptions) {
  const { log, scrubber } = options;
  await mkdir(options.state, { recursive: true, mode: 0o700 });
  const embedded = options.redisUrl
    ? undefined
    : await embedRedis({
        folder: options.state,
        launch: launchDaemon,
        onRestart: () => log.warn('the embedded redis is gone; starting it again'),
      });
  const address = options.redisUrl ?? (embedded?.address as string);
  const connect = () => connectRedis(address, (err) => log.debug({ err }, 'redis connection'));
  const redis = connect();
  await reach(redis);
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber });
  const events = new Events(redis, connect);
  const runs = new Runs({ redis, ledger, audit, events });
  return {
    redis,
    audit,
    runs,
    progress: new Progress({ redis, ledger, events }),
    requests: new Requests({ redis, ledger, audit }),
    hosts: new HostStore({ redis, ledger, audit }),
    values: new ValueStore({ redis, ledger, audit }),
    images: new ImageStore({ redis, ledger, audit }),
    machines: new MachineStore({ redis, ledger, audit }),
    alerts: new Alerts({ redis, scrubber, connect }),
    seen: new Seen(redis),
    state: new RedisState(redis),
    async close() {
      await events.close();
      redis.disconnect();
      await embedded?.close();
    },
  };
}

const REACH_MS = 10_000;

/** Waits for Redis to answer; rejects with `state.unreachable` where it does not for ten seconds. */
async function reach(redis: Redis): Promise<void> {
  let last = messages().reasons.redis.noAnswer;
  redis.on('error', (error) => {
    last = error.message;
  });
  if (await answers(redis, REACH_MS)) return;
  redis.disconnect();
  throw new MusterError('state.unreachable', { message: last });
}

/** Whether Redis answers within so many milliseconds. */
export const answers = async (redis: Redis, withinMs: number): Promise<boolean> =>
  (await Promise.race([redis.ping(), sleep(withinMs, 'late', { ref: false })])) !== 'late';
