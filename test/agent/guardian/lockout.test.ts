/** The guardian as a process of the built program, on real nftables and by way of real ufw, in network namespaces: nobody stays locked out. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { ended } from '../../integration/muster.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';
import { type BackendName, HOST, openStage, PORT, type Stage } from './stage.ts';

const firewall = (...ports: number[]): Firewall =>
  Firewall.parse({
    rules: [
      { id: 'ping', owner: 'config', protocol: 'icmp' },
      ...ports.map((port) => ({ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] })),
    ],
  });
/** Lets in who may keep it, and the app. */
const GOOD = firewall(PORT, 80);
/** Lets in nobody who may keep it. */
const LOCKED = firewall(80);

/** What is done to a packet filter behind the guardian's back, and how it looks then. */
interface Kind {
  backend: BackendName;
  tools: string[];
  /** As at a reboot, the kernel has nothing of it any more. */
  forget(stage: Stage): Promise<void>;
  /** Somebody lets in 8080. */
  meddle(stage: Stage): Promise<void>;
  rules(stage: Stage): Promise<string>;
}

const KINDS: Kind[] = [
  {
    backend: 'nftables',
    tools: ['ip', 'nft', 'root'],
    forget: async ({ host }) => void (await host.run('nft', 'delete', 'table', 'inet', 'muster')),
    async meddle({ host }) {
      const chains = await host.run('nft', 'list', 'table', 'inet', 'muster');
      const chain = /chain (\w+) \{\s+type filter hook prerouting/.exec(chains)?.[1] as string;
      await host.run('nft', 'insert', 'rule', 'inet', 'muster', chain, 'tcp', 'dport', '8080', 'accept');
    },
    rules: ({ host }) => host.run('nft', 'list', 'table', 'inet', 'muster'),
  },
  {
    backend: 'ufw',
    tools: ['ip', 'iptables', 'nft', 'ps', 'ufw', 'root'],
    forget: async ({ host }) => void (await host.run('nft', 'flush', 'ruleset')),
    meddle: async ({ ufw }) => void (await ufw?.run('prepend', 'allow', '8080/tcp')),
    rules: ({ host }) => host.run('sh', '-c', 'iptables-save; ip6tables-save'),
  },
];

async function open(t: TestContext, { backend }: Kind) {
  const stage = await openStage([], backend);
  t.after(() => stage.remove());
  return {
    ...stage,
    /** Whether somebody outside gets an answer from a port. */
    open: async (port: number) => (await stage.outside.reach({ address: HOST, port })) === 'open',
  };
}

const change = (name: string, rules: Firewall, keepWithin = 60_000) => ({
  change: name,
  by: 'reem',
  rules,
  keepWithin,
});

for (const kind of KINDS)
  describe(`a guardian of ${kind.backend}`, { skip: needs(kind.tools) }, () => {
    test('keeps what is kept over a new connection, and takes back a lock-out that nobody can keep', async (t) => {
      const stage = await open(t, kind);
      await stage.guardian();
      await stage.host.listen({ address: HOST, port: 80 });
      await stage.host.listen({ address: HOST, port: 81 });
      await stage.connect();
      assert.ok('result' in (await stage.ask('apply', change('f-1', GOOD))));
      assert.deepEqual(await stage.ask('keep', { change: 'f-1' }), { code: 'firewall.same' });
      await stage.close();
      await until(async () => (await stage.connect()) === undefined, 'a new connection');
      assert.ok('result' in (await stage.ask('keep', { change: 'f-1' })));
      assert.deepEqual([await stage.open(80), await stage.open(81)], [true, false]);

      await stage.ask('apply', change('f-2', LOCKED, 7_000));
      await stage.close();
      assert.equal(await stage.connect(), 'host.unreachable');
      await until(async () => (await stage.connect()) === undefined, 'the way in');
      const shown = (await stage.ask('show')) as { result: Record<string, unknown> };
      assert.deepEqual([shown.result.good, shown.result.pending, shown.result.drift], ['f-1', undefined, []]);
      assert.deepEqual(await stage.ask('keep', { change: 'f-2' }), { code: 'firewall.gone' });
    });

    test('that is killed with a lock-out in force takes it back when it starts', async (t) => {
      const stage = await open(t, kind);
      let guardian = await stage.guardian();
      await stage.connect();
      await stage.ask('apply', change('f-1', GOOD));
      await stage.close();
      await until(async () => (await stage.connect()) === undefined);
      await stage.ask('keep', { change: 'f-1' });
      await stage.ask('apply', change('f-2', LOCKED));
      guardian.kill('SIGKILL');
      await ended(guardian);
      guardian = await stage.guardian();
      await stage.close();
      assert.equal(await stage.connect(), undefined);
      // A reboot: the kernel has forgotten everything.
      guardian.kill('SIGKILL');
      await ended(guardian);
      await kind.forget(stage);
      await stage.host.listen({ address: HOST, port: 81 });
      assert.ok(await stage.open(81));
      await stage.guardian();
      await stage.close();
      assert.deepEqual([await stage.connect(), await stage.open(81)], [undefined, false]);
    });

    test('leaves what others changed in its table, tells it, and refuses to overwrite it unasked', async (t) => {
      const stage = await open(t, kind);
      await stage.guardian();
      await stage.connect();
      await stage.ask('apply', change('f-1', GOOD));
      await stage.close();
      await until(async () => (await stage.connect()) === undefined);
      await stage.ask('keep', { change: 'f-1' });
      await stage.host.listen({ address: HOST, port: 8080 });
      assert.equal(await stage.open(8080), false);
      await kind.meddle(stage);
      const { result } = (await stage.ask('show')) as { result: { drift: string[] } };
      const [line, ...more] = result.drift;
      assert.match(line as string, /^\+ .*8080/);
      assert.ok(more.every((other) => other.includes('8080')));
      assert.deepEqual(await stage.ask('apply', change('f-2', LOCKED)), { code: 'firewall.drift' });
      await sleep(50);
      assert.match(await kind.rules(stage), /dport 8080 (?:accept|-j ACCEPT)/);
      assert.equal(await stage.open(8080), true);
      const overwrite = { ...change('f-2', GOOD), overwrite: result.drift };
      assert.ok('result' in (await stage.ask('apply', overwrite)));
      assert.equal(await stage.open(8080), false);
    });
  });
