/** What a host lets in: declared in the configuration and opened in chats, changed so that nobody is locked out. */
import { z } from 'zod';
import { probesOf } from '../../config/host-firewall.ts';
import { type Firewall, Ports, Rule, Source } from '../../firewall/firewall.ts';
import { why } from '../../firewall/verdict.ts';
import { declaredOn } from '../../jobs/firewall/declared.ts';
import { afterOpening, type Opening, openedOn } from '../../jobs/firewall/opened.ts';
import { firewallLook, firewallPlan, keepPlan, revertPlan } from '../../jobs/plans/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { parseDuration } from '../../units.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf } from '../known.ts';

const scope = ({ host }: { host: string }): string => `host/${host}`;
const Change = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);
const Hold = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, { error: () => messages().names.duration })
  .optional();

/** `443`, `tcp/443`, `udp/8000-8010` or `ping`. */
const What = z.string().transform((text, context) => {
  const [, protocol = 'tcp', ports] = /^(?:(tcp|udp)\/)?(\d[\d-]*)$/.exec(text) ?? [];
  if (text === 'ping') return { protocol: 'icmp' as const, ports: [] };
  const checked = Ports.safeParse(ports ?? '');
  if (checked.success) return { protocol: protocol as 'tcp' | 'udp', ports: [checked.data] };
  context.addIssue({ code: 'custom', message: messages().answers.firewall.what });
  return z.NEVER;
});

export const firewallShow = defineCommand({
  name: 'firewall show',
  aliases: ['firewall'],
  about: () => messages().commands['firewall show'],
  examples: ['firewall show web-1'],
  input: z.object({ host: HostName }),
  words: ['host'],
  risk: 'read',
  scope,
  async plan({ host }, { config }) {
    hostOf(config, host);
    return firewallLook(host);
  },
});

export const firewallDiff = defineCommand({
  name: 'firewall plan',
  about: () => messages().commands['firewall plan'],
  examples: ['firewall plan web-1'],
  input: z.object({ host: HostName }),
  words: ['host'],
  risk: 'read',
  scope,
  plan: async ({ host }, house) => firewallLook(host, await declared(host, house)),
});

export const firewallApply = defineCommand({
  name: 'firewall apply',
  about: () => messages().commands['firewall apply'],
  examples: ['firewall apply web-1', 'firewall apply web-1 --hold 5m', 'firewall apply web-1 --overwrite'],
  input: z.object({ host: HostName, hold: Hold, overwrite: z.boolean().default(false) }),
  words: ['host'],
  risk: 'change',
  scope,
  async plan({ host, hold, overwrite }, house) {
    return change(host, house, await declared(host, house), {
      hold: hold === undefined ? undefined : parseDuration(hold),
      overwrite,
    });
  },
});

export const firewallKeep = defineCommand({
  name: 'firewall keep',
  about: () => messages().commands['firewall keep'],
  examples: ['firewall keep web-1 r-7k2m9xq4tz'],
  input: z.object({ host: HostName, change: Change }),
  words: ['host', 'change'],
  risk: 'change',
  scope,
  async plan({ host, change }, { config }) {
    hostOf(config, host);
    return keepPlan(host, change);
  },
});

export const firewallRevert = defineCommand({
  name: 'firewall revert',
  about: () => messages().commands['firewall revert'],
  examples: ['firewall revert web-1 r-7k2m9xq4tz'],
  input: z.object({ host: HostName, change: Change }),
  words: ['host', 'change'],
  risk: 'change',
  scope,
  async plan({ host, change }, { config }) {
    hostOf(config, host);
    return revertPlan(host, change);
  },
});

export const firewallOpen = defineCommand({
  name: 'firewall open',
  about: () => messages().commands['firewall open'],
  examples: ['firewall open web-1 443', 'firewall open web-1 udp/51820 --from 192.0.2.0/24,@office'],
  input: z.object({ host: HostName, what: What, from: z.array(Source).default([]) }),
  words: ['host', 'what'],
  risk: 'change',
  scope,
  async plan({ host, what, from }, house) {
    const rule = { ...what, id: nameOf(what), owner: `person/${house.caller.person}`, sources: from };
    const opening: Opening = { opens: [Rule.parse(rule)], closes: [] };
    return change(host, house, await declared(host, house, opening), { opening, overwrite: false });
  },
});

export const firewallClose = defineCommand({
  name: 'firewall close',
  about: () => messages().commands['firewall close'],
  examples: ['firewall close web-1 443'],
  input: z.object({ host: HostName, what: What }),
  words: ['host', 'what'],
  risk: 'change',
  scope,
  async plan({ host, what }, house) {
    const before = await openedOn(house.state, host);
    const opening: Opening = { opens: [], closes: [nameOf(what)] };
    if (!before.some(({ id }) => id === nameOf(what))) {
      const names = before.map(({ id }) => id.slice('open/'.length).replace('-', '/'));
      return { text: messages().answers.firewall.notOpened({ host, names }), refused: true };
    }
    return change(host, house, await declared(host, house, opening), { opening, overwrite: false });
  },
});

export const firewallWhy = defineCommand({
  name: 'firewall why',
  about: () => messages().commands['firewall why'],
  examples: ['firewall why web-1 443', 'firewall why web-1 udp/53 --from 192.0.2.7 --zone overlay'],
  input: z.object({
    host: HostName,
    what: What,
    from: z.string().max(100).optional(),
    zone: z.string().max(32).optional(),
  }),
  words: ['host', 'what'],
  risk: 'read',
  scope,
  async answer({ host, what, from, zone }, house) {
    const rules = await declared(host, house);
    const port = Number(what.ports[0]?.split('-')[0] ?? 0);
    try {
      const verdict = why(rules, { protocol: what.protocol, port, source: from, zone });
      const limits = verdict.limits.map(({ id }) => id);
      const { action, rule } = verdict;
      const said = {
        action,
        zone: verdict.zone.name,
        rule: rule?.id,
        owner: rule?.owner,
        comment: rule?.comment,
      };
      return { text: messages().answers.firewall.why({ ...said, limits }) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { text: messages().answers.firewall.unknown({ zone, from }), refused: true };
    }
  },
});

const nameOf = ({ protocol, ports }: { protocol: string; ports: string[] }): string =>
  `open/${protocol}-${ports.join(',') || 'ping'}`;

/** What a host's firewall is to be; rejects with `config.unknown`, `firewall.undeclared` or `firewall.invalid`. */
async function declared(host: string, house: House, opening?: Opening): Promise<Firewall> {
  hostOf(house.config, host);
  const opened = opening && afterOpening(await openedOn(house.state, host), opening);
  return declaredOn(host, house, { opened });
}

function change(
  host: string,
  { line, caller, config }: House,
  rules: Firewall,
  more: { hold?: number; opening?: Opening; overwrite: boolean },
) {
  return firewallPlan({
    ...{ host, change: line, by: caller.person, rules, probes: probesOf(config, host) },
    ...more,
  });
}
