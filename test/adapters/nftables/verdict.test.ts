/** What `why` says is what the kernel does: firewalls of chance, each asked both ways. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nftables } from '../../../src/adapters/nftables/nftables.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { why } from '../../../src/firewall/verdict.ts';
import { outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { type Chance, seeded } from '../../seeded.ts';

const SOURCES = ['10.66.0.1', '10.66.0.9', '10.66.0.77', 'fd66::1', 'fd66::9'];
const PORTS = [1001, 1002, 1005, 1010, 1020];

const pick = <T>(chance: Chance, list: readonly T[]): T => list[chance.below(list.length)]!;

/** Rules that overlap in every way: anywhere, prefixes, ranges, small and large address sets, both actions. */
function anyFirewall(chance: Chance): Firewall {
  const large = (more: string[]) => [...Array.from({ length: 40 }, (_, i) => `10.9.${2 * i}.0/24`), ...more];
  const sources = [
    [],
    ['10.66.0.0/24'],
    ['10.66.0.9', 'fd66::9'],
    ['10.66.0.1-10.66.0.50'],
    ['fd66::/64'],
    ['@few'],
    ['@many'],
    ['@many', '10.66.0.77'],
    ['@none'],
    ['::/0'],
    ['0.0.0.0/0'],
  ];
  return Firewall.parse({
    default: pick(chance, ['drop', 'drop', 'accept']),
    sets: { few: ['10.66.0.77', 'fd66::9'], many: large(['10.66.0.9', 'fd66::1']), none: [] },
    rules: Array.from({ length: chance.below(14) }, (_, i) => ({
      id: `r${i}`,
      owner: 'config',
      protocol: pick(chance, ['tcp', 'tcp', 'udp']),
      action: pick(chance, ['accept', 'accept', 'drop']),
      ports: [pick(chance, [...PORTS, '1001-1009', '1003-1015', '1-65535'])],
      sources: pick(chance, sources),
      // Only what is named counts in a zone that accepts by default.
      ...(chance.below(3) === 0 && { zones: ['outside'] }),
    })),
  });
}

describe('the rule that decides', { skip: needs(['nft', 'ip', 'root']) }, () => {
  let net: Awaited<ReturnType<typeof outsideAndHost>>;
  before(async () => {
    net = await outsideAndHost();
    for (const one of SOURCES.filter((address) => !/[.:]1$/.test(address)))
      await net.outside.run(
        ...['ip', 'address', 'add', one.includes(':') ? `${one}/64` : `${one}/24`, 'dev', 'eth0'],
        ...(one.includes(':') ? ['nodad'] : []),
      );
    for (const port of PORTS)
      for (const protocol of ['tcp', 'udp'] as const)
        await net.host.listen({ address: '::', port, protocol });
  });
  after(() => net?.remove());

  for (let seed = 1; seed <= 12; seed += 1)
    it(`decides in the kernel, too (${seed})`, async () => {
      const firewall = anyFirewall(seeded(seed));
      const api = nftables.open({ shell: net.host.shell, options: { table: 'muster' } });
      await api.replace(firewall);
      assert.deepEqual(await api.drift(firewall), []);
      const asked = SOURCES.flatMap((source) =>
        PORTS.flatMap((port) => (['tcp', 'udp'] as const).map((protocol) => ({ source, port, protocol }))),
      );
      const seen = await Promise.all(
        asked.map(async (one) => {
          const open = why(firewall, one).action === 'accept';
          const got = await net.outside.reach({
            ...{ protocol: one.protocol, port: one.port, from: one.source },
            address: one.source.includes(':') ? 'fd66::2' : '10.66.0.2',
            ...(open && { patience: 20_000 }),
          });
          return { ...one, got, expected: open ? 'open' : 'silent' };
        }),
      );
      assert.deepEqual(
        seen.filter(({ got, expected }) => got !== expected),
        [],
        JSON.stringify(firewall.rules),
      );
    });
});
