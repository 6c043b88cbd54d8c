/** A change of a firewall of 1,000 rules in a network namespace, beside bare `nft -f` of the same rules, in turn; a connection goes on all the while. */
import { nftables } from '../../src/adapters/nftables/nftables.ts';
import { Firewall } from '../../src/firewall/firewall.ts';
import { outsideAndHost } from '../../test/namespaces.ts';
import { type Area, none, percentile } from '../figure.ts';

const RULES = 1_000;

export const ruleset: Area = async function* ({ small }) {
  const rounds = small ? 2 : 150;
  const { outside, host, remove } = await outsideAndHost();
  const [floor, measured]: [number[], number[]] = [[], []];
  let dropped = 0;
  try {
    const filter = nftables.open({ shell: host.shell, options: { table: 'muster' } });
    const target = { address: '10.66.0.2', port: 9_000 };
    await host.listen(target);
    await filter.replace(rulesOf(0));
    const held = await outside.hold(target);
    for (let round = 0; round < rounds; round += 1) {
      const text = filter.render(rulesOf(2 * round));
      const bare = performance.now();
      await host.shell.run(['nft', '--file', '-'], { stdin: text });
      floor.push(performance.now() - bare);
      const before = performance.now();
      await filter.replace(rulesOf(2 * round + 1));
      measured.push(performance.now() - before);
      const said = `${round}`;
      if ((await held.say(said)) !== said) dropped += 1;
    }
  } finally {
    await remove();
  }
  const [p99, peer] = [percentile(measured, 0.99), percentile(floor, 0.99)];
  yield {
    name: `change of ${RULES} rules, p99`,
    goal: '<= 100 ms',
    unit: 'ms',
    measured: p99,
    peer: { name: 'bare nft -f', value: peer },
    ok: p99 <= 100,
  };
  yield none('  established connections dropped', dropped);
};

/** A thousand rules, of which one is another one each round. */
const rulesOf = (round: number): Firewall =>
  Firewall.parse({
    rules: Array.from({ length: RULES }, (_, index) => ({
      id: `rule-${index}`,
      owner: 'config',
      protocol: index % 2 === 0 ? 'tcp' : 'udp',
      ports: [index === 0 ? 9_000 : 10_000 + index + (index === 1 ? round : 0)],
      sources: index === 0 ? [] : [`10.${index % 200}.${Math.floor(index / 200)}.0/24`],
    })),
  });
