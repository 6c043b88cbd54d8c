/** What a deploy of an app means for the firewalls of its hosts. */
import type { App } from '../../config/config.ts';
import { appOwner, exposedBy, hasFirewall, probesOf, rulesOn } from '../../config/host-firewall.ts';
import { Rule } from '../../firewall/firewall.ts';
import type { Sources } from './declared.ts';
import { exposedOn, isExposed } from './exposed.ts';
import { openedOn } from './opened.ts';

/** Of one host whose firewall Muster keeps. */
export interface Door {
  host: string;
  /** All that the app is to expose there. */
  rules: Rule[];
  /** What has to answer before a change is kept. */
  probes: { address: string; port: number }[];
  /** Whether that is noted already: then nothing has to be opened. */
  settled: boolean;
  /** What the host lets in then, from somebody at least: `tcp/443`, `udp/8000-8010`. */
  open: string[];
}

/** The doors of an app on these hosts; none of a host without a declared firewall. */
export function doorsOf(
  app: string,
  { expose }: Pick<App, 'expose'>,
  hosts: readonly string[],
  { config, state }: Sources,
): Promise<Door[]> {
  const rules = exposedBy(app, expose);
  const each = hosts
    .filter((host) => hasFirewall(config, host))
    .map(async (host): Promise<Door> => {
      const live = [...(await openedOn(state, host)), ...(await exposedOn(config, state, host))];
      const others = live.filter(({ owner }) => owner !== appOwner(app));
      const all = rulesOn(config, host, [...others, ...rules]).map((rule) => Rule.safeParse(rule).data);
      const open = all.flatMap((rule) =>
        rule?.action === 'accept' ? rule.ports.map((ports) => `${rule.protocol}/${ports}`) : [],
      );
      const settled = await isExposed(state, host, app, rules);
      return { host, rules, probes: probesOf(config, host), settled, open: [...new Set(open)].sort() };
    });
  return Promise.all(each);
}
