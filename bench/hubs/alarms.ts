/** How soon a chat service is called after a container said that it is not well: hub and manager in processes of their own, over Redis. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTelegram } from '../../test/fakes/telegram.ts';
import { startRedis } from '../../test/redis.ts';
import { type Area, percentile } from '../figure.ts';
import { clock, type PartOf } from './health-part.ts';

const PART = new URL('health-part.ts', import.meta.url);
/** From one event to the next, ms: Telegram takes 25 calls a second over all. */
const APART_MS = 100;
const GOAL_MS = 250;
const PATIENCE_MS = 20_000;

export const alarms: Area = async function* ({ small }) {
  const count = small ? 10 : 100;
  const [server, service] = await Promise.all([startRedis(), startTelegram()]);
  const apps = Array.from({ length: count }, (_, index) => `app-${index}`);
  const groups = Object.fromEntries(apps.map((app) => [app, service.group(app).id]));
  const parts = { redis: server.socket, url: service.url, token: service.token, groups };
  const [began, called] = [new Map<string, number>(), new Map<number, number>()];
  service.watch(({ method, status, params }) => {
    if (method === 'sendMessage' && status === 200) called.set(Number(params.chat_id), clock());
  });
  const manager = await begin({ kind: 'manager', ...parts });
  const hub = await begin({ kind: 'hub', ...parts });
  hub.on('message', ({ app, at }: { app: string; at: number }) => began.set(app, at));
  try {
    await sleep(1_000);
    for (const app of apps) {
      hub.send(app);
      await sleep(APART_MS);
    }
    const deadline = performance.now() + PATIENCE_MS;
    while (called.size < count && performance.now() < deadline) await sleep(20);
    const took = apps.flatMap((app) => {
      const [from, to] = [began.get(app), called.get(groups[app] as number)];
      return from === undefined || to === undefined ? [] : [to - from];
    });
    const lost = count - took.length;
    const p99 = took.length === 0 ? PATIENCE_MS : percentile(took, 0.99);
    yield {
      name: `health: event -> chat API call, p99 of ${count} open at last`,
      goal: `<= ${GOAL_MS} ms`,
      unit: 'ms',
      measured: p99,
      ok: p99 <= GOAL_MS,
    };
    yield { name: 'health: events that were not told', goal: '0', unit: '', measured: lost, ok: lost === 0 };
  } finally {
    await Promise.all([end(hub), end(manager)]);
    await service.close();
    await server.stop();
  }
};

async function begin(parts: PartOf): Promise<ChildProcess> {
  const child = fork(PART, [JSON.stringify(parts)], { execArgv: ['--import', 'tsx'] });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the ${parts.kind} ended with ${code}`)));
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await gone;
}
