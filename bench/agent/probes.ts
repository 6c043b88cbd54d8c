/**
 * Probes from outside at everything that a host with a real Docker engine serves, while the engine restarts, containers get
 * other addresses, its rules are flushed and the host boots in every order: only declared ports may answer.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTAINERS, Firewall } from '../../src/firewall/firewall.ts';
import { type BackendName, openStage, PORT, type Stage } from '../../test/agent/guardian/stage.ts';
import { ended } from '../../test/integration/muster.ts';
import type { Namespace } from '../../test/namespaces.ts';
import { until } from '../../test/until.ts';
import { type Area, type Figure, none } from '../figure.ts';
import { type Served, serveAll, type Way } from './served.ts';

/** How many are under way at once: each waits for silence. */
const AT_ONCE = 96;
/** Those who want what is declared. */
const VISITORS = 4;
/** How long something declared may take to come back, ms. */
const PATIENCE_MS = 30_000;

export const probes: Area = async function* ({ small }) {
  yield* behind('nftables', small ? 100 : 10_000, small ? 2 : undefined);
  yield* behind('ufw', small ? 50 : 1_000, small ? 1 : undefined);
};

/** At least `count` probes, and each of the last so many disturbances. */
async function* behind(backend: BackendName, count: number, most = Number.POSITIVE_INFINITY) {
  const stage = await openStage([], backend);
  let served: Served | undefined;
  try {
    served = await serveAll(stage.host, stage.outside);
    const open = await openBefore(stage, served);
    const guard = { process: await stage.guardian() };
    await keep(stage, served);
    const all = disturbancesOf(stage, served, guard);
    const ways = all.slice(-most);
    const { asked, reached, declared, disturbances, lost } = await probed(stage, served, ways, count);
    yield {
      ...none(`${asked} probes at undeclared ports by way of ${backend}: reached`, reached),
      peer: { name: 'open ways in without Muster', value: open },
    };
    yield some('  probes at declared ports meanwhile: reached', declared);
    yield some('  restarts, other addresses, flushes and boots', disturbances);
    yield none('  declared ports that did not come back', lost);
  } finally {
    await served?.remove();
    await stage.remove();
  }
}

/** Of something there must be some: else nothing was tried. */
const some = (name: string, measured: number): Figure => ({
  ...{ name, goal: '> 0', unit: '', measured, ok: measured > 0 },
});

/** How many undeclared ways in there are where nobody closes them. */
async function openBefore({ outside }: Stage, served: Served): Promise<number> {
  const answers = await Promise.all(served.undeclared().map((way) => opens(outside, way, PATIENCE_MS / 6)));
  return answers.filter(Boolean).length;
}

/** Whether it answers within so many ms. */
async function opens(outside: Namespace, way: Way, within: number): Promise<boolean> {
  for (const deadline = performance.now() + within; performance.now() < deadline; await sleep(50))
    if ((await outside.reach(way)) === 'open') return true;
  return false;
}

/** What is declared, kept. */
async function keep(stage: Stage, served: Served): Promise<void> {
  const connect = () => until(async () => (await stage.connect()) === undefined, 'the guardian');
  const rules = Firewall.parse({
    zones: [CONTAINERS],
    rules: [
      { id: 'ping', owner: 'config', protocol: 'icmp' },
      { id: 'guardian', owner: 'config', protocol: 'tcp', ports: [PORT] },
      ...(['tcp', 'udp'] as const).map((protocol) => {
        const ways = served.declared().filter((way) => way.protocol === protocol);
        return { id: protocol, owner: 'config', protocol, ports: [...new Set(ways.map(({ port }) => port))] };
      }),
    ],
  });
  await connect();
  for (const [command, data] of [
    ['apply', { change: 'f-1', by: 'bench', rules, keepWithin: 60_000 }],
    ['keep', { change: 'f-1' }],
  ] as const) {
    const answer = await stage.ask(command, data);
    if ('code' in answer) throw new Error(`The firewall was not kept: ${answer.code}`);
    await stage.close();
    await connect();
  }
}

/** Probes without end while the host is disturbed in every way, until there were enough of both. */
async function probed(stage: Stage, served: Served, disturbances: (() => Promise<void>)[], count: number) {
  const counts = { asked: 0, reached: 0, declared: 0, disturbances: 0, lost: 0 };
  let disturbed = false;
  const prober = async () => {
    while (!disturbed || counts.asked < count) {
      const ways = served.undeclared();
      const way = ways[counts.asked % ways.length] as Way;
      counts.asked += 1;
      // Also what is refused has come in.
      if ((await stage.outside.reach(way)) !== 'silent') counts.reached += 1;
    }
  };
  const visitor = async () => {
    for (let visits = 0; !disturbed || counts.asked < count; visits += 1) {
      const ways = served.declared();
      const way = ways[visits % ways.length] as Way;
      if ((await stage.outside.reach(way)) === 'open') counts.declared += 1;
      await sleep(20);
    }
  };
  const disturber = async () => {
    for (let turn = 0; turn < disturbances.length || counts.asked < count; turn += 1) {
      await (disturbances[turn % disturbances.length] as () => Promise<void>)();
      counts.disturbances += 1;
      const back = served.declared().map((way) => opens(stage.outside, way, PATIENCE_MS));
      counts.lost += (await Promise.all(back)).filter((answer) => !answer).length;
      disturbed = turn + 1 >= disturbances.length;
    }
  };
  const visitors = Array.from({ length: VISITORS }, visitor);
  await Promise.all([disturber(), ...visitors, ...Array.from({ length: AT_ONCE }, prober)]);
  return counts;
}

function disturbancesOf(stage: Stage, served: Served, guard: { process: ChildProcess }) {
  const { host } = stage;
  const { engine } = served;
  const start = async () => {
    guard.process = await stage.guardian();
  };
  /** The network is down until the guardian is up: so its unit has it. */
  const boot = async (order: (forget: () => Promise<void>) => Promise<unknown>) => {
    await host.run('ip', 'link', 'set', 'eth0', 'down');
    guard.process.kill('SIGKILL');
    await ended(guard.process);
    await order(async () => void (await host.run('nft', 'flush', 'ruleset')));
  };
  const up = async () => {
    await host.run('ip', 'link', 'set', 'eth0', 'up');
    // The kernel keeps no address of IPv6 on an interface that is down.
    await host.run('ip', 'address', 'replace', 'fd66::2/64', 'dev', 'eth0', 'nodad');
  };
  return [
    () => engine.restart(),
    // Somebody flushes what the engine made, and it makes it again when it starts.
    async () => {
      for (const iptables of ['iptables', 'ip6tables'])
        for (const table of ['filter', 'nat'])
          await host.run(iptables, '--table', table, '--flush', ...(table === 'filter' ? ['FORWARD'] : []));
      await engine.restart();
    },
    () =>
      boot((forget) =>
        engine.restart(async () => {
          await forget();
          await start();
          await up();
        }),
      ),
    () =>
      boot(async (forget) => {
        await engine.restart(forget);
        await start();
        await up();
      }),
    () => boot((forget) => engine.restart(forget, () => start().then(up))),
    () => served.recreate(),
  ];
}
