/** What hosts print, over a shell and by an agent, into a real store: each line once, whatever is cut off, and nobody starved. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Channel } from '../../../src/adapters/icp/channel.ts';
import { AgentLink } from '../../../src/adapters/icp/link.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { Steps } from '../../../src/agent/steps.ts';
import { Inlet } from '../../../src/hubs/log/inlet.ts';
import type { LogStore } from '../../../src/hubs/log/log.ts';
import { Positions } from '../../../src/hubs/log/positions.ts';
import { openLogStore } from '../../../src/hubs/log/store.ts';
import { overShell, type Site } from '../../../src/jobs/carry-out.ts';
import { guardedBy } from '../../../src/jobs/guardian.ts';
import { collect } from '../../../src/jobs/logs/collect.ts';
import { Collector, type CollectorParts, type Taking } from '../../../src/jobs/logs/collector.ts';
import { shipsItself } from '../../../src/jobs/logs/containers.ts';
import { overAgent } from '../../../src/jobs/remote.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { openEnds } from '../../adapters/icp/ends.ts';
import { until } from '../../until.ts';

const HOST = 'web-2';
const log = createLog({ level: 'silent', scrubber: new Scrubber() });
const guarding = guardedBy(HOST, undefined);

interface Room {
  /** Where files are written. */
  disk: string;
  store: LogStore;
  open(reach: () => Promise<Site>, more?: Pick<Taking, 'turns'> & Pick<CollectorParts, 'letGo'>): Collector;
  troubles: string[];
}

async function openRoom(t: TestContext): Promise<Room> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-collector-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const store = await openLogStore(join(folder, 'logs'), { size: 1e9, age: 1e9, fresh: 16e6, waiting: 4e6 });
  const positions = await Positions.open(folder);
  const collectors: Collector[] = [];
  const troubles: string[] = [];
  t.after(async () => {
    await Promise.all(collectors.map((one) => one.close()));
    await positions.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  return {
    ...{ disk, store, troubles },
    open(reach, { turns, letGo } = {}) {
      const collector = new Collector({
        inlet: new Inlet({ store, positions }),
        reach,
        letGo,
        onTrouble: (_, what, text) => text !== undefined && troubles.push(`${what}: ${text}`),
        log,
        again: { first: 50, most: 100 },
      });
      collectors.push(collector);
      const files = [{ name: 'app', paths: [`${disk}/*.log`] }];
      collector.set(new Map([[HOST, { containers: false, journal: false, files, turns }]]));
      return collector;
    },
  };
}

function overLocal(t: TestContext): () => Promise<Site> {
  const shell = localShell({ host: HOST });
  t.after(() => shell.close());
  return async () =>
    overShell({ shell, root: '/nonexistent', tools: {}, loginTo: () => undefined, guarding });
}

async function kept(store: LogStore, stream: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { message } of store.query({ host: HOST, stream }, { limit: 1_000_000, end: 'first' })
    .lines)
    found.push(message);
  return found;
}
const printed = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at} of a log, ää, "and more"`);
const has = (store: LogStore, count: number, stream: string) =>
  until(() => store.next({ host: HOST, service: 'app', stream }) > count, `${count} lines`);

test('over a shell each line is taken once, also by another collector that goes on', async (t) => {
  const { disk, store, open: begin } = await openRoom(t);
  const [path, stream] = [join(disk, 'a.log'), `file/${disk}/a.log`];
  const write = (from: number, to: number) => appendFile(path, `${printed(from, to).join('\n')}\n`);
  await write(0, 5_000);
  const reach = overLocal(t);
  const first = begin(reach);
  await has(store, 1, stream);
  await first.close();
  await write(5_000, 10_000);
  begin(reach);
  await has(store, 10_000, stream);
  assert.deepEqual(await kept(store, stream), printed(0, 10_000));
});

test('by an agent a flood comes whole, also where the connection is cut in the middle', async (t) => {
  const { disk, store, troubles, open: begin } = await openRoom(t);
  const [path, stream] = [join(disk, 'a.log'), `file/${disk}/a.log`];
  const folder = await mkdtemp(join(tmpdir(), 'muster-agent-'));
  t.after(() => rm(folder, { recursive: true }));
  const steps = new Steps({
    folder: join(folder, 'steps'),
    root: join(folder, 'root'),
    step: () => collect,
    log,
  });
  await steps.start();
  const ends = await openEnds(t, steps.commands);
  const channels = new Set<Channel>();
  const link = new AgentLink(async () => {
    const { server, agent, manager } = ends;
    return { host: HOST, address: '127.0.0.1', port: server.port, key: agent.fingerprint, identity: manager };
  });
  const watched: AgentLink['with'] = (signal, use, patience) =>
    AgentLink.prototype.with.call(
      link,
      signal,
      (channel: Channel) => {
        channels.add(channel);
        return use(channel);
      },
      patience,
    ) as ReturnType<typeof use>;
  const through = Object.assign(link, { with: watched });
  t.after(() => link.close());
  t.after(() => steps.close());
  const parts = { host: HOST, link: through, guarding, tools: {}, loginTo: () => undefined };
  await appendFile(path, `${printed(0, 20_000).join('\n')}\n`);
  const collector = begin(async () => overAgent(parts));
  await has(store, 5_000, stream);
  for (const channel of channels) channel.terminate();
  await has(store, 20_000, stream);
  assert.deepEqual(await kept(store, stream), printed(0, 20_000));
  assert.deepEqual(troubles, []);
  await collector.close();
});

test('where an agent lets in one at a time, others have their turn, and each line is taken once', async (t) => {
  const { disk, store, open: begin } = await openRoom(t);
  const [path, stream] = [join(disk, 'a.log'), `file/${disk}/a.log`];
  await appendFile(path, `${printed(0, 100).join('\n')}\n`);
  const reach = overLocal(t);
  let left = 0;
  const turns = { take: 300, leave: 10 };
  begin(reach, {
    turns,
    letGo: async () => {
      left += 1;
    },
  });
  await has(store, 100, stream);
  for (let at = 100; at < 300; at += 100) {
    const turn = left;
    await until(() => left > turn);
    await appendFile(path, `${printed(at, at + 100).join('\n')}\n`);
    await has(store, at + 100, stream);
  }
  assert.deepEqual(await kept(store, stream), printed(0, 300));
});

test('a flood does not starve others', async (t) => {
  const { disk, store, open: begin } = await openRoom(t);
  const flood = 'a line of a flood, which says nothing new\n'.repeat(300_000);
  await appendFile(join(disk, 'flood.log'), flood);
  const collector = begin(overLocal(t));
  const source = { host: HOST, service: 'app', stream: `file/${disk}/flood.log` };
  await has(store, 10_000, source.stream);
  await appendFile(join(disk, 'quiet.log'), `${printed(0, 10).join('\n')}\n`);
  await has(store, 10, `file/${disk}/quiet.log`);
  assert.ok(store.next(source) < 300_000, 'the flood was still on');
  await collector.close();
});

describe('a container', () => {
  test('that runs its command by the hub’s own program ships by itself', () => {
    const mounts = ['/run/muster/hub'];
    assert.ok(shipsItself({ mounts, argv: ['/usr/bin/hub', 'run', '--', 'node', 'main.js'] }));
    assert.ok(shipsItself({ mounts, argv: ['tini', '--', 'hub', 'run', '--', 'sh'] }));
    assert.ok(!shipsItself({ mounts, argv: ['nginx'] }));
    assert.ok(!shipsItself({ mounts: [], argv: ['/usr/bin/hub', 'run', '--', 'sh'] }));
  });
});
