/** What no single entry can know: whether the entries fit together. Works on what was written, valid or not, so that nothing waits for another mistake to be mended. */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import { strangeApi } from './api-checked.ts';
import { strangeDoors } from './exposed.ts';
import { sharedPaths, strangeTargets, strayFiles } from './file-targets.ts';
import { hostsOf } from './hosts.ts';
import { strangeImages } from './images-checked.ts';
import { strangeMachines, strangePowerHosts } from './machines-checked.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, each, isMap, list, placeOf, type Section, strings } from './sections.ts';

/** Dangling names, identities and addresses given twice, key files that cannot be read. */
export async function checkReferences(entries: Entries, folder: string): Promise<ConfigProblem[]> {
  return [
    ...danglingNames(entries),
    ...strangeDoors(entries),
    ...sharedPaths(entries),
    ...strayFiles(entries),
    ...strangeMachines(entries),
    ...sharedPorts(entries),
    ...danglingPlatforms(entries),
    ...sharedIdentities(entries),
    ...sharedAddresses(entries),
    ...hubNowhere(entries),
    ...(await strangeApi(entries, folder)),
    ...(await strangeImages(entries, folder)),
    ...(await missingKeys(entries, folder)),
  ];
}

/** Hosts and labels that entries name and nothing has. */
export const unknownHosts = (entries: Entries): ConfigProblem[] => [
  ...danglingHosts(entries, 'apps', 'hosts'),
  ...danglingHosts(entries, 'logins', 'hosts'),
  ...danglingHosts(entries, 'overlays', 'members'),
  ...danglingHosts(entries, 'overlays', 'behind'),
  ...danglingHosts(entries, 'firewall', 'hosts'),
  ...danglingHosts(entries, 'logSources', 'hosts'),
  ...danglingHosts(entries, 'checks', 'on'),
  ...danglingMembers(entries),
  ...strangeTargets(entries),
  ...strangePowerHosts(entries),
];

/** Scopes of roles that name one app or host that does not exist: allowed, as it may come later, but rarely meant. */
export function danglingScopes(entries: Entries): ConfigProblem[] {
  return each(entries, 'roles').flatMap(({ name, raw, source }) =>
    list(raw.allow).flatMap((rule, index) =>
      strings(isMap(rule) ? rule.on : undefined).flatMap(([place, scope]) => {
        const [, kind, target] = /^(app|host|image)\/([a-z0-9-]+)$/.exec(scope) ?? [];
        const section = `${kind}s` as 'apps' | 'hosts' | 'images';
        if (target === undefined || scope === 'image/base' || entries[section].has(target)) return [];
        const path = ['roles', name, 'allow', index, 'on', place];
        return [source.problem(path, unknown(entries, section, target))];
      }),
    ),
  );
}

/** Settings of a hub of which nobody is told where it is. */
function hubNowhere({ hub }: Entries): ConfigProblem[] {
  const [first] = hub;
  if (!first || hub.has('address')) return [];
  const [name, { source }] = first;
  return [source.problem(['hub', name], messages().config.hubAddress, 'key')];
}

function danglingNames(entries: Entries): ConfigProblem[] {
  const roles = each(entries, 'people').flatMap(({ name, raw, source }) =>
    strings(raw.roles)
      .filter(([, role]) => !entries.roles.has(role))
      .map(([index, role]) =>
        source.problem(['people', name, 'roles', index], unknown(entries, 'roles', role)),
      ),
  );
  const people = each(entries, 'schedules')
    .filter(({ raw }) => typeof raw.as === 'string' && !entries.people.has(raw.as))
    .map(({ name, raw, source }) =>
      source.problem(['schedules', name, 'as'], unknown(entries, 'people', String(raw.as))),
    );
  const approvers = each(entries, 'approvals').flatMap(({ name, raw, source }) =>
    strings(raw.from)
      .filter(([, role]) => !entries.roles.has(role))
      .map(([index, role]) =>
        source.problem(['approvals', name, 'from', index], unknown(entries, 'roles', role)),
      ),
  );
  const channels = each(entries, 'alerts').flatMap(({ name, raw, source }) =>
    strings(raw.to)
      .filter(([, channel]) => !entries.channels.has(channel))
      .map(([index, channel]) =>
        source.problem(['alerts', name, 'to', index], unknown(entries, 'channels', channel)),
      ),
  );
  const groups = each(entries, 'logins').flatMap(({ name, raw, source }) =>
    strings(raw.groups)
      .filter(([, group]) => !entries.keyGroups.has(group))
      .map(([index, group]) =>
        source.problem(['logins', name, 'groups', index], unknown(entries, 'keyGroups', group)),
      ),
  );
  const named = entries.settings.get('templates');
  const as = isMap(named?.raw) ? named.raw.as : undefined;
  const bringers =
    named && typeof as === 'string' && !entries.people.has(as)
      ? [named.source.problem(['settings', 'templates', 'as'], unknown(entries, 'people', as))]
      : [];
  const starter = entries.boot.get('as');
  const starters =
    typeof starter?.raw === 'string' && !entries.people.has(starter.raw)
      ? [starter.source.problem(['boot', 'as'], unknown(entries, 'people', starter.raw))]
      : [];
  return [...bringers, ...starters, ...roles, ...people, ...approvers, ...channels, ...groups];
}

/** Hosts and labels that a list of an entry names and nothing has. */
function danglingHosts(
  entries: Entries,
  section: 'apps' | 'logins' | 'overlays' | 'firewall' | 'logSources' | 'checks',
  key: string,
): ConfigProblem[] {
  const labels = new Set(
    each(entries, 'hosts').flatMap(({ raw }) => strings(raw.labels).map(([, label]) => label)),
  );
  return each(entries, section).flatMap(({ name, raw, source }) =>
    strings(raw[key]).flatMap(([index, selector]) => {
      const at = [section, name, key, index];
      if (!selector.startsWith('label:'))
        return entries.hosts.has(selector) ? [] : [source.problem(at, unknown(entries, 'hosts', selector))];
      const label = selector.slice('label:'.length);
      if (labels.has(label)) return [];
      return [source.problem(at, messages().config.noLabel({ label, near: suggest(label, labels) }))];
    }),
  );
}

/** Hosts that get an address or an endpoint in an overlay network and do not exist. */
function danglingMembers(entries: Entries): ConfigProblem[] {
  return each(entries, 'overlays').flatMap(({ name, raw, source }) =>
    ['addresses', 'endpoints'].flatMap((key) =>
      Object.keys(isMap(raw[key]) ? raw[key] : {})
        .filter((host) => !entries.hosts.has(host))
        .map((host) => source.problem(['overlays', name, key, host], unknown(entries, 'hosts', host), 'key')),
    ),
  );
}

/** WireGuard networks of one port, which no host can be in both of. */
function sharedPorts(entries: Entries): ConfigProblem[] {
  const hosts = Object.fromEntries(
    each(entries, 'hosts').map(({ name, raw }) => [
      name,
      { labels: strings(raw.labels).map(([, label]) => label) },
    ]),
  );
  const all = each(entries, 'overlays').filter(({ raw }) => raw.kind === 'wireguard');
  const networks = all.map(({ name, raw, source }) => ({
    name,
    source,
    port: String(raw.port ?? 51_820),
    members: hostsOf(
      { hosts },
      strings(raw.members).map(([, selector]) => selector),
    ),
  }));
  return networks.flatMap(({ name, source, port, members }, index) => {
    const other = networks
      .slice(0, index)
      .find((one) => one.port === port && one.members.some((host) => members.includes(host)));
    if (!other) return [];
    const owner = `${other.name} (${placeOf(entries.overlays.get(other.name)!, 'overlays', other.name)})`;
    return [source.problem(['overlays', name, 'port'], messages().overlay.sharedPort({ port, owner }))];
  });
}

function danglingPlatforms(entries: Entries): ConfigProblem[] {
  return each(entries, 'channels')
    .filter(({ raw }) => typeof raw.platform === 'string' && !entries.platforms.has(raw.platform))
    .map(({ name, raw, source }) =>
      source.problem(['channels', name, 'platform'], unknown(entries, 'platforms', String(raw.platform))),
    );
}

function sharedIdentities(entries: Entries): ConfigProblem[] {
  const all = each(entries, 'people').flatMap(({ name, raw }) =>
    Object.entries(isMap(raw.identities) ? raw.identities : {})
      .filter(([, id]) => typeof id === 'string')
      .map(([platform, id]) => ({
        key: `${platform} ${id}`,
        name,
        path: ['identities', platform],
        message: (owner: string) => messages().config.sharedIdentity({ platform, id: String(id), owner }),
      })),
  );
  return twice(entries, 'people', all);
}

function sharedAddresses(entries: Entries): ConfigProblem[] {
  const all = each(entries, 'hosts')
    .filter(({ raw }) => typeof raw.address === 'string')
    .map(({ name, raw }) => {
      const [address, port] = [String(raw.address).toLowerCase(), String(raw.port ?? 22)];
      const message = (owner: string) => messages().config.sharedAddress({ address, port, owner });
      return { key: `${address} ${port}`, name, path: ['address'], message };
    });
  return twice(entries, 'hosts', all);
}

async function missingKeys(entries: Entries, folder: string): Promise<ConfigProblem[]> {
  const checks = each(entries, 'hosts').map(async ({ name, raw, source }) => {
    if (typeof raw.keyFile !== 'string' || raw.keyFile === '') return [];
    const file = resolve(folder, raw.keyFile);
    const readable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (readable) return [];
    return [source.problem(['hosts', name, 'keyFile'], messages().config.files.noKeyFile({ file }))];
  });
  return (await Promise.all(checks)).flat();
}

/** `message` says who has it already. */
type Claim = { key: string; name: string; path: string[]; message: (owner: string) => string };

/** A problem for every claim after the first of the same key. */
function twice(entries: Entries, section: Section, claims: Claim[]): ConfigProblem[] {
  const first = new Map<string, string>();
  return claims.flatMap(({ key, name, path, message }) => {
    const owner = first.get(key);
    if (owner === undefined) first.set(key, name);
    if (owner === undefined) return [];
    const place = placeOf(entries[section].get(owner)!, section, owner);
    return [
      entries[section].get(name)!.source.problem([section, name, ...path], message(`${owner} (${place})`)),
    ];
  });
}

const unknown = (entries: Entries, section: Section, name: string): string =>
  messages().config.noneCalled({ section, name, near: suggest(name, entries[section].keys()) });
